import { trainingGraph } from "../autodiff/training-graph.ts";
import { RootstockError } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import { replaceInitializers } from "../graph/edit/replace-initializers.ts";
import type { CheckpointStore, TrainingState } from "./checkpoint.ts";
import { stepsPerEpoch } from "./epoch-batches.ts";
import { type StepRunner, openStepRunner } from "./step-runner.ts";
import { trainEpoch } from "./train-epoch.ts";
import type { EpochFigures, TrainingPlan } from "./training-plan.ts";
import { type ValidationOptions, type ValidationScore, scoreValidation } from "./validation-score.ts";
import { tell } from "../words/fact.ts";

/** What a network is trained and validated on, and where its state is kept. */
export interface TrainNetworkOptions extends ValidationOptions {
  /**
   * Rows that are trained on; those of the validation, which decide which epoch is best, must not be among them. With no
   * rows to validate on, the last epoch counts as the best.
   */
  readonly training: Int32Array;
  readonly seed: number;
  /** Names the work in events. */
  readonly stage: string;
  /** The most steps that other trainings of the same work make after this one, told with its progress; default 0. */
  readonly stepsAfter?: number | undefined;
  /** Where the state is kept after every epoch, and continued from; without it nothing is kept. */
  readonly checkpoints?: CheckpointStore | undefined;
}

/** A trained network, with the weights of its best epoch. */
export interface TrainedNetwork {
  readonly graph: Graph;
  /** The epoch of these weights; 0 where none bettered the weights that training began with. */
  readonly bestEpoch: number;
  /** How the weights that training began with score; null without validation rows. */
  readonly start: ValidationScore | null;
  /** Every epoch made, in order. */
  readonly history: readonly EpochFigures[];
  /** Examples seen, each as often as it was. */
  readonly imagesSeen: number;
  readonly stoppedBy: "epochs" | "patience" | "interruption";
}

/**
 * Trains a network: epochs of seeded, shuffled batches; after each the validation rows are scored, the best weights
 * kept and the state checkpointed. Best is the lowest validation loss (see `judge`); the weights at the start count as
 * epoch 0.
 * `forward`: one input, logits as first output, in written form.
 * Two runs of one seed are equal to the bit on one machine and number of threads, resumed ones too.
 *
 * Events: progress in steps, at the end with `bestEpoch` and its figures; a `metric` with the validation's figures
 * before the first epoch (epoch 0) and with `EpochFigures` after each. A resumed training tells the epochs that it finds
 * once more, so that every listener has the whole course. An abort after the first epoch ends the training and keeps the
 * best weights ("interruption"); before it, it throws the signal's reason.
 * Throws E_OPTION where the batch is larger than the data, E_NAN where the loss is no longer finite, E_DISK_FULL where
 * a checkpoint finds no room, and what `trainingGraph` and `source.load` throw.
 */
export async function trainNetwork(
  forward: Graph,
  plan: TrainingPlan,
  options: TrainNetworkOptions,
): Promise<TrainedNetwork> {
  const { engine, checkpoints, signal } = options;
  requireFullBatch(plan, options.training.length);
  const kept = (await checkpoints?.load()) ?? null;
  let state = kept ?? (await startState(forward, options));
  tellCourse(state, options);
  if (isOver(state, plan)) return finish(forward, state, { plan, options, stoppedBy: whyOver(state, plan) });
  if (kept !== null) tellResumed(kept, options);
  await using runner = await openStepRunner(trainingGraph(forward, plan), { engine, state: kept?.variables });
  while (!isOver(state, plan)) {
    try {
      state = await advance(state, { forward, plan, runner, options });
      await checkpoints?.save(state);
    } catch (error) {
      if (signal?.aborted !== true || state.epoch === 0) throw error;
      return finish(forward, state, { plan, options, stoppedBy: "interruption" });
    }
  }
  return finish(forward, state, { plan, options, stoppedBy: whyOver(state, plan) });
}

