import type { Card } from "./card.ts";

/**
 * A card as YAML text, in the order people read it: who made it, how it wants its pixels, where features can be
 * taken. `parseCard` reads it back to the same value.
 */
export async function formatCard(card: Card): Promise<string> {
  const { stringify, Document, isMap, isSeq, visit } = await import("yaml");
  const { layers, ...head } = card;
  const document = new Document({ ...head, layers }, { aliasDuplicateObjects: false });
  visit(document, {
    // short things on one line: a layer, a shape, mean and std
    Map: (key, node) => {
      if (key !== null && node.items.every((pair) => !isMap(pair.value))) node.flow = node.items.length <= 4;
    },
    Seq: (_, node) => {
      node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
    },
  });
  return stringify(document, { lineWidth: 0, flowCollectionPadding: true });
}
