import { dropUnused } from "./cut-graph.ts";
import type { Dimension, Graph, GraphNode } from "../graph.ts";
import { type InferOptions, type Operand, inferOperands } from "../shapes/infer-shapes.ts";
import { intOf, tensorOf } from "../node-attributes.ts";
import { namesReadBy } from "./rename-values.ts";
import { type Tensor, int64List, tensorOfNumbers } from "../tensor.ts";

/**
 * The same function with its constant and shape arithmetic done: Constant nodes and everything computed from shapes
 * alone become initializers, Identity and inference-time Dropout disappear, and so does what nothing reads any more.
 * A Reshape to [N, ...] whose N is the input's own free dimension becomes one to [0, ...].
 * Outputs keep their names; operators without shape rules are left as they are. Throws as `inferShapes`.
 */
export function foldConstants(graph: Graph, options: Omit<InferOptions, "onUnknown"> = {}): Graph {
  const operands = inferOperands(graph, { ...options, onUnknown: "skip" });
  const fixed = namesThatStay(graph);
  const initializers = new Map(graph.initializers);
  const aliases = new Map<string, string>();
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => aliases.get(name) ?? name);
    const [output = ""] = node.outputs;
    const constant = constantOf(node, operands);
    if (constant !== undefined && !fixed.outputs.has(output)) initializers.set(output, constant);
    else if (passesThrough(node, initializers) && !fixed.all.has(output)) aliases.set(output, inputs[0]!);
    else nodes.push(withFixedTarget({ ...node, inputs }, { operands, initializers }));
  }
  return dropUnused({ ...graph, initializers, nodes });
}

/** Outputs must stay computed values; what subgraphs take from outside must keep its name. */
function namesThatStay(graph: Graph): { outputs: ReadonlySet<string>; all: ReadonlySet<string> } {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const taken = graph.nodes.flatMap((node) =>
    namesReadBy(node).filter((name) => !node.inputs.includes(name)),
  );
  return { outputs, all: new Set([...outputs, ...taken]) };
}

function constantOf(node: GraphNode, operands: ReadonlyMap<string, Operand>): Tensor | undefined {
  if (node.domain !== "" || node.outputs.length !== 1) return undefined;
  const whole = node.operator === "Constant" ? tensorOf(node, "value") : undefined;
  if (whole !== undefined) return whole;
  const operand = operands.get(node.outputs[0]!);
  if (operand?.values === undefined) return undefined;
  const dims = onlyNumbers(operand.dims);
  const values = onlyNumbers(operand.values);
  return dims && values && tensorOfNumbers(operand.type, dims, values);
}

function onlyNumbers(items: readonly Dimension[]): readonly number[] | undefined {
  return items.every((item) => typeof item === "number") ? items : undefined;
}

/** Identity, and Dropout that is not told to train and whose mask nobody wants. */
function passesThrough(node: GraphNode, initializers: ReadonlyMap<string, Tensor>): boolean {
  if (node.domain !== "") return false;
  if (node.operator === "Identity") return true;
  if (node.operator !== "Dropout" || node.outputs.some((name, i) => i > 0 && name !== "")) return false;
  const flag = node.inputs[2];
  return !flag || initializers.get(flag)?.bytes[0] === 0;
}

interface Known {
  readonly operands: ReadonlyMap<string, Operand>;
  readonly initializers: Map<string, Tensor>;
}

/** A Reshape whose target is known but for dimensions that it copies in place gets a constant target. */
function withFixedTarget(node: GraphNode, { operands, initializers }: Known): GraphNode {
  const [data, target] = node.inputs;
  if (node.operator !== "Reshape" || !data || !target || initializers.has(target)) return node;
  if (intOf(node, "allowzero", 0) === 1) return node;
  const from = operands.get(data)?.dims;
  const to = operands
    .get(target)
    ?.values?.map((dim, i) => (typeof dim === "string" && dim === from?.[i] ? 0 : dim));
  const numbers = to && onlyNumbers(to);
  if (numbers === undefined) return node;
  const name = `${node.outputs[0]}:target`;
  initializers.set(name, int64List(numbers));
  return { ...node, inputs: [data, name] };
}
