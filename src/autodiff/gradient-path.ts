import { RootstockError, quoteList } from "../base/errors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { type DifferentiableOperator, gradientRules, ruleFor } from "./gradient-rules.ts";

/** The nodes between trained parameters and the outputs, in the order of the graph. */
export interface GradientPath {
  readonly nodes: readonly GraphNode[];
  /** Values that depend on a trained parameter. */
  readonly active: ReadonlySet<string>;
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

/** Operators whose result is a count or a place: it does not move with its input. */
const withoutSlope = new Set([
  "Shape",
  "Size",
  "ArgMax",
  "ArgMin",
  "NonZero",
  "Greater",
  "Less",
  "Equal",
  "Not",
]);

/**
 * Finds what the gradient has to pass from `outputs` back to the `trained` values.
 * What lies before the first trained parameter, or beside the way to the outputs, is not on the path.
 */
export function gradientPath(
  graph: Pick<Graph, "nodes">,
  { trained, outputs }: { trained: ReadonlySet<string>; outputs: readonly string[] },
): GradientPath {
  const active = new Set(trained);
  for (const node of graph.nodes)
    if (carriersOf(node).some((name) => active.has(name))) for (const name of node.outputs) active.add(name);
  const reached = new Set(outputs);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => reached.has(name) && active.has(name))) continue;
    nodes.unshift(node);
    for (const name of carriersOf(node)) if (active.has(name)) reached.add(name);
  }
  return { nodes, active };
}

/** The inputs through which a gradient may flow. */
export function carriersOf(node: GraphNode): readonly string[] {
  if (withoutSlope.has(node.operator)) return [];
  return node.inputs.slice(0, indexInputs[node.operator as DifferentiableOperator] ?? node.inputs.length);
}

/**
 * The parameters that could be trained: float32 initializers that the outputs depend on, in the order they are read.
 * Running means and variances of batch normalisation are not among them, nor are clipping bounds.
 */
export function trainableParameters(graph: Graph): string[] {
  const floats = [...graph.initializers].filter(([, { type }]) => type === "float32").map(([name]) => name);
  const outputs = graph.outputs.map(({ name }) => name);
  const { nodes } = gradientPath(graph, { trained: new Set(floats), outputs });
  const read = new Set(nodes.flatMap(carriersOf));
  return [...read].filter((name) => graph.initializers.get(name)?.type === "float32");
}

/**
 * Refuses a path with operators outside the table, all of them at once with their nodes.
 * Returns undefined when every node has a rule; else an E_NO_GRADIENT error, not thrown, so that a caller can ask
 * whether a network is trainable. Its hint names the layer behind the last such node.
 */
export function missingGradients({ nodes }: GradientPath): RootstockError | undefined {
  const byProblem = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const rule = ruleFor(node);
    if (typeof rule !== "function") byProblem.set(rule, [...(byProblem.get(rule) ?? []), node]);
  }
  if (byProblem.size === 0) return undefined;
  const list = [...byProblem].map(
    ([problem, where]) => `${problem} (${quoteList(where.map(({ name, outputs }) => name || outputs[0]!))})`,
  );
  const last = nodes.findLast((node) => typeof ruleFor(node) !== "function")!;
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
