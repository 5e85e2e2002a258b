import type { GraphBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { type Tensor, floatTensor, sizeOf } from "../graph/tensor.ts";
import type { Expressions } from "./expressions.ts";
import type { StateVariable, TrainingOptions } from "./training-options.ts";

/** The tensors that go round in the Loop, declared one by one with their next values. */
export interface State {
  /** Declares the body's input `name`, without a next value yet. */
  declare(variable: Pick<StateVariable, "name" | "kind" | "initial">): string;
  /** Gives a declared variable its next value. */
  carry(variable: Pick<StateVariable, "name" | "kind" | "initial">, next: string): void;
  /** The next value of a variable that has one. */
  next(name: string): string;
  readonly variables: readonly StateVariable[];
}

/** State of the body that `b` writes. */
export function createState(b: GraphBuilder): State {
  const variables: StateVariable[] = [];
  const nexts = new Map<string, string>();
  return {
    variables,
    next: (name) => nexts.get(name)!,
    declare: ({ name, initial }) => b.input(name, "float32", initial.dims),
    carry: ({ name, kind, initial }, next) => {
      const { dims } = initial;
      b.output(next, next, "float32", dims);
      nexts.set(name, next);
      variables.push({ name, kind, dims, initial, input: `initial/${name}`, output: `final/${name}` });
    },
  };
}

/** One update of every trained parameter and its slots, and of the step count. */
export function appendUpdates(
  e: Expressions,
  given: {
    forward: Graph;
    options: TrainingOptions;
    gradients: ReadonlyMap<string, string>;
    learningRate: string;
    state: State;
  },
): void {
  const { state, options } = given;
  const count = { name: "step", kind: "optimizer", initial: zeros([]) } as const;
  const step = e.add(state.declare(count), 1);
  state.carry(count, step);
  for (const name of options.trainable) updateParameter(e, name, { ...given, step });
}

function updateParameter(
  e: Expressions,
  name: string,
  given: Parameters<typeof appendUpdates>[1] & { readonly step: string },
): void {
  const { forward, options, gradients, learningRate, state, step } = given;
  const { optimizer, groups } = options;
  const { rate = 1, weightDecay = optimizer.weightDecay } = groups?.get(name) ?? {};
  const parameter = { name, kind: "parameter", initial: forward.initializers.get(name)! } as const;
  const slots = optimizer.slots.map(
    (slot) =>
      ({ slot, name: `${slot}/${name}`, kind: "optimizer", initial: zeros(parameter.initial.dims) }) as const,
  );
  const { dims } = parameter.initial;
  const next = optimizer.update(e, {
    parameter: withoutUnits(e, state.declare(parameter), dims),
    gradient: gradients.get(name)!,
    slots: Object.fromEntries(slots.map((slot) => [slot.slot, withoutUnits(e, state.declare(slot), dims)])),
    learningRate: rate === 1 ? learningRate : e.mul(learningRate, rate),
    weightDecay,
    step,
  });
  const restored = (value: string): string => (endsInUnits(dims) ? e.reshape(value, dims) : value);
  state.carry(parameter, restored(next.parameter));
  for (const slot of slots) state.carry(slot, restored(next.slots[slot.slot]!));
}

/** The name of the state variable that holds a parameter's or a running statistic's moving average. */
export function averageName(name: string): string {
  return `average/${name}`;
}

/**
 * The exponential moving average of every parameter and running statistic, after t updates:
 * a ← a + (1 - d) (w - a), d = min(decay, (1 + t) / (10 + t)), so that the first steps, far from anything, are soon
 * forgotten. Witness: torch.optim.swa_utils.AveragedModel with the same law.
 */
export function carryAverages(e: Expressions, state: State, decay: number): void {
  const steps = state.next("step");
  const share = e.sub(1, e.min(decay, e.div(e.add(steps, 1), e.add(steps, 10))));
  for (const { name, kind, initial } of state.variables.slice()) {
    if (kind !== "parameter" && kind !== "statistic") continue;
    const average = { name: averageName(name), kind: "average", initial } as const;
    const { dims } = initial;
    const before = withoutUnits(e, state.declare(average), dims);
    const moved = e.add(before, e.mul(e.sub(withoutUnits(e, state.next(name), dims), before), share));
    state.carry(average, endsInUnits(dims) ? e.reshape(moved, dims) : moved);
  }
}

/**
 * A parameter, or what has its shape, as a matrix where its last axes have length 1 (the kernels of 1x1 convolutions): for
 * ONNX Runtime such axes make of a product with a scalar one product for each entry, forty times as slow.
 */
export function withoutUnits(e: Expressions, x: string, dims: readonly number[]): string {
  return endsInUnits(dims) ? e.reshape(x, dims.slice(0, 2)) : x;
}

function endsInUnits(dims: readonly number[]): boolean {
  return dims.length > 2 && dims.slice(2).every((dim) => dim === 1);
}

function zeros(dims: readonly number[]): Tensor {
  return floatTensor(dims, new Float32Array(sizeOf(dims)));
}
