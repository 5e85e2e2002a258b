import { RootstockError, quoteList } from "../base/errors.ts";
import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import { dropUnused } from "../graph/edit/cut-graph.ts";
import type { Graph, ValueInfo } from "../graph/graph.ts";
import { type Expressions, createExpressions } from "./expressions.ts";
import { carriersOf, gradientPath, missingGradients } from "./gradient-path.ts";
import type { KnownShapes } from "./known-shapes.ts";
import type { Loss, LossInputs, TargetWidth } from "./losses.ts";
import { parameterGradients } from "./parameter-gradients.ts";
import { type TrainingForm, appendTrainingForm } from "./training-form.ts";
import type { StateVariable, TrainingOptions } from "./training-options.ts";
import { type State, appendUpdates, carryAverages, createState } from "./training-state.ts";

/** One training step as the body of a Loop, with what it carries, reads and tells. */
export interface TrainingStep {
  readonly body: Graph;
  readonly state: readonly StateVariable[];
  /** What it reads of the current step, by the names of the stacked values outside; their types without the stack. */
  readonly feeds: ReadonlyMap<string, ValueInfo>;
  /** Its scan outputs: "loss", "correct" and perhaps "norm", float32 scalars. */
  readonly scans: readonly string[];
}

/** Names of the stacked values around the Loop. Its body must not use them for anything else. */
export const feedNames = {
  batch: (input: string): string => `batches/${input}`,
  labels: "batches/labels",
  distribution: "batches/distribution",
  /** A further target of the loss. */
  target: (name: string): string => `targets/${name}`,
  learningRate: "schedule/learning_rate",
  seed: "schedule/seed",
} as const;

/** Forward, loss, backward, update. Throws as `trainingGraph` says. */
export function buildTrainingStep(
  forward: Graph,
  options: TrainingOptions,
  known: KnownShapes,
): TrainingStep {
  const logits = forward.outputs[0]!.name;
  const { typeOf } = known;
  requirePath(forward, { ...options, outputs: [logits, ...(options.loss.outputs ?? [])], typeOf });
  const dims = logitDims(known.dimsOf(logits), { logits, batchSize: options.batchSize });
  const b = createBuilder(`${forward.name} step`, "step/");
  const e = createExpressions(b);
  const feed = createFeed(b);
  const state = createState(b);

  const form = readForward(e, feed, { forward, options, known });
  const targets = readTargets(feed, options.loss, dims);
  const { loss, gradients: seeds } = options.loss.write(e, { logits, dims, ...targets });
  const { gradients, norm } = parameterGradients(e, { ...form, seeds }, { forward, options });
  const learningRate = feed.read(feedNames.learningRate, { type: "float32", dims: [] });
  appendUpdates(e, { forward, options, gradients, learningRate, state });
  carryStatistics(state, form.statistics, forward);
  if (options.average !== undefined) carryAverages(e, state, options.average);
  const scans = { loss, correct: countCorrect(e, logits, targets), ...(norm !== undefined && { norm }) };
  for (const [name, value] of Object.entries(scans)) b.output(value, `step/${name}`, "float32", []);
  addConstants(b, forward, state.variables);
  return { body: dropUnused(b.graph()), state: state.variables, feeds: feed.list, scans: Object.keys(scans) };
}

interface Feed {
  /** This step's slice of the stacked value `name`; called `inside` in the body. */
  read(name: string, info: Omit<ValueInfo, "name">, inside?: string): string;
  readonly list: ReadonlyMap<string, ValueInfo>;
}

/** Declares the Loop's own two inputs, then reads stacked values at the current iteration. */
function createFeed(b: GraphBuilder): Feed {
  const list = new Map<string, ValueInfo>();
  const iteration = b.input("step/iteration", "int64", []);
  b.output(b.input("step/continue", "bool", []), "step/next_continue", "bool", []);
  return {
    list,
    read: (name, info, inside) => {
      list.set(name, { name, ...info });
      return b.op("Gather", [name, iteration], { axis: 0 }, inside);
    },
  };
}

