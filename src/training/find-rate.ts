import { trainingGraph } from "../autodiff/training-graph.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import type { Graph } from "../graph/graph.ts";
import { epochBatches, stepsPerEpoch } from "./epoch-batches.ts";
import type { ExampleSource } from "./example-source.ts";
import { openStepRunner } from "./step-runner.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** What a range test is made with. */
export interface RateTestOptions extends WorkOptions {
  readonly engine: Engine;
  readonly source: ExampleSource;
  readonly labels: Int32Array;
  readonly training: Int32Array;
  readonly seed: number;
  /** Names the work in events. */
  readonly stage: string;
}

/** What a range test found. */
export interface RateTest {
  /** The rate to train with. */
  readonly rate: number;
  /** Rates tried and the smoothed loss before each step. */
  readonly curve: readonly { readonly rate: number; readonly loss: number }[];
}

const [lowest, highest] = [1e-5, 0.3];
const steps = 80;
/** Weight of the losses before, as in the source. */
const smoothing = 0.9;

/**
 * The learning-rate range test: one pass with a rate that grows step by step from 1e-5 to 0.3, ηᵢ = η₀ (η₁ / η₀)^(i / n);
 * taken is a third of the rate at which the smoothed loss is lowest, below where it begins to rise. The weights that
 * this pass makes are thrown away. Events: progress in steps, and the curve as `metric`s { step, rate, loss }.
 * Source: Smith 2017, arXiv:1506.01186.
 */
export async function findRate(
  forward: Graph,
  plan: TrainingPlan,
  options: RateTestOptions,
): Promise<RateTest> {
  const { engine, training, signal, stage, report } = options;
  const each = stepsPerEpoch(training.length, plan.batchSize);
  await using runner = await openStepRunner(trainingGraph(forward, plan), { engine });
  const curve: { rate: number; loss: number }[] = [];
  let mean = 0;
  for (let epoch = 1; curve.length < steps; epoch += 1) {
    const rateOf = (step: number): number => rateAt((epoch - 1) * each + step);
    const { stateBytes, classCount } = runner;
    const given = { ...options, ...plan, rows: training, rateOf, stateBytes, classCount };
    const batches = epochBatches(epoch, given);
    for await (const batch of batches) {
      const { rates } = batch;
      const { losses } = await runner.run(batch, { signal });
      losses.subarray(0, steps - curve.length).forEach((loss, i) => {
        mean = smoothing * mean + (1 - smoothing) * loss;
        const values = { rate: rates[i]!, loss: mean / (1 - smoothing ** (curve.length + 1)) };
        curve.push(values);
        report?.({ type: "metric", stage, values: { step: curve.length, ...values } });
      });
      report?.({ type: "progress", stage, done: curve.length, total: steps, unit: "steps" });
      if (curve.length >= steps || !Number.isFinite(mean)) return { rate: suggest(curve), curve };
    }
  }
  return { rate: suggest(curve), curve };
}

/** The events of a curve that was made earlier: those that `findRate` told. */
export function tellCurve(
  { curve }: RateTest,
  { stage, report }: Pick<RateTestOptions, "stage" | "report">,
): void {
  for (const [i, point] of curve.entries())
    report?.({ type: "metric", stage, values: { step: i + 1, ...point } });
}

function rateAt(step: number): number {
  return lowest * (highest / lowest) ** Math.min(1, step / (steps - 1));
}

/** A third of the rate with the lowest loss; the first few steps, too noisy to be meant, do not count. */
function suggest(curve: RateTest["curve"]): number {
  const settled = curve.slice(Math.min(8, curve.length - 1)).filter(({ loss }) => Number.isFinite(loss));
  const best = settled.reduce((a, b) => (b.loss < a.loss ? b : a), settled[0] ?? curve[0]!);
  return best.rate / 3;
}
