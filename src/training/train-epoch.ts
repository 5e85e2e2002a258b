import { RootstockError } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { type EpochOptions, epochBatches, stepsPerEpoch } from "./epoch-batches.ts";
import type { StepFigures, StepRunner } from "./step-runner.ts";

/** One epoch of a training. */
export interface TrainEpochOptions extends EpochOptions {
  readonly runner: StepRunner;
  /** Names the work in events. */
  readonly stage: string;
  /** The most epochs, for the progress told. */
  readonly epochs: number;
  readonly stepsAfter?: number | undefined;
  readonly report?: Report | undefined;
}

/** Means over an epoch's steps, each taken before its update. */
export interface EpochMeans {
  readonly loss: number;
  readonly accuracy: number;
  /** The last step's learning rate. */
  readonly rate: number;
}

/**
 * One pass over the training rows; the next batches are made while the last are computed.
 * Throws E_NAN at the first step whose loss is not finite, with the step and its rate.
 */
export async function trainEpoch(epoch: number, options: TrainEpochOptions): Promise<EpochMeans> {
  const { runner, rows, batchSize, signal } = options;
  const steps = stepsPerEpoch(rows.length, batchSize);
  const before = (epoch - 1) * steps;
  const sum = { done: 0, loss: 0, correct: 0 };
  const { stateBytes, classCount } = runner;
  const chunks = epochBatches(epoch, { ...options, stateBytes, classCount });
  let next = await chunks.next();
  while (!next.done) {
    const rates = next.value.rates; // the batches themselves are given away
    const [figures, following] = await Promise.all([runner.run(next.value, { signal }), chunks.next()]);
    requireFinite(figures, { firstStep: before + sum.done, rates });
    sum.done += rates.length;
    sum.loss += figures.losses.reduce((total, loss) => total + loss, 0);
    sum.correct += figures.correct.reduce((total, count) => total + count, 0);
    tellProgress(before + sum.done, { steps, epoch, loss: sum.loss / sum.done }, options);
    next = following;
  }
  return {
    loss: sum.loss / steps,
    accuracy: sum.correct / (steps * batchSize),
    rate: options.rateOf(steps - 1),
  };
}

function tellProgress(
  done: number,
  { steps, ...figures }: { steps: number; epoch: number; loss: number },
  { stage, epochs, stepsAfter = 0, report }: TrainEpochOptions,
): void {
  const values = { ...figures, epochs, stepsAfter };
  report?.({ type: "progress", stage, done, total: epochs * steps, unit: "steps", values });
}

/** Throws E_NAN for the first loss that is none, with its step, counted from 1, and its rate. */
export function requireFinite(
  { losses }: StepFigures,
  { firstStep, rates }: { firstStep: number; rates: readonly number[] },
): void {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad === -1) return;
  const rate = rates[bad]!;
  throw new RootstockError(
    "E_NAN",
    `training: expected a finite loss, got ${losses[bad]} at step ${firstStep + bad + 1}, learning rate ${rate.toPrecision(3)}.`,
    {
      hint: `Lower the rate (try ${(rate / 10).toPrecision(1)}), set clipNorm, or unfreeze fewer layers. The last good checkpoint is intact.`,
    },
  );
}
