import type { Run, WorkEvent } from "../src/base/events.ts";

/** Lets a run end and hands back the warnings that it gave. */
export async function warningsOf(run: Run<unknown>): Promise<Extract<WorkEvent, { type: "warning" }>[]> {
  const warnings: Extract<WorkEvent, { type: "warning" }>[] = [];
  for await (const event of run) if (event.type === "warning") warnings.push(event);
  await run.result;
  return warnings;
}
