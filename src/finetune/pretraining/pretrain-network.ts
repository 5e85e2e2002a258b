import { sgd } from "../../autodiff/optimizers.ts";
import { trainableParameters } from "../../autodiff/trainable-parameters.ts";
import { type TrainingGraph, trainingGraph } from "../../autodiff/training-graph.ts";
import type { ParameterSettings } from "../../autodiff/training-options.ts";
import { averageName } from "../../autodiff/training-state.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { Engine } from "../../engine/engine.ts";
import { foldBatchNorm } from "../../graph/edit/fold-batch-norm.ts";
import { replaceInitializers } from "../../graph/edit/replace-initializers.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import { stepsPerEpoch } from "../../training/epoch-batches.ts";
import { warmUpCosine } from "../../training/schedule.ts";
import type { StateFile } from "../../training/state-file.ts";
import { type StepFigures, type StepRunner, openStepRunner } from "../../training/step-runner.ts";
import { requireFinite } from "../../training/train-epoch.ts";
import type { EpochFigures } from "../../training/training-plan.ts";
import { scoreValidation } from "../../training/validation-score.ts";
import { tell } from "../../words/fact.ts";
import { type SizePhase, sizeAt, sizePhases, stepsLeft } from "./growing-size.ts";
import { type PretrainingPlan, averageDecay, momentum, pretrainingLoss } from "./pretraining-plan.ts";
import { type PretrainingState, loadState, noSums, saveState } from "./pretraining-state.ts";
import { type Teacher, stepBatches } from "./step-batches.ts";
import { type Student, createStudent } from "./student.ts";

/** What a network is pretrained on, and where its state is kept. */
export interface PretrainNetworkOptions extends WorkOptions {
  readonly engine: Engine;
  /** Photos as examples of width and height `side`; those of the plan's size are scored. */
  sourceOf(side: number): ExampleSource;
  /** Class index of each row; -1: it has no label. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly teacher: Teacher | null;
  readonly seed: number;
  /** Names the work in events. */
  readonly stage: string;
  /** Where the state is kept and continued from; without it nothing is. */
  readonly checkpoints?: StateFile | undefined;
  /** Milliseconds of training after which the state is kept, beside the end of each epoch; default 60 s. */
  readonly keepEveryMs?: number | undefined;
}

/** A pretrained network. */
export interface PretrainedNetwork {
  /** The moving averages of parameters and statistics, by the architecture's names. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Every epoch made, in order. */
  readonly history: readonly EpochFigures[];
  /** Wall time of the training, over all its runs. */
  readonly seconds: number;
}

/**
 * Trains a network from random weights: SGD with Nesterov momentum along one rise and fall of the rate, batch
 * normalisation on batch statistics, photos that grow, and a moving average of the weights, which is what is validated
 * after each epoch and handed back. There is no best epoch: the last is.
 * Two runs of one seed are equal to the bit on one machine and number of threads, however often they were stopped or
 * killed between: all that a step depends on is the state before it and its number.
 *
 * Events: progress in steps; a `metric` with `EpochFigures` after each epoch, those of earlier runs told once more. An
 * abort keeps the state after the steps under way and throws the signal's reason.
 * Throws E_NAN where the loss is no longer finite, E_DISK_FULL where the state finds no room, and what `load` throws.
 */
export async function pretrainNetwork(
  plan: PretrainingPlan,
  options: PretrainNetworkOptions,
): Promise<PretrainedNetwork> {
  const { checkpoints, stage, report } = options;
  let state = await loadState(checkpoints);
  for (const figures of state.history) report?.({ type: "metric", stage, values: { ...figures } });
  const course = courseOf(plan, options);
  if (state.step > 0 && state.step < course.total)
    report?.({ type: "notice", ...tell("afterStep", { stage, step: state.step, steps: course.total }) });
  for (;;) {
    if (isEpochDone(state, course)) {
      state = await endEpoch(state, course);
      await saveState(checkpoints, state);
    }
    options.signal?.throwIfAborted();
    if (state.step === course.total) break;
    state = await trainStretch(state, course);
    await saveState(checkpoints, state);
  }
  tellEnd(state, course);
  const weights = averagesOf(state, createStudent({ ...course.student, side: plan.size }));
  return { weights, history: state.history, seconds: state.seconds };
}

/** All that stays the same from the first step to the last. */
interface Course {
  readonly plan: PretrainingPlan;
  readonly options: PretrainNetworkOptions;
  readonly student: Omit<Parameters<typeof createStudent>[0], "side">;
  readonly phases: readonly SizePhase[];
  /** Steps of an epoch, and of all. */
  readonly each: number;
  readonly total: number;
}

function courseOf(plan: PretrainingPlan, options: PretrainNetworkOptions): Course {
  const { architecture, width } = plan;
  const { classCount: classes, seed, teacher, training } = options;
  const each = stepsPerEpoch(training.length, plan.batchSize);
  return {
    plan,
    options,
    student: { architecture, width, classes, seed, hintWidth: teacher?.width ?? null },
    phases: sizePhases(plan.size, plan.isGrowing),
    each,
    total: plan.epochs * each,
  };
}

/** All steps of an epoch are made, and it is not validated yet. */
function isEpochDone({ sums }: PretrainingState, { each }: Course): boolean {
  return sums.steps === each;
}

