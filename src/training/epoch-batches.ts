import { RootstockError } from "../base/errors.ts";
import { type Random, createRandom } from "../base/random.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { ExampleSource } from "./example-source.ts";
import { mixBatch, oneHotRows } from "./mixup.ts";
import type { StackedBatches } from "./step-runner.ts";

/** What batches are made from. */
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
  /** K, where the loss wants a distribution for each row; absent: it wants class numbers. */
  readonly classCount?: number | undefined;
  /** α of the Beta(α, α) that batches with distributions are mixed by (`mixBatch`); 0 by default: they are not. */
  readonly mixup?: number | undefined;
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
 * Mixing too: the same pairs, however the steps are cut into chunks. Throws E_OPTION for mixup without distributions.
 * A chunk is made when it is asked for: ask for the next while the last is computed.
 */
export async function* epochBatches(epoch: number, options: EpochOptions): AsyncGenerator<StackedBatches> {
  const { source, labels, rows, batchSize, seed, signal } = options;
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = random.fork("order").shuffle(rows);
  const masks = random.fork("masks");
  const mixing = random.fork("mixup");
  const steps = stepsPerEpoch(order.length, batchSize);
  const chunk = stepsPerChunk(4 * batchSize * sizeOf(source.dims), options.stateBytes ?? 0);
  for (let first = 0; first < steps; first += chunk) {
    const count = Math.min(chunk, steps - first);
    const picked = Int32Array.from(
      { length: count * batchSize },
      (_, i) => order[(first * batchSize + i) % order.length]!,
    );
    const own = picked.map((row) => labels[row]!);
    const examples = await source.load(picked, epoch, { signal });
    const targets = distributions(examples, own, { ...options, random: mixing });
    yield {
      examples,
      dims: source.dims,
      labels: own,
      ...(targets && { distribution: targets }),
      rates: Array.from({ length: count }, (_, i) => options.rateOf(first + i)),
      seeds: Array.from({ length: count }, () => masks.integer(2 ** 32)),
    };
  }
}

/** The rows' distributions where the loss wants them, mixed batch by batch together with the examples. */
function distributions(
  examples: Float32Array,
  labels: Int32Array,
  given: Pick<EpochOptions, "batchSize" | "classCount" | "mixup"> & { random: Random },
): Float32Array | undefined {
  const { batchSize: rows, classCount, mixup: alpha = 0, random } = given;
  if (classCount === undefined && alpha === 0) return undefined;
  if (classCount === undefined)
    throw new RootstockError("E_OPTION", "mixup: expected a loss over distributions, got one over labels.", {
      hint: "Train with softCrossEntropy.",
    });
  const all = oneHotRows(labels, classCount);
  if (alpha === 0) return all;
  const steps = labels.length / rows;
  const part = (values: Float32Array, step: number): Float32Array =>
    values.subarray((step * values.length) / steps, ((step + 1) * values.length) / steps);
  for (let step = 0; step < steps; step += 1)
    mixBatch({ examples: part(examples, step), distribution: part(all, step) }, { rows, alpha, random });
  return all;
}
