/**
 * `node --expose-gc open-in-child.js`: opens each file named on a line of its input and says in a line of JSON how it
 * went, what processor time it took in milliseconds, and the most memory that the process has had, in megabytes.
 */
import { createInterface } from "node:readline";
import { matchArchitecture } from "../../src/backbones/match-architecture.ts";
import { openWeights } from "../../src/backbones/weights/open-weights.ts";
import { toErrorRecord } from "../../src/base/errors.ts";

async function outcomeOf(path: string): Promise<{ code: string; length: number }> {
  try {
    await using file = await openWeights(path);
    matchArchitecture(file.tensors);
    return { code: "read", length: 0 };
  } catch (error) {
    const { code, message, hint } = toErrorRecord(error);
    return { code, length: message.length + hint.length };
  }
}

for await (const path of createInterface({ input: process.stdin })) {
  global.gc?.();
  const before = process.cpuUsage();
  const outcome = await outcomeOf(path);
  const { user, system } = process.cpuUsage(before);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `${JSON.stringify({ ...outcome, milliseconds: (user + system) / 1000, megabytes })}\n`,
  );
}
