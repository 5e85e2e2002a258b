import { expect, test } from "vitest";
import { epochBatches } from "./epoch-batches.ts";
import type { StackedBatches } from "./step-runner.ts";

/** Rows as examples of 300,000 numbers: a batch of 4 is 4.8 MB. */
async function chunksOf(stateBytes: number): Promise<StackedBatches[]> {
  const rows = Int32Array.from(Array(60).keys());
  const chunks: StackedBatches[] = [];
  const batches = epochBatches(3, {
    source: { dims: [300_000], load: async (picked) => await Promise.resolve(Float32Array.from(picked)) },
    labels: rows,
    rows,
    batchSize: 4,
    seed: 1,
    stateBytes,
    rateOf: (step) => step,
  });
  for await (const chunk of batches) chunks.push(chunk);
  return chunks;
}

test("epochBatches: a larger state makes fewer hand-overs, of the same batches in the same order", async () => {
  const [small, large] = [await chunksOf(0), await chunksOf(300e6)];
  expect(small.map(({ rates }) => rates.length)).toEqual([5, 5, 5]);
  expect(large.map(({ rates }) => rates.length)).toEqual([15]);
  for (const part of ["labels", "rates", "seeds"] as const)
    expect(large.flatMap((chunk) => [...chunk[part]])).toEqual(small.flatMap((chunk) => [...chunk[part]]));
});
