import type { Graph, GraphNode } from "../graph/graph.ts";

/**
 * The same nodes with MaxPool before Relu where a Relu is read by that MaxPool alone. Values and gradients stay, for the
 * largest of max(x, 0) is max(the largest, 0), and where it is 0 no gradient passes; the Relu and its gradient then work
 * on the pooled map. A Relu of what does not move by training keeps its place: it has no gradient.
 * `between` has the new values, each with the one whose shape it has.
 */
export function poolFirst(
  { nodes, outputs }: Pick<Graph, "nodes" | "outputs">,
  isMoving: (value: string) => boolean,
): { readonly nodes: readonly GraphNode[]; readonly between: ReadonlyMap<string, string> } {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  const kept = new Set(outputs.map(({ name }) => name));
  const poolBehind = (relu: GraphNode): GraphNode | undefined => {
    const [reader, ...others] = readers.get(relu.outputs[0]!) ?? [];
    const isFree = relu.operator === "Relu" && others.length === 0 && !kept.has(relu.outputs[0]!);
    const isPool = reader?.operator === "MaxPool" && !reader.outputs[1];
    return isFree && isPool && isMoving(relu.inputs[0]!) ? reader : undefined;
  };
  const between = new Map<string, string>();
  const exchanged = new Map<GraphNode, GraphNode>();
  for (const relu of nodes) {
    const pool = poolBehind(relu);
    if (pool === undefined) continue;
    const value = `${pool.outputs[0]!}/before_relu`;
    between.set(value, pool.outputs[0]!);
    exchanged.set(relu, { ...pool, inputs: relu.inputs, outputs: [value] });
    exchanged.set(pool, { ...relu, inputs: [value], outputs: pool.outputs });
  }
  return { nodes: nodes.map((node) => exchanged.get(node) ?? node), between };
}