/** Epoch 0: the weights as they are, scored. */
async function startState(forward: Graph, options: TrainNetworkOptions): Promise<TrainingState> {
  const start = await scoreValidation(forward, options);
  return {
    epoch: 0,
    start,
    best: { epoch: 0, score: start, weights: new Map() },
    history: [],
    variables: new Map(),
  };
}

function tellCourse({ start, history }: TrainingState, { stage, report }: TrainNetworkOptions): void {
  for (const figures of [...(start === null ? [] : [{ epoch: 0, ...start }]), ...history])
    report?.({ type: "metric", stage, values: { ...figures } });
}

function tellResumed({ epoch }: TrainingState, { stage, report }: TrainNetworkOptions): void {
  report?.({ type: "notice", ...tell("afterEpoch", { stage, epoch }) });
}

interface EpochWork {
  readonly forward: Graph;
  readonly plan: TrainingPlan;
  readonly runner: StepRunner;
  readonly options: TrainNetworkOptions;
}

/** The state one epoch later. */
async function advance(state: TrainingState, work: EpochWork): Promise<TrainingState> {
  const { forward, plan, runner, options } = work;
  const epoch = state.epoch + 1;
  const steps = stepsPerEpoch(options.training.length, plan.batchSize);
  const means = await trainEpoch(epoch, {
    ...options,
    ...plan,
    rows: options.training,
    runner,
    rateOf: (step) => plan.rate * plan.schedule(((epoch - 1) * steps + step) / (plan.epochs * steps)),
  });
  const variables = runner.state();
  const weights = new Map([...variables].filter(([name]) => forward.initializers.has(name)));
  const score = await scoreValidation(replaceInitializers(forward, weights), options);
  const figures: EpochFigures = { epoch, ...means, ...score };
  options.report?.({ type: "metric", stage: options.stage, values: { ...figures } });
  return {
    ...state,
    epoch,
    best: isBetter(score, state.best.score) ? { epoch, score, weights } : state.best,
    history: [...state.history, figures],
    variables,
  };
}

function isBetter(score: ValidationScore | null, best: ValidationScore | null): boolean {
  return score === null || best === null || score.validationLoss < best.validationLoss;
}

function isOver({ epoch, best }: TrainingState, { epochs, patience }: TrainingPlan): boolean {
  return epoch >= epochs || (patience !== null && epoch - best.epoch >= patience);
}

function whyOver({ epoch }: TrainingState, { epochs }: TrainingPlan): TrainedNetwork["stoppedBy"] {
  return epoch < epochs ? "patience" : "epochs";
}

function finish(
  forward: Graph,
  state: TrainingState,
  given: { plan: TrainingPlan; options: TrainNetworkOptions; stoppedBy: TrainedNetwork["stoppedBy"] },
): TrainedNetwork {
  const { start, best, history } = state;
  const { batchSize } = given.plan;
  const steps = history.length * stepsPerEpoch(given.options.training.length, batchSize);
  tellEnd(state, steps, given.options);
  return {
    graph: replaceInitializers(forward, best.weights),
    bestEpoch: best.epoch,
    start,
    history,
    imagesSeen: steps * batchSize,
    stoppedBy: given.stoppedBy,
  };
}

function tellEnd({ best, history }: TrainingState, steps: number, options: TrainNetworkOptions): void {
  const values = { epochs: history.length, bestEpoch: best.epoch, ...best.score };
  options.report?.({
    type: "progress",
    stage: options.stage,
    done: steps,
    total: steps,
    unit: "steps",
    values,
  });
}

/** Throws E_OPTION for a batch that so many training images cannot fill. */
export function requireFullBatch({ batchSize }: Pick<TrainingPlan, "batchSize">, rows: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= rows) return;
  throw new RootstockError(
    "E_OPTION",
    `batch size: expected a whole number from 1 to the ${rows} training images, got ${batchSize}.`,
    { hint: "Choose a smaller batch, or leave it out: it then fits the data." },
  );
}
