import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Graph, GraphNode, Model, ValueInfo } from "../graph.ts";
import { inferShapes } from "../shapes/infer-shapes.ts";
import { namesReadBy, renameValues } from "./rename-values.ts";

/** One value wanted from a network, and the name that it gets as an output. */
export interface CutPoint {
  readonly value: string;
  readonly outputName?: string;
}

/**
 * The part of a network that computes one value, with that value as its only output.
 * Nodes, weights and inputs that it does not need are left out.
 * Throws E_LAYER when no such value exists.
 */
export function cutAt(model: Model, value: string, options: { outputName?: string } = {}): Model {
  return cutAtAll(model, [{ value, ...options }]);
}

/** `cutAt` for several values at once: one network with several outputs, their common part computed once. */
export function cutAtAll(model: Model, points: readonly CutPoint[]): Model {
  const { graph } = model;
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const known = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...producers.keys(),
  ]);
  const missing = points.filter(({ value }) => value === "" || !known.has(value)).map(({ value }) => value);
  if (missing.length > 0)
    throw new RootstockError(
      "E_LAYER",
      `cut: expected values of the graph, got ${quoteList(missing)}. It has ${quoteList([...producers.keys()])}.`,
      { hint: "listLayers(model) names the places where features can be taken." },
    );
  const types = inferShapes(graph, { onUnknown: "skip", opset: model.opsets.get("") });
  const outputs = points.map(({ value }): ValueInfo => {
    const declared = [...graph.inputs, ...graph.outputs].find(({ name }) => name === value);
    const inferred = types.get(value);
    // Networks carry float32; where neither the file nor inference knows better, the runtime checks it at load.
    return inferred
      ? { name: value, ...inferred }
      : (declared ?? { name: value, type: "float32", dims: undefined });
  });
  const kept = keepOnly(graph, outputs, producers);
  return { ...model, graph: nameOutputs(kept, points, producers) };
}

/** Only what the outputs need, in the old order. */
function keepOnly(
  graph: Graph,
  outputs: readonly ValueInfo[],
  producers: ReadonlyMap<string, GraphNode>,
): Graph {
  const needed = new Set<string>();
  const nodes = new Set<GraphNode>();
  const open = outputs.map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const node = producers.get(name);
    if (node === undefined || nodes.has(node)) continue;
    nodes.add(node);
    open.push(...namesReadBy(node));
  }
  return {
    name: graph.name,
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs,
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    nodes: graph.nodes.filter((node) => nodes.has(node)),
  };
}

/** Renames a computed value in place; an input, an initializer or a value wanted twice goes through Identity. */
function nameOutputs(
  graph: Graph,
  points: readonly CutPoint[],
  producers: ReadonlyMap<string, GraphNode>,
): Graph {
  const renames = new Map<string, string>();
  const copies: GraphNode[] = [];
  const seen = new Set<string>();
  const outputs = points.map(({ value, outputName = value }, i) => {
    if (outputName !== value && producers.has(value) && !seen.has(value)) renames.set(value, outputName);
    else if (outputName !== value) copies.push(identity(value, outputName));
    seen.add(value);
    return { ...graph.outputs[i]!, name: outputName };
  });
  // The outputs carry their new names already, so they stay aside while the values are renamed.
  const renamed = renameValues({ ...graph, outputs: [], nodes: [...graph.nodes, ...copies] }, renames);
  return { ...renamed, outputs };
}

function identity(from: string, to: string): GraphNode {
  return { name: to, operator: "Identity", domain: "", inputs: [from], outputs: [to], attributes: {} };
}

/** The graph without nodes and initializers that no output needs. Inputs stay: they are the caller's contract. */
export function dropUnused(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  return { ...keepOnly(graph, graph.outputs, producers), inputs: graph.inputs };
}
