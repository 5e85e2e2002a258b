import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { readModelFile } from "../engine/read-model-file.ts";
import { hashFile } from "../files/hash-file.ts";
import type { Backbone } from "./backbone.ts";
import type { Card } from "./card.ts";
import { findCatalogueEntry, isPublished } from "./catalogue.ts";
import { checkCard } from "./check-card.ts";
import { type OpenWeightsOptions, openWeightsFile } from "./open-weights-file.ts";
import { pulledPath, weightsFolder } from "./pull.ts";
import { cardWithoutFile, folderGiven, knownBackboneNames, unknownBackbone } from "./unknown-backbone.ts";
import { cardPathOf, readCard } from "./read-card.ts";
import { readShippedCards } from "./shipped-cards.ts";
import { namingPath } from "./weights/open-weights.ts";
import { recogniseFile } from "./weights/recognise-file.ts";

/** How a backbone is opened. */
export interface OpenOptions extends OpenWeightsOptions {
  /** Where pulled weights are kept; default `weightsFolder()`. */
  readonly folder?: string;
}

/**
 * Opens a backbone: a name ("gabor-bank"), or the path of an ONNX, PyTorch or safetensors file, whatever its name.
 *
 * An ONNX file's card is `<file>.card.yaml` beside it, else the card of the package that carries the file's sha256.
 * Weights alone get graph and card from the architecture that their tensors belong to.
 * Throws E_BACKBONE for an unknown name or a missing file (the known names listed), E_CARD for a file without a card
 * or with one that does not fit, E_CHECKSUM for a file that is not the one its card was written for, E_ONNX for a
 * broken one; for weights what `openWeightsFile` throws.
 *
 * @example
 * const backbone = await openBackbone("gabor-bank");
 * backbone.card.defaultLayer;
 */
export async function openBackbone(nameOrPath: string, options: OpenOptions = {}): Promise<Backbone> {
  const path = await findModel(nameOrPath, options.folder ?? weightsFolder());
  const kind = await namingPath(path, async () => await recogniseFile(path));
  const sha256 = await hashFile(path, { signal: options.signal });
  const { card, model } =
    kind === "onnx"
      ? await openOnnx(path, sha256, options)
      : await openWeightsWithCard(path, sha256, options);
  return { card, name: card.name, sha256, model, path };
}

type Opened = Pick<Backbone, "card" | "model">;

async function openOnnx(path: string, sha256: string, { signal }: WorkOptions): Promise<Opened> {
  const card = await findCard(path, sha256);
  const model = await readModelFile(path, signal ? { signal } : {});
  checkCard(card, model.graph, path);
  return { card, model };
}

/** The architecture's card says who published its own weights; of others it knows neither source nor licence. */
function cardOfWeights(card: Card, path: string, sha256: string): Card {
  if (isPublished(card.name, sha256)) return { ...card, sha256 };
  return { ...card, sha256, source: `the file ${basename(path)}`, licence: "not stated" };
}

/** The architecture brings the card; one beside the file may name the architecture and correct the rest. */
async function openWeightsWithCard(
  path: string,
  sha256: string,
  options: OpenWeightsOptions,
): Promise<Opened> {
  const beside = cardPathOf(path);
  if (!existsSync(beside)) {
    const { card, model } = await openWeightsFile(path, options);
    return { card: cardOfWeights(card, path, sha256), model };
  }
  const own = requireHash(await readCard(beside), sha256, path);
  const { card, model } = await openWeightsFile(path, {
    ...options,
    architecture: own.architecture ?? options.architecture,
  });
  return { card: { ...own, layers: card.layers }, model };
}

/** A name of the package, then a file, then a name of the catalogue whose file was pulled. */
async function findModel(nameOrPath: string, folder: string): Promise<string> {
  const shipped = await readShippedCards();
  const named = shipped.find(({ card }) => card.name === nameOrPath);
  if (named?.modelPath) return named.modelPath;
  const found = statSync(nameOrPath, { throwIfNoEntry: false });
  if (found?.isFile()) return resolve(nameOrPath);
  const entry = findCatalogueEntry(nameOrPath);
  const pulled = entry && pulledPath(entry, folder);
  if (pulled) return pulled;
  if (entry)
    throw new RootstockError("E_BACKBONE", `backbone "${nameOrPath}": its weights are not on this machine.`, {
      hint: `Run \`rootstock backbones pull ${nameOrPath}\`, or add --download, or give the path of the weights file.`,
    });
  if (named) throw cardWithoutFile(named.card);
  if (found?.isDirectory()) throw await folderGiven(nameOrPath);
  throw unknownBackbone(nameOrPath, { knownNames: await knownBackboneNames(), expected: "name or file" });
}

async function findCard(path: string, sha256: string): Promise<Card> {
  const beside = cardPathOf(path);
  if (existsSync(beside)) return requireHash(await readCard(beside), sha256, path);
  const shipped = await readShippedCards();
  const known = shipped.find(({ card, modelPath }) => card.sha256 === sha256 || modelPath === path);
  if (known) return requireHash(known.card, sha256, path);
  throw new RootstockError(
    "E_CARD",
    `backbone ${JSON.stringify(path)}: expected a card (${beside}), which says how the network wants its pixels and where its layers are; found none, and the package knows no file with sha256 ${sha256}.`,
    {
      hint: "Write one: `rootstock backbones add FILE` asks what it needs; `rootstock backbones show squeezenet1_1` prints an example to copy.",
    },
  );
}

/** A card may leave the hash open (null); one that names another file must not describe this one. */
function requireHash(card: Card, sha256: string, path: string): Card {
  if (card.sha256 === null || card.sha256 === sha256) return { ...card, sha256 };
  throw new RootstockError(
    "E_CHECKSUM",
    `backbone ${JSON.stringify(path)}: expected sha256 ${card.sha256} (card "${card.name}"), got ${sha256}.`,
    { hint: "The file is damaged or another one. Fetch it again, or correct `sha256` in the card." },
  );
}
