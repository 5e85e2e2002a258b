import { existsSync } from "node:fs";
import { RootstockError } from "../base/errors.ts";
import { buildArchitecture } from "./architectures/registry.ts";
import type { Card } from "./card.ts";
import { type CatalogueEntry, catalogue, speedClass } from "./catalogue.ts";
import { formatCard } from "./format-card.ts";
import { pulledPath, weightsFolder } from "./pull.ts";
import { cardPathOf, readCard } from "./read-card.ts";
import { type ShippedCard, readShippedCards } from "./shipped-cards.ts";
import { unknownBackbone } from "./unknown-backbone.ts";

/** One row of `backbones list`: what a person chooses by. Null where nobody knows yet. */
export interface BackboneEntry {
  readonly name: string;
  /** `here`: opens by name now. `pull`: one command fetches it. `bring`: the card is shipped, the user gives the file. */
  readonly availability: "here" | "pull" | "bring";
  /** Where `pull` fetches it: the publisher's own address, or any package index (a Python wheel); null for the others. */
  readonly from: "address" | "package index" | null;
  readonly path: string | null;
  readonly parameters: number | null;
  /** Of the download. */
  readonly sizeMebibytes: number | null;
  readonly speed: "fast" | "medium" | "slow" | "unknown";
  /** ImageNet top-1 in percent, as published. */
  readonly top1: number | null;
  readonly input: { readonly width: number; readonly height: number } | null;
  readonly defaultLayer: string | null;
  /** Of the average-pooled default layer. */
  readonly dimensions: number | null;
  readonly licence: string;
  readonly isTrainable: boolean | null;
}

/** Where to look for pulled weights. */
export interface ListOptions {
  /** Where pulled weights are kept; default `weightsFolder()`. */
  readonly folder?: string;
}

/** Every backbone the package knows: its own, those that can be pulled, and those whose file the user brings. */
export async function listBackbones(options: ListOptions = {}): Promise<BackboneEntry[]> {
  const folder = options.folder ?? weightsFolder();
  const shipped = await readShippedCards();
  const own = shipped.map(entryOfShipped);
  const names = new Set(own.filter(({ availability }) => availability === "here").map(({ name }) => name));
  const pullable = catalogue
    .filter(({ name }) => !names.has(name))
    .map((entry) => entryOfCatalogue(entry, folder));
  const listed = new Set(pullable.map(({ name }) => name));
  return [...own.filter(({ name }) => !listed.has(name)), ...pullable].toSorted(byAvailability);
}

/** One backbone in full: its row, its card, and the card as YAML to copy. Throws E_BACKBONE for an unknown name. */
export async function showBackbone(
  name: string,
  options: ListOptions = {},
): Promise<{ readonly entry: BackboneEntry; readonly card: Card; readonly yaml: string }> {
  const entries = await listBackbones(options);
  const entry = entries.find((one) => one.name === name);
  const shipped = (await readShippedCards()).find(({ card }) => card.name === name);
  const architecture = catalogue.find((one) => one.name === name)?.architecture;
  const beside = cardPathOf(entry?.path ?? "");
  const own = existsSync(beside) ? await readCard(beside) : undefined;
  const card = own ?? shipped?.card ?? (architecture ? buildArchitecture(architecture).card : undefined);
  if (entry && card) return { entry, card, yaml: await formatCard(card) };
  if (entry)
    throw new RootstockError(
      "E_BACKBONE",
      `backbone "${name}": its card is written when its file is there.`,
      { hint: `Run \`rootstock backbones pull ${name}\`.` },
    );
  throw unknownBackbone(name, {
    knownNames: entries.map((one) => one.name),
    expected: "name or file",
  });
}

function entryOfShipped({ card, modelPath }: ShippedCard): BackboneEntry {
  return {
    ...factsOf(card),
    name: card.name,
    availability: modelPath === null ? "bring" : "here",
    from: null,
    path: modelPath,
    parameters: card.parameters,
    sizeMebibytes: null,
    speed: "unknown",
    top1: null,
    licence: card.licence,
  };
}

function entryOfCatalogue(entry: CatalogueEntry, folder: string): BackboneEntry {
  const path = pulledPath(entry, folder);
  const card = entry.architecture === null ? null : buildArchitecture(entry.architecture).card;
  const { name, parameters, sizeMebibytes, top1, licence } = entry;
  const facts = card
    ? factsOf(card)
    : { input: entry.preprocessing, defaultLayer: null, dimensions: null, isTrainable: null };
  const availability = path === null ? "pull" : "here";
  return {
    ...facts,
    name,
    availability,
    from: entry.source.kind,
    path,
    parameters,
    sizeMebibytes,
    speed: speedClass(entry),
    top1,
    licence,
  };
}

function factsOf(card: Card): Pick<BackboneEntry, "input" | "defaultLayer" | "dimensions" | "isTrainable"> {
  const { defaultLayer, isTrainable, preprocessing } = card;
  const layer = card.layers.find(({ name }) => name === defaultLayer)!;
  const input = { width: preprocessing.width, height: preprocessing.height };
  return { input, defaultLayer, dimensions: layer.shape[0]!, isTrainable };
}

const order = ["here", "pull", "bring"];

function byAvailability(a: BackboneEntry, b: BackboneEntry): number {
  return order.indexOf(a.availability) - order.indexOf(b.availability);
}
