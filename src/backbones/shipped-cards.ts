import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCard } from "./read-card.ts";
import type { Card } from "./card.ts";

/** The package's own backbones and cards: `assets/backbones`, three levels above the compiled room. */
export const shippedFolder = fileURLToPath(new URL("../../../assets/backbones/", import.meta.url));

/** A card of the package, and its weights where the package holds them too. */
export interface ShippedCard {
  readonly card: Card;
  readonly cardPath: string;
  /** The ONNX file beside the card; null where only the card is shipped and the user brings the file. */
  readonly modelPath: string | null;
}

const suffix = ".card.yaml";

/** Every card in `folder`, sorted by name. Throws E_CARD for one that is broken. */
export async function readShippedCards(folder: string = shippedFolder): Promise<ShippedCard[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix)).toSorted();
  return Promise.all(names.map((name) => readShippedCard(folder, name)));
}

async function readShippedCard(folder: string, fileName: string): Promise<ShippedCard> {
  const cardPath = join(folder, fileName);
  const stem = fileName.slice(0, -suffix.length);
  // both spellings: `gabor-bank.card.yaml` and, beside a file, `gabor-bank.onnx.card.yaml`
  const modelPath = join(folder, stem.endsWith(".onnx") ? stem : `${stem}.onnx`);
  return { card: await readCard(cardPath), cardPath, modelPath: existsSync(modelPath) ? modelPath : null };
}