/** The steps until the size of the photos changes or the epoch ends. */
async function trainStretch(state: PretrainingState, course: Course): Promise<PretrainingState> {
  const { options, phases, each, total } = course;
  const { side, end } = sizeAt(state.step, total, phases);
  const graph = graphOf(createStudent({ ...course.student, side }), course);
  const given = state.variables.size > 0 ? state.variables : undefined;
  await using runner = await openStepRunner(graph, { engine: options.engine, state: given });
  const epochEnd = (Math.floor(state.step / each) + 1) * each;
  return await trainSteps(state, { runner, side, to: Math.min(end, epochEnd), course });
}

function graphOf({ training }: Student, { plan, options }: Course): TrainingGraph {
  const trainable = trainableParameters(training);
  const isPlain = (name: string): boolean => training.initializers.get(name)!.dims.length === 1;
  const groups = trainable
    .filter(isPlain)
    .map((name): [string, ParameterSettings] => [name, { weightDecay: 0 }]);
  return trainingGraph(training, {
    trainable: new Set(trainable),
    groups: new Map(groups),
    loss: pretrainingLoss(plan, options.teacher?.width ?? null),
    optimizer: sgd({ momentum, nesterov: true, weightDecay: plan.weightDecay }),
    batchSize: plan.batchSize,
    normalisation: "batch",
    average: averageDecay,
  });
}

const schedule = warmUpCosine({ warmUp: 0.1, floor: 0.001 });

/** Steps up to `to`, within one epoch and one size; the next batches are made while the last are computed. */
async function trainSteps(
  start: PretrainingState,
  { runner, side, to, course }: { runner: StepRunner; side: number; to: number; course: Course },
): Promise<PretrainingState> {
  const { plan, options, total } = course;
  const { signal, checkpoints, keepEveryMs = 60_000 } = options;
  const rateOf = (step: number): number => plan.rate * schedule(step / total);
  const source = options.sourceOf(side);
  const given = { ...options, plan, source, rows: options.training, rateOf, signal: undefined };
  const chunks = stepBatches({ from: start.step, to }, given);
  let state = start;
  let [startedAt, keptAt] = [performance.now(), performance.now()];
  let next = await chunks.next();
  while (!next.done) {
    const { rates, labels } = next.value; // the batches themselves are given away
    const labelled = labels.reduce((count, label) => count + Number(label >= 0), 0);
    const [figures, following] = await Promise.all([runner.run(next.value, {}), chunks.next()]);
    requireFinite(figures, { firstStep: state.step, rates });
    const nowMs = performance.now();
    state = advanced(state, figures, { labelled, seconds: (nowMs - startedAt) / 1000 });
    startedAt = nowMs;
    tellProgress(state, course);
    next = following;
    if (signal?.aborted !== true && nowMs - keptAt < keepEveryMs) continue;
    keptAt = nowMs;
    await saveState(checkpoints, { ...state, variables: runner.state() });
    signal?.throwIfAborted();
  }
  return { ...state, variables: runner.state() };
}

function advanced(
  { step, sums, ...state }: PretrainingState,
  { losses, correct }: StepFigures,
  { labelled, seconds }: { labelled: number; seconds: number },
): PretrainingState {
  const plus = (values: Float32Array, from: number): number =>
    values.reduce((total, value) => total + value, from);
  return {
    ...state,
    step: step + losses.length,
    seconds: state.seconds + seconds,
    sums: {
      steps: sums.steps + losses.length,
      loss: plus(losses, sums.loss),
      correct: plus(correct, sums.correct),
      labelled: sums.labelled + labelled,
    },
  };
}

/** The epoch's figures, the validation's by the averaged weights among them. */
async function endEpoch(state: PretrainingState, course: Course): Promise<PretrainingState> {
  const { plan, options, each, total } = course;
  const { sums, step } = state;
  const student = createStudent({ ...course.student, side: plan.size });
  const averaged = foldBatchNorm(replaceInitializers(student.inference, averagesOf(state, student)));
  const score = await scoreValidation(averaged, { ...options, source: options.sourceOf(plan.size) });
  const figures: EpochFigures = {
    epoch: step / each,
    loss: sums.loss / sums.steps,
    accuracy: sums.correct / Math.max(1, sums.labelled),
    rate: plan.rate * schedule((step - 1) / total),
    ...score,
  };
  options.report?.({ type: "metric", stage: options.stage, values: { ...figures } });
  return { ...state, sums: noSums, history: [...state.history, figures] };
}

function averagesOf(
  { variables }: PretrainingState,
  { inference }: { inference: Graph },
): Map<string, Tensor> {
  const found = [...inference.initializers.keys()].flatMap((name): [string, Tensor][] => {
    const average = variables.get(averageName(name));
    return average === undefined ? [] : [[name, average]];
  });
  return new Map(found);
}

/** With `stepsAfter` so that the time left is right although steps at a larger size are slower. */
function tellProgress(
  { step, sums }: PretrainingState,
  { plan, options, phases, each, total }: Course,
): void {
  const epoch = Math.ceil(step / each);
  const stepsAfter = stepsLeft(step, total, phases) - (total - step);
  const values = { epoch, epochs: plan.epochs, loss: sums.loss / sums.steps, stepsAfter };
  options.report?.({
    type: "progress",
    stage: options.stage,
    done: step,
    total,
    unit: "steps",
    values,
  });
}

function tellEnd({ history }: PretrainingState, { options, total }: Course): void {
  const { validationLoss, validationAccuracy } = history.at(-1) ?? {};
  const values = {
    epochs: history.length,
    bestEpoch: history.length,
    ...(validationLoss !== undefined && { validationLoss, validationAccuracy: validationAccuracy! }),
  };
  options.report?.({
    type: "progress",
    stage: options.stage,
    done: total,
    total,
    unit: "steps",
    values,
  });
}
