import { type Random, createRandom } from "../../base/random.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import { stepsPerEpoch } from "../../training/epoch-batches.ts";
import { mixTogether } from "../../training/mixup.ts";
import type { StackedBatches } from "../../training/step-runner.ts";
import { type PretrainingPlan, teacherTargets } from "./pretraining-plan.ts";

/** What a teacher says of rows. Shapes: n x D standardised, n x K softened probabilities. */
export interface TeacherSays {
  readonly features: Float32Array;
  readonly softened: Float32Array;
}

/** A teacher's outputs for any rows, read from where they are kept. */
export interface Teacher {
  /** D */
  readonly width: number;
  load(rows: Int32Array): Promise<TeacherSays>;
}

/** What the steps of a pretraining are made from. */
export interface StepBatchOptions {
  readonly plan: Pick<PretrainingPlan, "batchSize" | "mixup" | "labelSmoothing">;
  /** At the size of these steps. */
  readonly source: ExampleSource;
  /** Class index of each row; -1: it has no label. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** The rows trained on. */
  readonly rows: Int32Array;
  readonly teacher: Teacher | null;
  readonly seed: number;
  rateOf(step: number): number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Photos handed over at a time, in bytes and in steps: a few seconds of work, so that the state's way in and out costs
 * little beside it, and few enough to hold two of them and to stop soon.
 */
const [chunkBytes, chunkSteps] = [32e6, 8];

/**
 * The batches of steps `from` to `to` (counted over all epochs; both in one epoch), some at a time. What a step gets is
 * decided by the seed and its number alone, so a training may begin again anywhere. A chunk is made when it is asked
 * for: ask for the next while the last is computed.
 */
export async function* stepBatches(
  { from, to }: { from: number; to: number },
  options: StepBatchOptions,
): AsyncGenerator<StackedBatches> {
  const { plan, source, rows, seed, signal } = options;
  const { batchSize } = plan;
  const each = stepsPerEpoch(rows.length, batchSize);
  const epoch = Math.floor(from / each) + 1;
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = Int32Array.from(random.fork("order").shuffle(rows));
  const bytes = 4 * batchSize * sizeOf(source.dims);
  const chunk = Math.max(1, Math.min(chunkSteps, Math.floor(chunkBytes / bytes)));
  for (let first = from; first < to; first += chunk) {
    const steps = Array.from({ length: Math.min(chunk, to - first) }, (_, i) => first + i);
    const start = (first - (epoch - 1) * each) * batchSize;
    const picked = Int32Array.from(
      { length: steps.length * batchSize },
      (_, i) => order[(start + i) % order.length]!,
    );
    const examples = await source.load(picked, epoch, { signal });
    const randoms = steps.map((step) => random.fork(`step ${step}`));
    yield {
      examples,
      dims: source.dims,
      labels: picked.map((row) => options.labels[row]!),
      ...(await targetsOf(picked, { ...options, examples, randoms })),
      rates: steps.map((step) => options.rateOf(step)),
      seeds: randoms.map((own) => own.fork("masks").integer(2 ** 32)),
    };
  }
}

/** What the loss is told of the rows beside their labels; with mixup all of it is mixed as the photos are. */
async function targetsOf(
  picked: Int32Array,
  given: StepBatchOptions & { examples: Float32Array; randoms: readonly Random[] },
): Promise<Pick<StackedBatches, "distribution" | "targets">> {
  const { plan, labels, classCount, teacher, examples, randoms } = given;
  const says = await teacher?.load(picked);
  const own = picked.map((row) => labels[row]!);
  const distribution = plan.mixup > 0 ? smoothedRows(own, { ...plan, classCount }) : undefined;
  const targets = says && [
    [teacherTargets.features, says.features] as const,
    [teacherTargets.softened, says.softened] as const,
  ];
  if (distribution !== undefined)
    mixSteps([examples, distribution, ...(targets ?? []).map(([, values]) => values)], { plan, randoms });
  return { ...(distribution && { distribution }), ...(targets && { targets: new Map(targets) }) };
}

/** (1 - ε) [c = y] + ε / K; nothing but zeros for a row without a label. Shapes: n labels -> n x K. */
function smoothedRows(
  labels: Int32Array,
  { labelSmoothing, classCount }: { labelSmoothing: number; classCount: number },
): Float32Array {
  const out = new Float32Array(labels.length * classCount);
  for (const [i, label] of labels.entries()) {
    if (label < 0) continue;
    out.fill(labelSmoothing / classCount, i * classCount, (i + 1) * classCount);
    out[i * classCount + label]! += 1 - labelSmoothing;
  }
  return out;
}

function mixSteps(
  parts: readonly Float32Array[],
  { plan, randoms }: { plan: StepBatchOptions["plan"]; randoms: readonly Random[] },
): void {
  const count = randoms.length;
  for (const [step, random] of randoms.entries()) {
    const ofStep = parts.map((values) =>
      values.subarray((step * values.length) / count, ((step + 1) * values.length) / count),
    );
    mixTogether(ofStep, { rows: plan.batchSize, alpha: plan.mixup, random: random.fork("mixup") });
  }
}
