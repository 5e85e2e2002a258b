import { createRandom } from "../src/base/random.ts";
import { sizeOf } from "../src/graph/tensor.ts";
import type { ExampleSource } from "../src/training/example-source.ts";
import type { StepRunner } from "../src/training/step-runner.ts";
import { trainEpoch } from "../src/training/train-epoch.ts";

/** Steps to take, on examples of so many classes in turn. */
export interface StepCount {
  readonly source: ExampleSource;
  readonly steps: number;
  readonly batchSize: number;
  readonly classes: number;
}

/** Seconds a step, the way of the examples into the runtime and of the weights in and out included. */
export async function timeSteps(
  runner: StepRunner,
  { source, steps, batchSize, classes }: StepCount,
): Promise<number> {
  const rows = Int32Array.from({ length: steps * batchSize }, (_, i) => i);
  const labels = rows.map((row) => row % classes);
  const start = performance.now();
  await trainEpoch(1, {
    runner,
    source,
    labels,
    rows,
    batchSize,
    seed: 1,
    stage: "",
    epochs: 1,
    rateOf: () => 1e-3,
  });
  return (performance.now() - start) / 1e3 / steps;
}

/** One batch of noise, handed out again and again: a step's time does not depend on it. */
export function randomExamples(dims: readonly number[], batchSize: number): ExampleSource {
  const random = createRandom(3);
  const batch = Float32Array.from({ length: batchSize * sizeOf(dims) }, () => random.normal());
  return {
    dims,
    load: async (rows) => {
      const out = new Float32Array(rows.length * sizeOf(dims));
      for (let at = 0; at < out.length; at += batch.length) out.set(batch, at);
      return await Promise.resolve(out);
    },
  };
}
