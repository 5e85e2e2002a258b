import { readFile } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";
import type { Card } from "./card.ts";

/** Where the card of a weights file lies: `<file>.card.yaml`. */
export function cardPathOf(file: string): string {
  return `${file}.card.yaml`;
}

/** The card in a YAML file. Throws E_CARD, naming every field that is wrong. */
export async function readCard(path: string): Promise<Card> {
  return parseCard(await readFile(path, "utf8"), path);
}

/**
 * A card from its YAML text; `where` names it in messages.
 * Throws E_CARD with the line for broken YAML, with every wrong field and what was expected otherwise.
 */
export async function parseCard(text: string, where: string): Promise<Card> {
  // loaded here and not at the top: a program that opens no card pays for neither library
  const [{ parseDocument, visit }, { cardSchema }] = await Promise.all([
    import("yaml"),
    import("./card-schema.ts"),
  ]);
  const document = parseDocument(text);
  const fault = document.errors[0];
  if (fault) throw cardError(where, [fault.message.trim()]);
  visit(document, {
    // a few lines of nested aliases expand to gigabytes; a card never needs one
    Alias: (_, alias) => {
      throw cardError(where, [`expected plain values, got the alias *${alias.source}`]);
    },
  });
  const result = cardSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  throw cardError(
    where,
    result.error.issues.map((issue) => `${fieldOf(issue.path)}: ${issue.message}`),
  );
}

function cardError(where: string, faults: readonly string[]): RootstockError {
  const shown = faults.slice(0, 5).join("; ");
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return new RootstockError("E_CARD", `card ${JSON.stringify(where)}: ${shown}${rest}.`, {
    hint: "Mend the card. `rootstock backbones show squeezenet1_1` prints a good one.",
  });
}

/** `layers[2].shape[0]`, the way a person finds it in the file. */
function fieldOf(path: readonly PropertyKey[]): string {
  const steps = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return steps.join("").replace(/^\./, "") || "the file";
}
