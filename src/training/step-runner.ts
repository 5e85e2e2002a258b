import type { TrainingGraph } from "../autodiff/training-graph.ts";
import type { Engine } from "../engine/engine.ts";
import { type Tensor, asFloat32, floatTensor, int64Tensor } from "../graph/tensor.ts";

/** K batches of B examples, and how each step is to be made. */
export interface StackedBatches {
  /** Shape: K x B x the example's own. */
  readonly examples: Float32Array;
  readonly dims: readonly number[];
  /** Shape: K x B. */
  readonly labels: Int32Array;
  /** Where the loss wants it. Shape: K x B x classes. */
  readonly distribution?: Float32Array;
  /** Further targets that the loss names. Shapes: K x B x their width. */
  readonly targets?: ReadonlyMap<string, Float32Array>;
  /** Shape: K. */
  readonly rates: readonly number[];
  /** One a step, in [0, 2³²): decides its random masks. Shape: K. */
  readonly seeds: readonly number[];
}

/** What K steps tell. Shapes: K. */
export interface StepFigures {
  /** Before each update. */
  readonly losses: Float32Array;
  /** How many of each batch were right. */
  readonly correct: Float32Array;
}

/** A training graph at work: it holds the state between calls. */
export interface StepRunner extends AsyncDisposable {
  /** Of the whole state, which every run moves in and out. */
  readonly stateBytes: number;
  /** Classes of the distributions that it wants; undefined where it wants class numbers alone. */
  readonly classCount: number | undefined;
  /** Throws E_ENGINE and the signal's reason; the state is lost then. */
  run(batches: StackedBatches, options: { signal?: AbortSignal | undefined }): Promise<StepFigures>;
  /** Parameters, statistics and optimiser state by name; copies. */
  state(): Map<string, Tensor>;
}

/** Loads a training graph; it starts from `state` (a checkpoint's) or from the weights that the graph was made with. */
export async function openStepRunner(
  graph: TrainingGraph,
  { engine, state: given }: { engine: Engine; state?: ReadonlyMap<string, Tensor> | undefined },
): Promise<StepRunner> {
  const session = await engine.load(graph.model);
  const input = [...graph.batches.values()][0]!.name;
  let state = new Map(graph.state.map(({ name, initial }) => [name, copyOf(given?.get(name) ?? initial)]));
  return {
    stateBytes: graph.state.reduce((sum, { initial }) => sum + initial.bytes.length, 0),
    classCount: graph.distribution?.dims?.at(-1) as number | undefined,
    state: () => new Map([...state].map(([name, tensor]) => [name, copyOf(tensor)])),
    run: async ({ examples, dims, labels, distribution, targets, rates, seeds }, { signal }) => {
      const steps = rates.length;
      const batch = labels.length / steps;
      const feeds = {
        ...Object.fromEntries(graph.state.map((variable) => [variable.input, state.get(variable.name)!])),
        [input]: floatTensor([steps, batch, ...dims], examples),
        ...(graph.labels && { [graph.labels.name]: int64Tensor([steps, batch], Array.from(labels)) }),
        ...(graph.distribution && {
          [graph.distribution.name]: floatTensor(
            [steps, batch, distribution!.length / labels.length],
            distribution!,
          ),
        }),
        ...Object.fromEntries(
          [...graph.targets].map(([name, { name: feed }]) => {
            const values = targets!.get(name)!;
            return [feed, floatTensor([steps, batch, values.length / labels.length], values)];
          }),
        ),
        [graph.learningRate]: floatTensor([steps], rates),
        ...(graph.seed !== undefined && { [graph.seed]: int64Tensor([steps], seeds) }),
      };
      const results = await session.run(feeds, { signal, transfer: true });
      state = new Map(graph.state.map(({ name, output }) => [name, results[output]!]));
      return { losses: asFloat32(results[graph.loss]!), correct: asFloat32(results[graph.correct]!) };
    },
    [Symbol.asyncDispose]: async () => await session[Symbol.asyncDispose](),
  };
}

/** What is fed is given away, and the weights of a backbone are not ours to give. */
function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, bytes: Uint8Array.from(tensor.bytes) };
}
