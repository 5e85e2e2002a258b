import { resolve } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import type { UpdateKind } from "../bundle/bundle-record.ts";
import { tell } from "../words/fact.ts";
import { mapClasses } from "./updating/class-changes.ts";
import { type KnownPhoto, knownPhotos } from "./updating/known-photos.ts";
import { requireAlike } from "./updating/require-alike.ts";
import type { NewVersion, VersionPhoto } from "./updating/new-version.ts";
import { type OpenedModel, openForUpdate } from "./updating/opened-model.ts";
import { retrain, retrainHead } from "./updating/retrain.ts";
import { mergeExactly } from "./updating/merge-exactly.ts";
import { freePlace, writeVersion } from "./updating/write-version.ts";
import { type EngineOptions, useEngine } from "./use-engine.ts";

/** Where the merged model goes. */
export interface MergeOptions extends WorkOptions, EngineOptions {
  readonly out: string;
  /** Write over another model that lies at `out`. */
  readonly replace?: boolean | undefined;
}

/** `merge --json` */
export interface MergeResult {
  readonly model: string;
  readonly kind: UpdateKind;
  /** Photos that either model had learnt from; those that both had count once. */
  readonly images: number;
  /** Photos that both had learnt from. */
  readonly shared: number;
  readonly classes: readonly string[];
  /** The model, by its folder, whose hyper-parameters the merged one has. */
  readonly heldOf: string;
  /** Wall time of the new classifier. */
  readonly seconds: number;
}

/**
 * One model of two that stand on the same network: it has the classes of both, and is what their recipe makes of both
 * collections, with the hyper-parameters of the one that has learnt from more photos. No photo is needed. Where the transforms
 * were fitted on the photos they are fitted again on the features that both remember. The order of the two makes no difference.
 * Throws E_BUNDLE naming what differs between the two (backbone, layer, pooling, preprocessing, transforms, classifier) or what
 * they do not remember, and E_DATA for photos that they have under different classes.
 */
export function mergeModels(first: string, second: string, options: MergeOptions): Run<MergeResult> {
  return startRun(async (report) => {
    const { out, replace = false, signal } = options;
    await freePlace(out, { replace });
    const pair = await Promise.all([openForUpdate(first), openForUpdate(second)]);
    const [major, minor] = pair.toSorted(bySize) as [OpenedModel, OpenedModel];
    requireAlike(major, minor);
    const photos = photosOfBoth(major, minor);
    await using inUse = await useEngine(options);
    const work = { engine: inUse.engine, signal, report };
    if (!isSame(major, minor))
      report({ type: "notice", ...tell("parametersOfLarger", { folder: major.folder }) });
    const started = performance.now();
    const exact = await mergeExactly({ major, minor, ...photos }, work);
    const next = exact ?? (await mergeByMemory(major, minor, { photos, work }));
    const seconds = (performance.now() - started) / 1000;
    await writeMerged({ major, minor, next, out }, work);
    const images = next.classCounts.reduce((sum, count) => sum + count, 0);
    return {
      model: resolve(out),
      kind: next.kind,
      images,
      shared: photos.shared.length,
      classes: next.labels,
      heldOf: major.folder,
      seconds,
    };
  });
}

/** More photos first; of equals the one whose record's digest is the smaller. */
function bySize(a: OpenedModel, b: OpenedModel): number {
  return b.record.data.images - a.record.data.images || (a.version < b.version ? -1 : 1);
}

function isSame(a: OpenedModel, b: OpenedModel): boolean {
  return JSON.stringify(a.record.chosen) === JSON.stringify(b.record.chosen);
}

/** What both have learnt from, each photo once, in the order of the hashes. */
interface PhotosOfBoth {
  readonly photos: readonly KnownPhoto[];
  /** Those of `minor` that `major` has too. */
  readonly shared: readonly KnownPhoto[];
}

function photosOfBoth(major: OpenedModel, minor: OpenedModel): PhotosOfBoth {
  const known = (model: OpenedModel): KnownPhoto[] => {
    const { labels } = model.record;
    return knownPhotos({ ...model, labels }, mapClasses(labels, {}));
  };
  const [ours, theirs] = [known(major), known(minor)];
  const byHash = new Map(ours.map((photo) => [photo.sha256, photo]));
  const shared = theirs.filter(({ sha256 }) => byHash.has(sha256));
  const contradictions = shared.filter(({ sha256, label }) => {
    const other = byHash.get(sha256)!.label;
    return label !== null && other !== null && label !== other;
  });
  if (contradictions.length > 0)
    throw new RootstockError(
      "E_DATA",
      `merge: expected one class for each photo, got two for ${listed(
        contradictions.map(
          ({ sha256, label }) => `${sha256} (${quoteList([byHash.get(sha256)!.label!, label!].sort())})`,
        ),
      )}.`,
      {
        hint: "Decide which is right, and bring the other model up to date first: `rootstock update MODEL --remove SHA256`.",
      },
    );
  const photos = [...ours, ...theirs.filter(({ sha256 }) => !byHash.has(sha256))];
  return {
    photos: photos.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : Number(a.sha256 > b.sha256))),
    shared,
  };
}

/** The first few, and how many there are beside them. */
function listed(texts: readonly string[]): string {
  const rest = texts.length - 5;
  return texts.slice(0, 5).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A fit anew on all that both remember. */
async function mergeByMemory(
  major: OpenedModel,
  minor: OpenedModel,
  { photos, work }: { photos: PhotosOfBoth; work: Parameters<typeof retrain>[2] },
): Promise<NewVersion> {
  const without = [major, minor].filter(({ memory }) => memory === null).map(({ folder }) => folder);
  if (without.length > 0)
    throw new RootstockError(
      "E_BUNDLE",
      `merge: expected models that remember what they learnt from, got ${quoteList(without)} without a memory.`,
      {
        hint: "A classifier that is no sum over photos, or whose transforms were fitted on them, is fitted anew on remembered features. Train again without --no-memory.",
      },
    );
  const kept = photos.photos as readonly VersionPhoto[]; // with a memory every label is known
  const bare = kept.filter(({ features }) => features === null).length;
  if (bare > 0)
    work.report?.({
      type: "notice",
      ...tell("fitsRemembered", { known: kept.length - bare, all: kept.length }),
    });
  const change = { map: new Map<string, string>(), kept, added: [], removed: [], relabelled: [] };
  const again = major.isTrained ? retrainHead : retrain;
  return { ...(await again(major, change, work)), oldPhotos: null };
}

async function writeMerged(
  { major, minor, next, out }: { major: OpenedModel; minor: OpenedModel; next: NewVersion; out: string },
  options: Parameters<typeof writeVersion>[2],
): Promise<void> {
  const labels = [...new Set([...major.record.labels, ...minor.record.labels])].sort();
  const { updates: _, ...record } = { ...major.record, labels, metrics: null };
  const hashes = major.hashes === null || minor.hashes === null ? null : [...major.hashes, ...minor.hashes];
  await writeVersion(
    { out },
    {
      model: { ...major, record },
      next,
      hashes,
      photos: [],
      note: {
        by: "merge",
        from: [major.version, minor.version],
        added: minor.record.data.images,
        removed: 0,
        relabelled: 0,
        before: major.record.data.images,
      },
    },
    options,
  );
}
