import type { Backbone } from "../backbones/backbone.ts";
import type { CardLayer } from "../backbones/card.ts";
import { RootstockError, quoteList } from "../base/errors.ts";
import { suggestWord } from "../base/nearest-word.ts";
import { inferShapes } from "../graph/shapes/infer-shapes.ts";

/**
 * The place where features are taken: a layer by the card's name, any value of the graph by its own, else the card's
 * default. Throws E_LAYER for an unknown one (the card's layers listed) and for a value that is no map, sequence or vector.
 */
export function resolveLayer(
  { card, model }: Pick<Backbone, "card" | "model">,
  name: string = card.defaultLayer,
): CardLayer {
  const layer =
    card.layers.find((one) => one.name === name) ?? card.layers.find(({ value }) => value === name);
  if (layer !== undefined) return layer;
  if (model.graph.nodes.some(({ outputs }) => outputs.includes(name)))
    return { name, value: name, shape: shapeOf(name, { card, model }) };
  const known = card.layers.map((layer) => layer.name);
  throw new RootstockError(
    "E_LAYER",
    `layer ${JSON.stringify(name)}: no such layer in ${card.name}. It has ${quoteList(known, 40)}.`,
    { hint: `${suggestWord(name, known)}Choose one of them with --layer, or leave it out for the default.` },
  );
}

/** Without the batch. */
function shapeOf(value: string, { card, model }: Pick<Backbone, "card" | "model">): readonly number[] {
  const { width, height } = card.preprocessing;
  const input = model.graph.inputs[0]!.name;
  const shapes = inferShapes(model.graph, {
    inputs: { [input]: ["N", 3, height, width] },
    opset: model.opsets.get(""),
    onUnknown: "skip",
  });
  const declared = model.graph.outputs.find((output) => output.name === value)?.dims;
  const dims = (shapes.get(value)?.dims ?? declared ?? []).slice(1);
  const sizes = dims.filter((dim) => typeof dim === "number");
  if (sizes.length === dims.length && sizes.length >= 1 && sizes.length <= 3) return sizes;
  throw new RootstockError(
    "E_LAYER",
    `layer "${value}": expected a map [N, C, h, w], tokens [N, T, D] or a vector [N, D], got [${shapes.get(value)?.dims ?? "unknown"}].`,
    { hint: "Choose one of the layers that the backbone's card names." },
  );
}
