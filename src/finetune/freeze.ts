import type { Backbone } from "../backbones/backbone.ts";
import type { CardLayer } from "../backbones/card.ts";
import { type ParameterGroup, parameterGroups } from "../backbones/parameter-groups.ts";
import { RootstockError, quoteList } from "../base/errors.ts";
import { suggestWord } from "../base/nearest-word.ts";

/** Which part of a network is trained: a mask over its parameter groups. */
export interface Freeze {
  /** Where the frozen part ends: what lies before is computed once. Null: nothing is frozen. */
  readonly boundary: CardLayer | null;
  readonly frozen: readonly string[];
  /** From the input on. Empty: only the head is trained. */
  readonly unfrozen: readonly ParameterGroup[];
}

/**
 * Freezes a network up to and with a parameter group, of those that `layer` needs.
 * `upTo`: a group of the card; "none" freezes nothing, "all" everything; null freezes all but the last quarter of the
 * groups (at least one is trained). A card without groups, or of a network that cannot be trained, is frozen whole
 * unless a group is asked for. Throws E_LAYER for an unknown group, listing the card's.
 */
export function freezeTo(
  { card, model }: Pick<Backbone, "card" | "model">,
  layer: CardLayer,
  upTo: string | null,
): Freeze {
  const layers = card.layers.slice(0, card.layers.findIndex(({ value }) => value === layer.value) + 1);
  const groups = parameterGroups(model.graph, { layers }).filter(({ parameters }) => parameters.length > 0);
  const names = groups.map(({ name }) => name);
  const count = frozenCount(names, { upTo, isTrainable: card.isTrainable, subject: card.name });
  const unfrozen = groups.slice(count);
  const first = layers.findIndex(({ group }) => group !== undefined && group === unfrozen[0]?.name);
  return {
    boundary: first === -1 ? layer : (layers[first - 1] ?? null),
    frozen: names.slice(0, count),
    unfrozen,
  };
}

function frozenCount(
  names: readonly string[],
  { upTo, isTrainable, subject }: { upTo: string | null; isTrainable: boolean; subject: string },
): number {
  if (upTo === "all" || (upTo === null && (!isTrainable || names.length === 0))) return names.length;
  if (names.length === 0)
    throw new RootstockError(
      "E_LAYER",
      `freeze: expected parameters to train in ${subject}, up to the layer in use, got none: it can only be frozen whole.`,
      { hint: "Say --freeze-to all, or leave it out: new layers behind the network are trained." },
    );
  if (upTo === "none") return 0;
  if (upTo === null) return names.length - Math.ceil(names.length / 4);
  const at = names.indexOf(upTo);
  if (at !== -1) return at + 1;
  throw new RootstockError(
    "E_LAYER",
    `freeze: expected a parameter group of ${subject}, got ${JSON.stringify(upTo)}. It has ${quoteList(names, 40)}.`,
    { hint: `${suggestWord(upTo, names)}Name the last group to keep frozen, or "none" or "all".` },
  );
}
