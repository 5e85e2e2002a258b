import type { Graph, GraphNode, Model } from "./graph.ts";
import { asFloat32, asIntegers, sizeOf } from "./tensor.ts";

/** The weights of a convolution that looks at the picture itself. */
export interface FirstFilters {
  /** The initializer's name. */
  readonly name: string;
  /** F filters, C channels (of their group), h, w. */
  readonly dims: readonly [number, number, number, number];
  /** F * C * h * w values, row-major. */
  readonly values: Float32Array;
  /** True where the graph turns the channels round before it: the channels are then blue, green, red. */
  readonly isReversed: boolean;
}

/**
 * What a network looks for first: the filters of its first convolution, several where it has several ways in (a model
 * that joins backbones). Convolutions of 1 x 1, which only mix colours, are passed over where wider ones follow.
 * Empty for a network whose convolutions carry no two-dimensional constant float32 weights.
 */
export function firstFilters({ graph }: Model): FirstFilters[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const convolutions = graph.nodes.filter(({ operator }) => operator === "Conv");
  const isWide = ({ inputs }: GraphNode): boolean =>
    sizeOf(graph.initializers.get(inputs[1] ?? "")?.dims.slice(2) ?? []) > 1;
  const wide = new Set(convolutions.filter(isWide));
  const candidates = wide.size > 0 ? wide : new Set(convolutions);
  const found = new Map<string, FirstFilters>();
  for (const node of candidates) {
    const before = nodesBefore(node, producers);
    const filters = before.some((one) => candidates.has(one)) ? undefined : filtersOf(node, graph, before);
    if (filters !== undefined) found.set(filters.name, filters);
  }
  return [...found.values()];
}

function filtersOf(
  { inputs }: GraphNode,
  { initializers }: Graph,
  before: readonly GraphNode[],
): FirstFilters | undefined {
  const name = inputs[1] ?? "";
  const weight = initializers.get(name);
  if (weight?.type !== "float32" || weight.dims.length !== 4) return undefined;
  const dims = weight.dims as [number, number, number, number];
  return { name, dims, values: asFloat32(weight), isReversed: before.some(reverses) };

  /** `Gather(indices: [2, 1, 0])`, as our own preprocessing turns RGB to BGR. */
  function reverses({ operator, inputs: [, indices = ""] }: GraphNode): boolean {
    const tensor = operator === "Gather" ? initializers.get(indices) : undefined;
    return tensor?.type === "int64" && asIntegers(tensor).join() === "2,1,0";
  }
}

function nodesBefore(node: GraphNode, producers: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const found = new Set<GraphNode>();
  const open = [node.inputs[0] ?? ""];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const producer = producers.get(name);
    if (producer === undefined || found.has(producer)) continue;
    found.add(producer);
    open.push(...producer.inputs);
  }
  return [...found];
}
