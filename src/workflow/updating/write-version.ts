import { basename, dirname, join, relative, resolve } from "node:path";
import { stat } from "node:fs/promises";
import { RootstockError } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { BundleRecord, BundleUpdate } from "../../bundle/bundle-record.ts";
import { withClassifier } from "../../bundle/model-parts.ts";
import { recoverFolder } from "../../bundle/replace-folder.ts";
import { requireReplaceable, writeBundle } from "../../bundle/write-bundle.ts";
import type { LabelSource } from "../../data/manifest.ts";
import type { Engine } from "../../engine/engine.ts";
import { hashText } from "../../files/hash-file.ts";
import { packageVersion } from "../../files/package-version.ts";
import { tell } from "../../words/fact.ts";
import type { NewVersion } from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";

/** Where a new version goes. */
export interface VersionPlace {
  /** The folder that is written. */
  readonly out: string;
  /** Where what was there is kept; undefined where nothing was, or it shall go. */
  readonly previous?: string | undefined;
}

/** How the place may be chosen. */
export interface PlaceOptions {
  readonly out?: string | undefined;
  /** Write in the place of the model itself; it is kept beside it. */
  readonly inPlace?: boolean | undefined;
  /** Write over another model that lies at `out`. */
  readonly replace?: boolean | undefined;
}

/**
 * Where the next version of a model goes: `model-v2` beside `model`, `model-v3` beside `model-v2`, unless something else was
 * said; in place, the model is kept as `model.previous`. Throws E_OPTION where two of the options contradict, E_BUNDLE where
 * something is there already.
 */
export async function placeOf(
  folder: string,
  record: BundleRecord,
  { out, inPlace = false, replace = false }: PlaceOptions,
): Promise<VersionPlace> {
  const whole = resolve(folder);
  if (inPlace && out !== undefined)
    throw new RootstockError("E_OPTION", "update: expected --out or --in-place, got both.");
  if (inPlace) {
    await requireReplaceable(`${whole}.previous`);
    return { out: whole, previous: `${whole}.previous` };
  }
  const chosen = out ?? nextName(whole, versionOf(record) + 1);
  if (resolve(chosen) === whole)
    throw new RootstockError("E_OPTION", `update: ${JSON.stringify(chosen)} is the model itself.`, {
      hint: "--in-place writes the new version in its place, and keeps this one beside it.",
    });
  await freePlace(chosen, { replace });
  return { out: chosen };
}

/** Throws E_BUNDLE where something lies at a place that may not be replaced. */
export async function freePlace(out: string, { replace }: { replace: boolean }): Promise<void> {
  await recoverFolder(out);
  const isThere = await stat(out).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  if (replace) return await requireReplaceable(out);
  throw new RootstockError(
    "E_BUNDLE",
    `${JSON.stringify(out)}: expected nothing there, got a file or a folder.`,
    { hint: "--out names another folder; --replace writes over a model. Nothing was overwritten." },
  );
}

/** 1 for a model as it was trained, one more for each update. */
export function versionOf({ updates = [] }: BundleRecord): number {
  return updates.length + 1;
}

function nextName(whole: string, version: number): string {
  return join(dirname(whole), `${basename(whole).replace(/-v\d+$/, "")}-v${version}`);
}

/** What the record tells of the way to a new version, but for what the version itself tells. */
export type VersionNote = Pick<BundleUpdate, "by" | "from" | "added" | "removed" | "relabelled"> & {
  /** Photos that were learnt from before. */
  readonly before: number;
};

/** Everything a new version is written from. */
export interface VersionContent {
  readonly model: OpenedModel;
  readonly next: NewVersion;
  readonly note: VersionNote;
  /** sha256 of its training photos; null where that is not known. */
  readonly hashes: readonly string[] | null;
  /** The ledger that its labels are of now; null where they are not all one ledger's. */
  readonly ledger?: LabelSource | null | undefined;
  /** Training photos that are here, for golden pictures of a model that has photos. */
  readonly photos: readonly string[];
}

/**
 * Writes a new version: the network of the one before with the new classifier behind it. Figures that were measured of the
 * one before go into the history; golden pictures are asked anew.
 */
export async function writeVersion(
  { out, previous }: VersionPlace,
  { model, next, note, hashes, photos, ledger = null }: VersionContent,
  options: WorkOptions & { engine: Engine },
): Promise<BundleRecord> {
  const { record, network } = model;
  const { labels, classCounts, classifier } = next;
  const { before, ...told } = note;
  const images = classCounts.reduce((sum, count) => sum + count, 0);
  const update: BundleUpdate = {
    ...told,
    kind: next.kind,
    ...(next.start === null ? {} : { start: next.start }),
    at: new Date().toISOString(),
    rootstock: packageVersion,
    images: [before, images],
    labels: record.labels,
    metrics: record.metrics,
    ...(ledger === null ? {} : { ledger: ledger.version }),
  };
  const { golden, goldenKind = "photos" } = record;
  const hasPhotos = goldenKind !== "photos" || photos.length > 0;
  if (!hasPhotos && golden.length > 0) options.report?.({ type: "notice", ...tell("goldenDrawnAgain") });
  const content = {
    facts: {
      recipe: record.recipe,
      chosen: next.chosen,
      backbones: record.backbones,
      labels,
      data: {
        images,
        digest: digestOf(labels, classCounts, hashes),
        classCounts,
        ...(ledger === null
          ? {}
          : { ledger: { path: relative(resolve(out), ledger.path), version: ledger.version } }),
      },
      seed: record.seed,
      metrics: null,
      updates: [...(record.updates ?? []), update],
    },
    model: withClassifier(network, classifier, labels),
    ...(model.isTrained ? { replay: next.memory } : { memory: next.memory }),
    statistics: next.statistics,
    golden: hasPhotos ? goldenKind : ("synthetic" as const),
    goldenCandidates: photos,
    previous,
    ...(hashes === null ? {} : { trainingHashes: hashes }),
  };
  return await writeBundle(out, content, options);
}

/** Names what was learnt from; no digest of the data set, which is not here. */
function digestOf(
  labels: readonly string[],
  counts: readonly number[],
  hashes: readonly string[] | null,
): string {
  return hashText(JSON.stringify([labels, counts, [...(hashes ?? [])].sort()]));
}
