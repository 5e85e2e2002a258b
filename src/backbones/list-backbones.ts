import type { Card } from "./card.ts";
import { RootstockError } from "../base/errors.ts";
import { formatCard } from "./format-card.ts";
import { readShippedCards } from "./shipped-cards.ts";

/** One row of `backbones list`: what a person chooses by. */
export interface BackboneEntry {
  readonly name: string;
  /** `here`: opens by name now. `bring`: the card is shipped, the user gives the file. */
  readonly availability: "here" | "bring";
  readonly path: string | null;
  readonly parameters: number;
  readonly input: { readonly width: number; readonly height: number };
  readonly defaultLayer: string;
  /** Of the average-pooled default layer. */
  readonly dimensions: number;
  readonly licence: string;
  readonly isTrainable: boolean;
}

/** Every backbone the package knows, sorted by name. */
export async function listBackbones(): Promise<BackboneEntry[]> {
  const shipped = await readShippedCards();
  return shipped.map(({ card, modelPath }) => entryOf(card, modelPath));
}

/** One backbone in full: its row, its card, and the card as YAML to copy. Throws E_BACKBONE for an unknown name. */
export async function showBackbone(
  name: string,
): Promise<{ readonly entry: BackboneEntry; readonly card: Card; readonly yaml: string }> {
  const shipped = await readShippedCards();
  const found = shipped.find(({ card }) => card.name === name);
  if (!found)
    throw new RootstockError("E_BACKBONE", `backbone "${name}": no backbone of that name.`, {
      hint: `Known names: ${shipped.map(({ card }) => card.name).join(", ")}.`,
    });
  return {
    entry: entryOf(found.card, found.modelPath),
    card: found.card,
    yaml: await formatCard(found.card),
  };
}

function entryOf(card: Card, path: string | null): BackboneEntry {
  const layer = card.layers.find(({ name }) => name === card.defaultLayer)!;
  return {
    name: card.name,
    availability: path === null ? "bring" : "here",
    path,
    parameters: card.parameters,
    input: { width: card.preprocessing.width, height: card.preprocessing.height },
    defaultLayer: card.defaultLayer,
    dimensions: layer.shape[0]!,
    licence: card.licence,
    isTrainable: card.isTrainable,
  };
}