/** The forward pass on this step's batch, in the form that training needs. */
function readForward(
  e: Expressions,
  feed: Feed,
  { forward, options, known }: { forward: Graph; options: TrainingOptions; known: KnownShapes },
): TrainingForm {
  for (const { name, type } of forward.inputs)
    feed.read(feedNames.batch(name), { type, dims: known.dimsOf(name) }, name);
  return appendTrainingForm(e, forward, {
    seed: hasDropout(forward) ? feed.read(feedNames.seed, { type: "int64", dims: [] }) : undefined,
    usesBatchStatistics: ({ inputs }) =>
      options.normalisation === "batch" && options.trainable.has(inputs[1]!),
    isTrained: (name) => options.trainable.has(name),
    known,
  });
}

/** Running means and variances go round in the Loop as the parameters do. */
function carryStatistics(
  state: State,
  statistics: TrainingForm["statistics"],
  { initializers }: Graph,
): void {
  for (const [name, next] of statistics) {
    const variable = { name, kind: "statistic", initial: initializers.get(name)! } as const;
    state.declare(variable);
    state.carry(variable, next);
  }
}

/** The targets that the loss needs. */
function readTargets(
  feed: Feed,
  { needs, targets = new Map() }: Loss,
  [rows, classes]: readonly [number, number],
): Targets {
  const labels = (): string => feed.read(feedNames.labels, { type: "int64", dims: [rows] });
  const distribution = (): string =>
    feed.read(feedNames.distribution, { type: "float32", dims: [rows, classes] });
  const target = (name: string, width: TargetWidth): string =>
    feed.read(feedNames.target(name), {
      type: "float32",
      dims: [rows, width === "classes" ? classes : width],
    });
  return {
    ...(needs.has("labels") && { labels: labels() }),
    ...(needs.has("distribution") && { distribution: distribution() }),
    targets: new Map([...targets].map(([name, width]) => [name, target(name, width)])),
  };
}

type Targets = Pick<LossInputs, "labels" | "distribution" | "targets">;

/**
 * How many rows have their largest logit where the target is: the label, or the distribution's largest entry. None has
 * where the loss asks for neither.
 */
function countCorrect(e: Expressions, logits: string, { labels, distribution }: Targets): string {
  if (labels === undefined && distribution === undefined) return e.builder.scalar(0);
  const argmax = (x: string): string => e.builder.op("ArgMax", [x], { axis: 1, keepdims: 0 });
  const isHit = e.builder.op("Equal", [argmax(logits), labels ?? argmax(distribution!)]);
  return e.reshape(e.sum(e.builder.op("Cast", [isHit], { to: 1 }), [0]), []);
}

function hasDropout({ nodes }: Graph): boolean {
  return nodes.some(({ operator }) => operator === "Dropout");
}

/** What is not carried is a constant of the body, where convolutions have their fast path. */
function addConstants(b: GraphBuilder, forward: Graph, state: readonly StateVariable[]): void {
  const carried = new Set(state.map(({ name }) => name));
  for (const [name, tensor] of forward.initializers) if (!carried.has(name)) b.constant(tensor, name);
}

function logitDims(
  dims: readonly number[],
  { logits, batchSize }: { logits: string; batchSize: number },
): readonly [number, number] {
  if (dims.length === 2 && dims[0] === batchSize) return [batchSize, dims[1]!];
  throw new RootstockError("E_SHAPE", `logits "${logits}": expected ${batchSize} x classes, got [${dims}].`);
}

/** Every trainable name must be a float32 initializer that what the loss reads depends on through rows of the table. */
function requirePath(
  forward: Graph,
  {
    trainable,
    outputs,
    typeOf,
  }: { trainable: ReadonlySet<string>; outputs: readonly string[] } & Pick<KnownShapes, "typeOf">,
): void {
  const path = gradientPath(forward, { trained: trainable, outputs, typeOf });
  const refusal = missingGradients(path);
  if (refusal) throw refusal;
  const reached = new Set(path.nodes.flatMap(carriersOf));
  const idle = [...trainable].filter(
    (name) => forward.initializers.get(name)?.type !== "float32" || !reached.has(name),
  );
  if (trainable.size > 0 && idle.length === 0) return;
  throw new RootstockError(
    "E_WEIGHTS",
    `trainable: expected float32 initializers of "${forward.name}" that its output depends on, got ` +
      `${trainable.size === 0 ? "none" : quoteList(idle)}.`,
    { hint: "trainableParameters(graph) lists them; running means and variances are moved, not trained." },
  );
}
