import type { ErrorRecord } from "../base/errors.ts";
import { alikeNames } from "./alike-names.ts";
import { findImages } from "./find-images.ts";
import type { FoundImages } from "./found-images.ts";
import { foldWarnings, manifestWarnings, pictureWarnings } from "./data-warnings.ts";
import { joinGroups, removeConflicts } from "./duplicates.ts";
import { holdoutOnlyClasses } from "./holdout.ts";
import { layoutWarnings } from "./folders/layout-warnings.ts";
import { lockTest } from "./lock-test.ts";
import type { LabelSource, Manifest, ManifestRow } from "./manifest.ts";
import type { LayoutOptions } from "./folders/read-folders.ts";
import { groupsOfPairs, nearDuplicatesOf } from "./near-duplicates/near-duplicates.ts";
import { requireFolders, requireTrainable } from "./require-trainable.ts";
import { type ScanOptions, type ScannedImage, type ScannedImages, scanImages } from "./scan-images.ts";
import { removeStrays } from "./stray-images.ts";
import { tell } from "../words/fact.ts";

/** How a data set is read. */
export interface ReadManifestOptions extends ScanOptions, LayoutOptions {
  /** Where given, classes too small for so many folds are warned of. */
  readonly folds?: number | undefined;
  /** Default "training", which asks for two classes and pictures of each; "use" asks for pictures alone. */
  readonly purpose?: "training" | "use" | undefined;
  /** The share of the pictures that is put aside as a test set, chosen by content; see `lockTest`. */
  readonly lockTest?: number | undefined;
  /** Whether pictures that were cropped, encoded anew, mirrored or made brighter are looked for and kept together; default true. */
  readonly nearDuplicates?: boolean | undefined;
}

/** The same, where pictures and labels may be listed elsewhere than in what lies at the path. */
export interface SourceOptions extends ReadManifestOptions {
  readonly listed?: ListedImages | undefined;
}

/** Pictures and labels as a ledger lists them. */
export interface ListedImages {
  readonly found: FoundImages;
  /** What becomes of the pictures once their bytes are known: a ledger knows them by nothing else. */
  settle(scanned: ScannedImages): Promise<ScannedImages>;
  readonly ledger: LabelSource;
}

/**
 * Reads a data set: a folder with one folder of pictures per class, `train|val|test` around them or not, or a CSV or
 * JSONL table. Every picture is hashed and decoded once; what cannot be used is named in `skipped`. Pictures equal to
 * the byte, or nearly so, form one group with whatever groups the user gave; those equal to the byte under two labels are skipped.
 *
 * Throws E_DATA_NOT_FOUND, E_MANIFEST for a faulty table, E_OPTION for a folder that is not there, E_DATA where there is
 * no picture or a class's folder cannot be read; for training also E_DATA where no picture has a label or a class has
 * none left for training, E_ONE_CLASS where fewer than two classes are left.
 */
export async function readManifest(path: string, options: ReadManifestOptions = {}): Promise<Manifest> {
  return await readFrom(path, options);
}

/** The same from any source. */
export async function readFrom(path: string, options: SourceOptions): Promise<Manifest> {
  const { wantedClasses, lost, conflicting: _, ...manifest } = await scanManifest(path, options);
  const { report, purpose = "training" } = options;
  if (manifest.layout.wrapper !== null)
    report?.({ type: "notice", ...tell("classesFrom", { folder: manifest.layout.wrapper }) });
  const isForTraining = purpose === "training";
  for (const { code, message, hint, fact } of manifest.warnings.filter(
    (one) => isForTraining || !isOfTraining(one),
  ))
    report?.({ type: "warning", code, message: `${message} ${hint}`, ...(fact && { fact }) });
  requireFolders(lost);
  if (isForTraining) requireTrainable(manifest, wantedClasses);
  return manifest;
}

/** Findings that matter only to who trains: where nothing is learnt, one class will do, and no split leaks. */
function isOfTraining({ code }: ErrorRecord): boolean {
  return ["E_LEAK", "E_HOLDOUT_ONLY", "E_IMBALANCE", "E_CLASS_TOO_SMALL"].includes(code);
}

/** The same, without asking for anything but a picture: what a health check reports on. */
export async function scanManifest(path: string, options: SourceOptions = {}): Promise<ScannedManifest> {
  const { listed, scanner } = options;
  const found = listed?.found ?? (await findImages(path, options));
  const scanned = await scanImages(found.root, found.images, {
    ...options,
    scanner: isHopeless(found, options) ? undefined : scanner,
  });
  const { usable, skipped } = listed === undefined ? scanned : await listed.settle(scanned);
  const { kept: photos, strays } = removeStrays(usable);
  const { kept, conflicting, conflicts } = removeConflicts(photos);
  const alike = options.nearDuplicates === false ? [] : nearDuplicatesOf(kept);
  const grouped = joinGroups(kept, alike).map(rowOf);
  const rows = options.lockTest === undefined ? grouped : lockTest(grouped, options.lockTest);
  const classes = labelsOf(rows);
  const facts = {
    rows,
    classes,
    holdoutOnly: holdoutOnlyClasses({ rows, classes }),
    alikeNames: alikeNames(classes, rows),
    nearDuplicates: groupsOfPairs(rows, alike),
  };
  return {
    ...facts,
    root: found.root,
    skipped: [...found.skipped, ...skipped, ...strays, ...conflicts],
    lost: found.lost,
    ignored: { count: found.ignored.length, examples: found.ignored.slice(0, 5) },
    layout: found.layout,
    setAside: found.setAside,
    emptyFolders: found.emptyFolders,
    warnings: [
      ...layoutWarnings(found),
      ...pictureWarnings(kept),
      ...manifestWarnings(facts),
      ...(options.folds === undefined ? [] : foldWarnings({ rows, classes }, options.folds)),
    ],
    wantedClasses: labelsOf(found.images),
    conflicting,
    ...(listed === undefined ? {} : { ledger: listed.ledger }),
  };
}

/** Where the places alone tell that nothing can be learnt, a scan is to do no more than to say why. */
function isHopeless({ images, lost }: FoundImages, { purpose = "training" }: ReadManifestOptions): boolean {
  return lost.length > 0 || (purpose === "training" && labelsOf(images).length < 2);
}

/** A manifest with what only a demand on it needs to know. */
export interface ScannedManifest extends Manifest {
  /** The classes that had files, whether or not one of them is usable. */
  readonly wantedClasses: readonly string[];
  /** Of `skipped`, what stands where a class's folder does. */
  readonly lost: Manifest["skipped"];
  /** Pictures whose copies bear different labels; `skipped` names them. */
  readonly conflicting: readonly Pick<ManifestRow, "path" | "sha256">[];
}

function labelsOf(images: readonly { readonly label: string | null }[]): string[] {
  return [...new Set(images.flatMap(({ label }) => label ?? []))].sort();
}

function rowOf({ path, label, split, group, sha256, width, height }: ScannedImage): ManifestRow {
  return {
    path,
    label,
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
    sha256,
    width,
    height,
  };
}
