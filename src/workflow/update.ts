import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { type Report, type Run, type WorkOptions, startRun } from "../base/events.ts";
import type { UpdateKind, UpdateStart } from "../bundle/bundle-record.ts";
import type { SkippedImage } from "../data/manifest.ts";
import type { ImageSource } from "../features/features.ts";
import { tell } from "../words/fact.ts";
import { type DataOptions, cacheOf } from "./study.ts";
import {
  type ClassChanges,
  type ClassMap,
  classesAfter,
  isUnchanged,
  mapClasses,
} from "./updating/class-changes.ts";
import { type PhotoChanges, comparePhotos } from "./updating/compare-photos.ts";
import { knownPhotos } from "./updating/known-photos.ts";
import type { NewVersion, OldPhotos } from "./updating/new-version.ts";
import { type OpenedModel, openForUpdate } from "./updating/opened-model.ts";
import { preparePhotos } from "./updating/prepare-photos.ts";
import { type WantedData, readWanted } from "./updating/read-wanted.ts";
import { retrain, retrainHead } from "./updating/retrain.ts";
import { type VersionChange, isExact, updateExactly } from "./updating/update-exactly.ts";
import {
  type PlaceOptions,
  type VersionPlace,
  placeOf,
  versionOf,
  writeVersion,
} from "./updating/write-version.ts";
import { type EngineOptions, useEngine } from "./use-engine.ts";

/** What is to change, and where the new version goes. */
export interface UpdateOptions extends WorkOptions, EngineOptions, DataOptions, ClassChanges, PlaceOptions {
  /** Whether the data are all there is, so that photos that they lack are taken out; always so of a ledger. Default false. */
  readonly sync?: boolean | undefined;
  /** Whether what the model remembers of classes without a photo left stays. Default: true of a folder, false of a ledger. */
  readonly keepOld?: boolean | undefined;
  /** Photos to take out: files, or sha256 of their bytes. */
  readonly remove?: readonly string[] | undefined;
  /** Folder of the feature cache; null keeps nothing; default: the user's cache folder. */
  readonly cache?: string | null | undefined;
}

/** `update --json` */
export interface UpdateResult {
  /** The new version's folder; where there was nothing to change, the model's own. */
  readonly model: string;
  /** Where the version before is kept, if it was replaced. */
  readonly previous: string | null;
  /** Counted from 1, the model as it was trained. */
  readonly version: number;
  /** `none`: there was nothing to change, and nothing was written. */
  readonly kind: UpdateKind | "none";
  /** `warm`: the solver of a fit anew began from the model's own weights; `cold`: from nothing; null where none was. */
  readonly start: UpdateStart | null;
  /** Steps that the solver took; null where it counts none. */
  readonly steps: number | null;
  readonly added: number;
  readonly removed: number;
  readonly relabelled: number;
  /** Photos of the data that it had learnt from already. */
  readonly known: number;
  readonly images: number;
  readonly classes: readonly string[];
  readonly classesAdded: readonly string[];
  readonly classesGone: readonly string[];
  /** Classes whose photos are gone and that stay by what the model remembers. */
  readonly remembered: readonly string[];
  /** Accuracy on photos that it had learnt from before and still has, of the model before and of this one. */
  readonly oldPhotos: OldPhotos | null;
  readonly skipped: readonly SkippedImage[];
  /** Version of the ledger; null for other data. */
  readonly ledger: string | null;
  /** Wall time of the new classifier; features and writing are not in it. */
  readonly seconds: number;
}

/**
 * The next version of a model: photos of a folder, a table or a ledger added, moved between classes or taken out, classes
 * renamed, merged or deleted, without the photos that it was trained on. Exact where the classifier follows from sums of its
 * rows (`bayes`, `nearest-mean`, `lda`, `ridge`); others are fitted anew on the features that the model remembers, linear ones from its own weights; of
 * a trained network the head alone is. The model itself is left as it is unless `inPlace`. Throws E_BUNDLE where a model remembers too little, E_OPTION, E_DATA, E_ONE_CLASS.
 */
