import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Dimension, Graph, GraphNode } from "../graph.ts";
import { writtenOpset } from "../onnx/needed-opset.ts";
import { evaluateValues, valuesOfTensor } from "./shape-arithmetic.ts";
import { type InferredValue, type Operand, ShapeContext, type ShapeRule } from "./shape-context.ts";
import { shapeRules } from "./shape-rules.ts";

export type { InferredValue, Operand } from "./shape-context.ts";

/** What is known beforehand, and what becomes of the unknown. */
export interface InferOptions {
  /** Dimensions of inputs, in place of those that the graph declares. */
  readonly inputs?: Readonly<Record<string, readonly Dimension[]>>;
  /** Standard opset of the graph's nodes; ours unless said. */
  readonly opset?: number | undefined;
  /** Operators without a rule: `throw` E_OPERATOR naming all, or `skip` them and what depends on them. */
  readonly onUnknown?: "throw" | "skip";
}

/**
 * Type and dimensions of every value in a graph: inputs, initializers and node outputs.
 * Free dimensions keep their names ("N") through the network; sizes that depend on one in other ways, or on numbers that
 * are computed from data, get a new name. Values of which not even the rank can be told are left out.
 * Throws E_SHAPE naming the node and its inputs' dimensions where they do not fit, and for an input of unknown rank;
 * E_OPERATOR listing all operators without a rule.
 */
export function inferShapes(graph: Graph, options: InferOptions = {}): Map<string, InferredValue> {
  const operands = inferOperands(graph, options);
  return new Map([...operands].map(([name, { type, dims }]) => [name, { type, dims }]));
}

/** `inferShapes` with the numbers of what is shape arithmetic; for folding. */
export function inferOperands(graph: Graph, options: InferOptions = {}): Map<string, Operand> {
  const { inputs = {}, opset = writtenOpset, onUnknown = "throw" } = options;
  if (onUnknown === "throw") requireRules(graph);
  const known = new Map<string, Operand>();
  for (const { name, type, dims } of graph.inputs) {
    const chosen = inputs[name] ?? dims;
    if (chosen !== undefined) known.set(name, { type, dims: chosen });
    else if (onUnknown === "throw") throw unknownRank(name);
  }
  for (const [name, tensor] of graph.initializers)
    known.set(name, { type: tensor.type, dims: tensor.dims, values: valuesOfTensor(tensor) });
  for (const node of graph.nodes) {
    const isReady = node.inputs.every((name) => name === "" || known.has(name));
    if (!isReady || ruleOf(node) === undefined) continue;
    const context = new ShapeContext(
      node,
      opset,
      node.inputs.map((name) => known.get(name)),
    );
    for (const [name, operand] of outputsOf(node, context)) known.set(name, operand);
  }
  return known;
}

function ruleOf(node: GraphNode): ShapeRule | undefined {
  return shapeRules.get(qualifiedName(node));
}

/** "Conv", or with its domain in front where that is not the standard one. */
function qualifiedName({ operator, domain }: GraphNode): string {
  return domain === "" ? operator : `${domain}.${operator}`;
}

/** The node's outputs that have names; what is unknown in their dimensions is named after the place. */
function* outputsOf(node: GraphNode, context: ShapeContext): Generator<[string, Operand]> {
  const rule = ruleOf(node)!;
  const wanted = node.outputs.some((name, i) => i > 0 && name !== "");
  const inferred = wanted ? rule(context) : rule(context).slice(0, 1);
  for (const [i, { type, dims }] of inferred.entries()) {
    const name = node.outputs[i];
    if (!name) continue;
    const named = dims.map((dim, axis) => (dim === "" ? `${name}:${axis}` : dim));
    const wrong = named.find((dim) => typeof dim === "number" && !(Number.isSafeInteger(dim) && dim >= 0));
    if (wrong !== undefined) throw context.error(`expected dimensions of 0 and above, got [${named}]`);
    const value = { type, dims: named };
    yield [name, i === 0 ? { ...value, values: evaluateValues(context, value) } : value];
  }
}

function requireRules(graph: Graph): void {
  const missing = graph.nodes.filter((node) => ruleOf(node) === undefined);
  if (missing.length === 0) return;
  const operators = [...new Set(missing.map(qualifiedName))];
  throw new RootstockError(
    "E_OPERATOR",
    `shapes: expected known operators, got ${quoteList(operators)} in ${missing.length} nodes: ` +
      `${quoteList(missing.map(({ name }) => name))}.`,
    { hint: "The network can still be run; export it with standard operators to have its layers listed." },
  );
}

function unknownRank(name: string): RootstockError {
  return new RootstockError("E_SHAPE", `input "${name}": expected declared dimensions, got none.`, {
    hint: `Give them: inferShapes(graph, { inputs: { "${name}": ["N", 3, 224, 224] } }).`,
  });
}
