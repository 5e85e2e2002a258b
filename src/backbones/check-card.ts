import { RootstockError, quoteList } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Card } from "./card.ts";

/**
 * Holds a card against the graph it claims to describe: one image input of the card's size, and every layer's value
 * made by the graph. Throws E_CARD with all that is wrong.
 */
export function checkCard(card: Card, graph: Graph, where: string): void {
  const faults = [...inputFaults(card, graph), ...layerFaults(card, graph)];
  if (faults.length === 0) return;
  throw new RootstockError("E_CARD", `card of ${JSON.stringify(where)}: ${faults.join("; ")}.`, {
    hint: "The card was written for another file, or has a spelling mistake. `rootstock backbones add FILE` writes a new one.",
  });
}

function inputFaults(card: Card, graph: Graph): string[] {
  const [input, ...others] = graph.inputs;
  if (!input || others.length > 0)
    return [`expected one graph input, got ${quoteList(graph.inputs.map(({ name }) => name)) || "none"}`];
  const { width, height } = card.preprocessing;
  const wanted = ["N", 3, height, width];
  const dims = input.dims ?? wanted;
  const isFitting =
    dims.length === 4 && dims.every((dim, i) => typeof dim === "string" || dim === (i === 0 ? 1 : wanted[i]));
  if (input.type !== "float32" || !isFitting)
    return [
      `preprocessing makes float32 [${wanted}], but input "${input.name}" takes ${input.type} [${dims}]`,
    ];
  return [];
}

function layerFaults(card: Card, graph: Graph): string[] {
  const values = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const missing = card.layers.filter(({ value }) => !values.has(value));
  if (missing.length === 0) return [];
  return [
    `the graph has no value ${quoteList(missing.map(({ name, value }) => `${value} (layer ${name})`))}`,
  ];
}
