import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import { type Verification, verifyBundle } from "../bundle/verify-bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { openWasmEngine } from "../engine/open-wasm-engine.ts";
import { tell } from "../words/fact.ts";

/** `verify --json` */
export interface VerifyResult extends Verification {
  readonly engines: readonly string[];
}

/** Proves a model folder on native ONNX Runtime, and on wasm where `onnxruntime-web` is installed. */
export function verify(folder: string, options: WorkOptions = {}): Run<VerifyResult> {
  return startRun(async (report) => {
    await using native = await openEngine({});
    await using wasm = await openWasm(report);
    const engines: Engine[] = wasm === null ? [native] : [native, wasm];
    const verification = await verifyBundle(folder, engines, { ...options, report });
    return { ...verification, engines: engines.map((engine) => engine.name) };
  });
}

async function openWasm(report: NonNullable<WorkOptions["report"]>): Promise<Engine | null> {
  try {
    return await openWasmEngine();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report({ type: "notice", ...tell("notOnWasm", { reason }) });
    return null;
  }
}
