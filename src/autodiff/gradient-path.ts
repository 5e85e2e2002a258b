import { RootstockError, quoteList } from "../base/errors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { intOf } from "../graph/node-attributes.ts";
import { type ElementType, elementTypeNamed, isFloat } from "../graph/tensor.ts";
import { type DifferentiableOperator, gradientRules, ruleFor } from "./rules/gradient-rules.ts";

/** The nodes between trained parameters and the outputs, in the order of the graph. */
export interface GradientPath {
  readonly nodes: readonly GraphNode[];
  /** Values that depend on a trained parameter. */
  readonly active: ReadonlySet<string>;
  /** Values that the outputs depend on through them. */
  readonly reached: ReadonlySet<string>;
}

/** Inputs that carry no gradient whatever feeds them (shapes, axes, bounds, statistics): the first one, by operator. */
const indexInputs: Partial<Record<DifferentiableOperator, number>> = {
  Reshape: 1,
  Expand: 1,
  Slice: 1,
  Split: 1,
  Squeeze: 1,
  Unsqueeze: 1,
  ReduceMean: 1,
  ReduceSum: 1,
  Pad: 1,
  Clip: 1,
  Dropout: 1,
  BatchNormalization: 3,
};

/** Operators whose result is a count, a place or a step: it does not move with its input. */
const withoutSlope = new Set([
  "Shape",
  "Size",
  "ArgMax",
  "ArgMin",
  "NonZero",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "Equal",
  "Not",
  "IsInf",
  "IsNaN",
  "Sign",
  "Ceil",
  "Floor",
  "Round",
]);

/** Operators whose row carries back what comes through the first output alone, though others are floats too. */
const oneOutput = new Set(["BatchNormalization"]);

/**
 * Finds what the gradient has to pass from `outputs` back to the `trained` values.
 * What lies before the first trained parameter, or beside the way to the outputs, is not on the path. Neither are whole
 * numbers and truth values, which do not move by small steps: `typeOf` tells them, where types are known.
 */
export function gradientPath(
  graph: Pick<Graph, "nodes">,
  {
    trained,
    outputs,
    typeOf = () => undefined,
  }: {
    trained: ReadonlySet<string>;
    outputs: readonly string[];
    typeOf?: (name: string) => ElementType | undefined;
  },
): GradientPath {
  const active = new Set(trained);
  for (const node of graph.nodes)
    if (carriersOf(node).some((name) => active.has(name)))
      for (const name of node.outputs)
        if (name !== "" && isFloat(typeOf(name) ?? "float32")) active.add(name);
  const reached = new Set(outputs);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => reached.has(name) && active.has(name))) continue;
    nodes.unshift(node);
    for (const name of carriersOf(node)) if (active.has(name)) reached.add(name);
  }
  return { nodes, active, reached };
}

/** The inputs through which a gradient may flow. */
export function carriersOf(node: GraphNode): readonly string[] {
  if (withoutSlope.has(node.operator) || isCastToSteps(node)) return [];
  return node.inputs.slice(0, indexInputs[node.operator as DifferentiableOperator] ?? node.inputs.length);
}

/** A Cast to whole numbers or truth values. */
function isCastToSteps(node: GraphNode): boolean {
  if (node.operator !== "Cast" || node.domain !== "") return false;
  const type = elementTypeNamed(intOf(node, "to", 1));
  return type !== undefined && !isFloat(type);
}

/**
 * Refuses a path with operators outside the table, all of them at once with their nodes.
 * Returns undefined when every node has a rule; else an E_NO_GRADIENT error, not thrown, so that a caller can ask
 * whether a network is trainable. Its hint names the layer behind the last such node.
 */
export function missingGradients({ nodes, reached }: GradientPath): RootstockError | undefined {
  const byProblem = new Map<string, GraphNode[]>();
  const faultOf = (node: GraphNode): string | undefined => {
    const rule = ruleFor(node);
    if (typeof rule !== "function") return rule;
    const isUsed = node.outputs.slice(1).some((name) => reached.has(name));
    return isUsed && oneOutput.has(node.operator) ? `${node.operator} with its statistics in use` : undefined;
  };
  for (const node of nodes) {
    const fault = faultOf(node);
    if (fault !== undefined) byProblem.set(fault, [...(byProblem.get(fault) ?? []), node]);
  }
  if (byProblem.size === 0) return undefined;
  const list = [...byProblem].map(
    ([problem, where]) => `${problem} (${quoteList(where.map(({ name, outputs }) => name || outputs[0]!))})`,
  );
  const last = nodes.findLast((node) => faultOf(node) !== undefined)!;
  return new RootstockError(
    "E_NO_GRADIENT",
    `autodiff: expected operators with a gradient rule between the trained parameters and the loss, got ${list.join(", ")}.`,
    {
      hint:
        `Freeze the network up to "${last.name || last.outputs[0]!}" and train what lies behind it, or use it frozen ` +
        `as a feature extractor. Trainable operators: ${Object.keys(gradientRules).join(", ")}.`,
    },
  );
}
