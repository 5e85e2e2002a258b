import { createRandom } from "../base/random.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { ExampleSource } from "./example-source.ts";
import type { StackedBatches } from "./step-runner.ts";

export interface EpochOptions {
  readonly source: ExampleSource;
  /** Class index of each row of the data set. Shape: N. */
  readonly labels: Int32Array;
  /** The rows trained on. */
  readonly rows: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
  /** What every hand-over moves beside its examples: parameters and optimiser state. 0 by default. */
  readonly stateBytes?: number;
  /** The learning rate of the epoch's step `i`. */
  rateOf(step: number): number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of examples handed over at a time: enough that a call costs nothing beside its steps, few enough to stop soon. */
const chunkBytes = { least: 24e6, most: 160e6 };
/** A call copies the state in and out (AlexNet: 456 MB, as long as half a step), so larger states make longer calls. */
const examplesPerState = 1 / 3;
const maximumSteps = 64;

/** Steps of an epoch: every row once, the last batch filled up with the epoch's first rows. */
export function stepsPerEpoch(rows: number, batchSize: number): number {
  return Math.ceil(rows / batchSize);
}

/** Steps of one hand-over, given the bytes of a batch and of the state. */
function stepsPerChunk(batchBytes: number, stateBytes: number): number {
  const { least, most } = chunkBytes;
  const bytes = Math.max(least, Math.min(most, examplesPerState * stateBytes));
  return Math.max(1, Math.min(maximumSteps, Math.floor(bytes / batchBytes)));
}

/**
 * The batches of epoch `epoch` (from 1), K at a time. Order, views and masks are decided by the seed and the epoch alone.
 * A chunk is made when it is asked for: ask for the next while the last is computed.
 */
export async function* epochBatches(epoch: number, options: EpochOptions): AsyncGenerator<StackedBatches> {
  const { source, labels, rows, batchSize, seed, signal } = options;
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = random.fork("order").shuffle(rows);
  const masks = random.fork("masks");
  const steps = stepsPerEpoch(order.length, batchSize);
  const chunk = stepsPerChunk(4 * batchSize * sizeOf(source.dims), options.stateBytes ?? 0);
  for (let first = 0; first < steps; first += chunk) {
    const count = Math.min(chunk, steps - first);
    const picked = Int32Array.from(
      { length: count * batchSize },
      (_, i) => order[(first * batchSize + i) % order.length]!,
    );
    yield {
      examples: await source.load(picked, epoch, { signal }),
      dims: source.dims,
      labels: picked.map((row) => labels[row]!),
      rates: Array.from({ length: count }, (_, i) => options.rateOf(first + i)),
      seeds: Array.from({ length: count }, () => masks.integer(2 ** 32)),
    };
  }
}
