import { trainableParameters } from "../autodiff/trainable-parameters.ts";
import type { Graph } from "../graph/graph.ts";
import type { Card } from "./card.ts";

/** The parameters that are frozen or trained together. */
export interface ParameterGroup {
  readonly name: string;
  /** Names of trainable initializers, in the graph's order. */
  readonly parameters: readonly string[];
}

/**
 * The card's parameter groups, from the input on: each holds the parameters (see `trainableParameters`) that its layers
 * need and no earlier group does. Parameters past the last layer of the card belong to no group.
 */
export function parameterGroups(graph: Graph, card: Pick<Card, "layers">): ParameterGroup[] {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const trainable = new Set(trainableParameters(graph));
  const seen = new Set<string>();
  const groups = new Map<string, string[]>();
  for (const layer of card.layers) {
    if (layer.group === undefined) continue;
    const members = groups.get(layer.group) ?? [];
    groups.set(layer.group, members);
    const pending = [layer.value];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      if (trainable.has(value)) members.push(value);
      pending.push(...(producer.get(value)?.inputs ?? []));
    }
  }
  const order = new Map([...graph.initializers.keys()].map((name, i) => [name, i]));
  return [...groups].map(([name, members]) => ({
    name,
    parameters: members.toSorted((a, b) => order.get(a)! - order.get(b)!),
  }));
}
