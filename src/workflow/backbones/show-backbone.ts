import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Card } from "../../backbones/card.ts";
import { formatCard } from "../../backbones/format-card.ts";
import { showBackbone as showKnown } from "../../backbones/list-backbones.ts";
import { openBackbone } from "../../backbones/open-backbone.ts";
import { RootstockError } from "../../base/errors.ts";
import type { BundleRecord } from "../../bundle/bundle-record.ts";
import { readBundleRecord } from "../../bundle/load-model.ts";
import { readModelFile } from "../../engine/read-model-file.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { type FirstFilters, firstFilters } from "../../graph/first-filters.ts";
import { drawFilters } from "../../image/draw-filters.ts";
import { encodePng } from "../../image/encode-png.ts";

export { type BackboneEntry, listBackbones } from "../../backbones/list-backbones.ts";

/** `backbones show --json`: a backbone's card, or what a trained model folder says of itself. */
export type Shown =
  | { readonly kind: "backbone"; readonly card: Card }
  | { readonly kind: "model"; readonly record: BundleRecord };

/**
 * One network in full: a name from the list (its file need not be there), a file of a network, or a model folder.
 * Throws as `openBackbone` does, E_BUNDLE for a folder that is no model folder.
 */
export async function showBackbone(nameOrPath: string): Promise<Shown> {
  if (isModelFolder(nameOrPath)) return { kind: "model", record: await readBundleRecord(nameOrPath) };
  // a folder too is opened: the refusal says which of its files can be given
  const { card } = existsSync(nameOrPath) ? await openBackbone(nameOrPath) : await showKnown(nameOrPath);
  return { kind: "backbone", card };
}

/** What is shown, as YAML: the card, or of a model folder what a person asks first. */
export async function formatShown(shown: Shown): Promise<string> {
  if (shown.kind === "backbone") return await formatCard(shown.card);
  const { stringify } = await import("yaml");
  const { recipe, chosen, backbones, labels, data, metrics, createdAt } = shown.record;
  const { name, summary } = recipe;
  return stringify({
    recipe: name,
    summary,
    chosen,
    backbones,
    labels,
    images: data.images,
    metrics,
    createdAt,
  });
}

/** `backbones show --filters`: the picture that was written, and of what. */
export interface DrawnFilters {
  readonly out: string;
  readonly width: number;
  readonly height: number;
  readonly layers: readonly { readonly name: string; readonly dims: readonly number[] }[];
}

/**
 * Writes the first-layer filters of a backbone or a trained model folder as a PNG: what the network looks for first.
 * Throws as `openBackbone` does, E_LAYER for a network without a first convolution to draw, E_FILE.
 */
export async function writeFilters(nameOrPath: string, out: string): Promise<DrawnFilters> {
  const filters = await filtersOf(nameOrPath);
  if (filters.length === 0)
    throw new RootstockError(
      "E_LAYER",
      `filters of ${JSON.stringify(nameOrPath)}: expected a first convolution with constant float32 weights, found none.`,
      { hint: "Only convolutions can be drawn; a network of another kind has no such picture." },
    );
  const image = drawFilters(filters);
  await writeFileAtomic(out, await encodePng(image));
  return {
    out: resolve(out),
    width: image.width,
    height: image.height,
    layers: filters.map(({ name, dims }) => ({ name, dims })),
  };
}

async function filtersOf(nameOrPath: string): Promise<FirstFilters[]> {
  if (isModelFolder(nameOrPath))
    return firstFilters(await readModelFile(join(nameOrPath, "onnx", "model.onnx")));
  const { model, card } = await openBackbone(nameOrPath, { layers: ["default"] });
  const isReversed = card.preprocessing.colour === "bgr";
  return firstFilters(model).map((filters) => ({ ...filters, isReversed }));
}

function isModelFolder(path: string): boolean {
  return existsSync(join(path, "rootstock.json"));
}