export function update(folder: string, data: string | null, options: UpdateOptions = {}): Run<UpdateResult> {
  return startRun(async (report) => {
    const model = await openForUpdate(folder);
    const place = await placeOf(folder, model.record, options);
    const map = mapClasses(model.record.labels, options);
    requireUpdatable(model);
    const wanted: WantedData =
      data === null
        ? { photos: [], skipped: [], ledger: null }
        : await readWanted(data, { ...options, report });
    const { changes, files } = await compareAll(model, wanted, { ...options, data, map });
    if (isNothing(changes, map)) return nothingToDo(model, { wanted, report });
    tellRemembered(changes, report);
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    const cache = cacheOf(options);
    const { signal } = options;
    const needsKept = !isExact(model);
    const work = { engine, cache, signal, report, map, files, needsKept };
    const { change, skipped } = await preparePhotos(model, changes, work);
    const started = performance.now();
    const next = await nextVersion(model, change, work);
    const seconds = (performance.now() - started) / 1000;
    const written = { model, next, change, wanted, place };
    await writeUpdate(written, { engine, signal, report });
    return resultOf(written, { changes, skipped, seconds });
  });
}

/** Throws E_BUNDLE for a model that nothing can be added to. */
function requireUpdatable({ memory, statistics, folder, record }: OpenedModel): void {
  if (memory !== null || statistics?.tallies) return;
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(folder)}: expected one that remembers what it learnt from, got recipe ${record.recipe.name} without a memory.`,
    {
      hint: "A model of an earlier version or of --no-memory has none, nor has a network whose training was interrupted. Train again on all photos: `rootstock train`.",
    },
  );
}

/** What the data, the list of photos to take out and the changes of classes come to together. */
async function compareAll(
  model: OpenedModel,
  { photos, ledger }: WantedData,
  { data, map, sync = false, keepOld, remove = [] }: UpdateOptions & { data: string | null; map: ClassMap },
): Promise<{ changes: PhotoChanges; files: Map<string, ImageSource> }> {
  if (data === null && sync)
    throw new RootstockError("E_OPTION", "--sync: expected a folder, a table or a ledger, got no data.");
  const listed = await hashesOf(remove);
  const known = knownPhotos({ ...model, labels: model.record.labels }, map);
  requireKnown(listed, known, remove);
  const changes = comparePhotos(known, photos, {
    isWhole: sync || ledger !== null,
    keepsOld: keepOld ?? ledger === null,
    remove: new Set(listed.keys()),
  });
  return { changes, files: new Map([...listed, ...photos.map((photo) => [photo.sha256, photo] as const)]) };
}

/** Files by the sha256 of their bytes; a sha256 stands for itself. Throws E_DATA_NOT_FOUND naming what is neither. */
async function hashesOf(words: readonly string[]): Promise<Map<string, ImageSource>> {
  const found = new Map<string, ImageSource>();
  const missing: string[] = [];
  for (const word of words) {
    const isFile = (await stat(word).catch(() => null))?.isFile() ?? false;
    if (isFile) {
      const sha256 = createHash("sha256")
        .update(await readFile(word))
        .digest("hex");
      found.set(sha256, { sha256, path: resolve(word) });
    } else if (/^[0-9a-f]{64}$/i.test(word))
      found.set(word.toLowerCase(), { sha256: word.toLowerCase(), path: word });
    else missing.push(word);
  }
  if (missing.length === 0) return found;
  throw new RootstockError(
    "E_DATA_NOT_FOUND",
    `--remove: expected files, or sha256 of photos, got ${quoteList(missing)}.`,
    {
      hint: "A photo that is no longer here is named by its sha256, as `training-photos.txt` of the model lists them.",
    },
  );
}

function requireKnown(
  listed: ReadonlyMap<string, ImageSource>,
  known: readonly { readonly sha256: string }[],
  words: readonly string[],
): void {
  const hashes = new Set(known.map(({ sha256 }) => sha256));
  const strange = [...listed.values()].filter(({ sha256 }) => !hashes.has(sha256)).map(({ path }) => path);
  if (strange.length === 0) return;
  throw new RootstockError(
    "E_DATA",
    `--remove: expected photos that the model has learnt from, got ${quoteList(strange)} among ${words.length}.`,
    { hint: "A photo that was saved again has other bytes and counts as another photo." },
  );
}

function isNothing({ added, removed, relabelled }: PhotoChanges, map: ClassMap): boolean {
  return added.length + removed.length + relabelled.length === 0 && isUnchanged(map);
}

function tellRemembered({ rememberedClasses, untold }: PhotoChanges, report: Report): void {
  if (rememberedClasses.length > 0)
    report({ type: "notice", ...tell("staysRemembered", { classes: rememberedClasses }) });
  if (untold > 0) report({ type: "notice", ...tell("untoldLabels", { count: untold }) });
}

async function nextVersion(
  model: OpenedModel,
  change: VersionChange,
  work: Parameters<typeof retrain>[2] & { needsKept: boolean },
): Promise<NewVersion> {
  if (!work.needsKept) return await updateExactly(model, change, work);
  if (model.statistics !== null) work.report?.({ type: "notice", ...tell("sumsTooLarge") });
  const bare = change.kept.filter(({ features }) => features === null).length;
  if (bare > 0)
    work.report?.({
      type: "notice",
      ...tell("fitsRemembered", { known: change.kept.length - bare, all: change.kept.length }),
    });
  const again = model.isTrained ? retrainHead : retrain;
  return await again(model, change, { ...work, isWarm: true });
}

interface Written {
  readonly model: OpenedModel;
  readonly next: NewVersion;
  readonly change: VersionChange;
  readonly wanted: WantedData;
  readonly place: VersionPlace;
}

async function writeUpdate(
  { model, next, change, wanted, place }: Written,
  options: Parameters<typeof writeVersion>[2],
): Promise<void> {
  const { kept, added, removed, relabelled } = change;
  await writeVersion(
    place,
    {
      model,
      next,
      hashes: model.hashes && [...kept, ...added].map(({ sha256 }) => sha256),
      photos: wanted.photos.map(({ path }) => path),
      ledger: wanted.ledger,
      note: {
        by: "update",
        from: [model.version],
        added: added.length,
        removed: removed.length,
        relabelled: relabelled.length,
        before: model.record.data.images,
      },
    },
    options,
  );
}

function resultOf(
  { model, next, change, wanted, place }: Written,
  { changes, skipped, seconds }: { changes: PhotoChanges; skipped: readonly SkippedImage[]; seconds: number },
): UpdateResult {
  const { labels } = model.record;
  return {
    model: resolve(place.out),
    previous: place.previous ?? null,
    version: versionOf(model.record) + 1,
    kind: next.kind,
    start: next.start,
    steps: next.steps,
    added: change.added.length,
    removed: change.removed.length,
    relabelled: change.relabelled.length,
    known: wanted.photos.length - changes.added.length,
    images: next.classCounts.reduce((sum, count) => sum + count, 0),
    classes: next.labels,
    classesAdded: next.labels.filter((label) => !labels.includes(label)),
    classesGone: labels.filter((label) => !next.labels.includes(label)),
    remembered: changes.rememberedClasses,
    oldPhotos: next.oldPhotos,
    skipped: [...wanted.skipped, ...skipped],
    ledger: wanted.ledger?.version ?? null,
    seconds,
  };
}

function nothingToDo(
  { folder, record }: OpenedModel,
  { wanted, report }: { wanted: WantedData; report: Report },
): UpdateResult {
  report({ type: "notice", ...tell("upToDate") });
  return {
    model: resolve(folder),
    previous: null,
    version: versionOf(record),
    kind: "none",
    start: null,
    steps: null,
    added: 0,
    removed: 0,
    relabelled: 0,
    known: wanted.photos.length,
    images: record.data.images,
    classes: classesAfter(mapClasses(record.labels, {})),
    classesAdded: [],
    classesGone: [],
    remembered: [],
    oldPhotos: null,
    skipped: wanted.skipped,
    ledger: wanted.ledger?.version ?? null,
    seconds: 0,
  };
}
