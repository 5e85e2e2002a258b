import type { Attribute, Graph, GraphNode } from "../graph.ts";
import type { Tensor } from "../tensor.ts";

/** Two of these with the same inputs may give different values. */
const drawn: ReadonlySet<string> = new Set([
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
  "Bernoulli",
  "Multinomial",
  "Dropout",
]);

/**
 * The same graph with everything that is computed twice computed once: equal weights become one, and of nodes with the same
 * operator, attributes and inputs the first stays. So networks that were joined share their common trunk, whatever layers
 * were taken of it. Outputs keep their names; nodes with graphs inside, and nodes that draw, are left as they are.
 */
export function mergeEqualNodes(graph: Graph): Graph {
  const isOutput = new Set(graph.outputs.map(({ name }) => name));
  const { kept: initializers, canonical } = mergeInitializers(graph, isOutput);
  const known = new Map<string, GraphNode>();
  const nodes: GraphNode[] = [];
  const inner = new Set(graph.nodes.flatMap((node) => (hasGraph(node) ? namesInside(node) : [])));
  for (const node of graph.nodes) {
    const moved = { ...node, inputs: node.inputs.map((name) => canonical.get(name) ?? name) };
    const mayMerge =
      !drawn.has(node.operator) &&
      !hasGraph(node) &&
      !node.outputs.some((name) => isOutput.has(name) || inner.has(name));
    const key = mayMerge ? keyOf(moved) : "";
    const first = mayMerge ? known.get(key) : undefined;
    if (first === undefined) {
      if (mayMerge) known.set(key, moved);
      nodes.push(moved);
    } else node.outputs.forEach((name, i) => canonical.set(name, first.outputs[i]!));
  }
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...isOutput, ...inner]);
  return { ...graph, nodes, initializers: new Map([...initializers].filter(([name]) => read.has(name))) };
}

/** Of equal tensors the first; the names of the others lead to it. */
function mergeInitializers(
  { initializers }: Graph,
  isOutput: ReadonlySet<string>,
): { kept: Map<string, Tensor>; canonical: Map<string, string> } {
  const kept = new Map<string, Tensor>();
  const canonical = new Map<string, string>();
  const byShape = new Map<string, [string, Tensor][]>();
  for (const [name, tensor] of initializers) {
    const shape = `${tensor.type} ${tensor.dims}`;
    const alike = byShape.get(shape) ?? [];
    const first = isOutput.has(name)
      ? undefined
      : alike.find(([, other]) => isSame(other.bytes, tensor.bytes));
    kept.set(name, tensor);
    if (first !== undefined) canonical.set(name, first[0]);
    else byShape.set(shape, [...alike, [name, tensor]]);
  }
  return { kept, canonical };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  return a.every((byte, i) => byte === b[i]);
}

function keyOf({ operator, domain, inputs, outputs, attributes }: GraphNode): string {
  const named = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = named.map(([name, attribute]) => [name, attribute.kind, plainValue(attribute)]);
  return JSON.stringify([operator, domain, inputs, outputs.map((name) => name !== ""), plain]);
}

function plainValue({ kind, value }: Attribute): unknown {
  if (kind !== "tensor") return value;
  return [value.type, value.dims, [...value.bytes]];
}

function hasGraph({ attributes }: GraphNode): boolean {
  return Object.values(attributes).some(({ kind }) => kind === "graph");
}

/** What the graphs inside a node may read from around it. */
function namesInside({ attributes }: GraphNode): string[] {
  return Object.values(attributes).flatMap(({ kind, value }) =>
    kind === "graph"
      ? value.nodes.flatMap((node) => [...node.inputs, ...(hasGraph(node) ? namesInside(node) : [])])
      : [],
  );
}
