import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Attribute, Graph, GraphNode } from "../graph.ts";

/** How names change: a prefix for all, or new names for some. */
export type Renaming =
  { readonly prefix: string; readonly except?: readonly string[] } | ReadonlyMap<string, string>;

/**
 * The same graph under other value names, subgraphs included; nodes are renamed by a prefix only.
 * Throws E_ONNX where two values would get one name.
 */
export function renameValues(graph: Graph, renaming: Renaming): Graph {
  const rename = renamer(renaming);
  const before = new Set(valueNames(graph));
  const after = new Set([...before].map(rename));
  if (after.size !== before.size)
    throw new RootstockError(
      "E_ONNX",
      `rename: expected new names that are free, got some in use already among ${quoteList([...after])}.`,
    );
  return renameGraph(graph, rename, "prefix" in renaming ? renaming.prefix : "");
}

function renamer(renaming: Renaming): (name: string) => string {
  if (!("prefix" in renaming)) return (name) => renaming.get(name) ?? name;
  const kept = new Set(renaming.except);
  return (name) => (name === "" || kept.has(name) ? name : renaming.prefix + name);
}

function renameGraph(graph: Graph, rename: (name: string) => string, nodePrefix: string): Graph {
  const renameNode = (node: GraphNode): GraphNode => ({
    ...node,
    name: nodePrefix + node.name,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: mapSubgraphs(node.attributes, (body) => renameGraph(body, rename, nodePrefix)),
  });
  return {
    name: graph.name,
    inputs: graph.inputs.map((input) => ({ ...input, name: rename(input.name) })),
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor])),
    nodes: graph.nodes.map(renameNode),
  };
}

function mapSubgraphs(
  attributes: GraphNode["attributes"],
  change: (graph: Graph) => Graph,
): Readonly<Record<string, Attribute>> {
  const entries = Object.entries(attributes).map(([key, attribute]): [string, Attribute] => [
    key,
    attribute.kind === "graph" ? { kind: "graph", value: change(attribute.value) } : attribute,
  ]);
  return Object.fromEntries(entries);
}

/** Every value name of a graph and its subgraphs, in order of first appearance, absent inputs left out. */
export function* valueNames(graph: Graph): Generator<string> {
  for (const { name } of [...graph.inputs, ...graph.outputs]) yield name;
  yield* graph.initializers.keys();
  for (const node of graph.nodes) {
    for (const name of [...node.inputs, ...node.outputs]) if (name !== "") yield name;
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === "graph") yield* valueNames(attribute.value);
  }
}

/** What a node reads: its inputs, and what its subgraphs take from around them. */
export function namesReadBy(node: GraphNode): string[] {
  const read = node.inputs.filter((name) => name !== "");
  for (const attribute of Object.values(node.attributes))
    if (attribute.kind === "graph") read.push(...namesTakenFromOutside(attribute.value));
  return read;
}

function namesTakenFromOutside(graph: Graph): string[] {
  const own = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) for (const name of node.outputs) own.add(name);
  const read = [...graph.nodes.flatMap(namesReadBy), ...graph.outputs.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}
