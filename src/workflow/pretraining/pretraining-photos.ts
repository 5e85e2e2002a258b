import { join } from "node:path";
import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Report, WorkOptions } from "../../base/events.ts";
import type { LayoutOptions } from "../../data/folders/read-folders.ts";
import type { Manifest, ManifestRow, Picture, SkippedImage } from "../../data/manifest.ts";
import { innerSplit } from "../../finetune/inner-split.ts";
import { digestOf } from "../../runs/task.ts";
import { tell } from "../../words/fact.ts";
import { readData } from "../read-data.ts";
import { readLabelled } from "../read-labelled.ts";

/** Where photos are found. */
export interface PhotoPlaces extends WorkOptions, Pick<LayoutOptions, "splitFolders"> {
  readonly report: Report;
  readonly scanCache: string | null;
  readonly seed: number;
  /** A data set whose photos validate; null: a part of the data's own. */
  readonly validation: string | null;
  /** Folders of photos whose labels, if any, do not count. */
  readonly unlabelled: readonly string[];
}

/** All photos of a pretraining as one list of rows. */
export interface PretrainingPhotos {
  /** Absolute paths. */
  readonly photos: readonly Picture[];
  /** Class index of each row; -1: it has no label, or none that counts. Shape: N. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Rows trained on, those without a label among them. */
  readonly training: Int32Array;
  /** Those of the training with a label. */
  readonly labelled: Int32Array;
  readonly validation: Int32Array;
  readonly skipped: readonly SkippedImage[];
  /** Equal digests: the same photos, labels and split. */
  readonly digest: string;
}

/** One in so many photos validates where nothing says which do. */
const validationParts = 20;

/**
 * Reads the photos that a network is pretrained on. Validation photos are those of `validation`; else those of the
 * data's validation split, else of its test split (photos of both never train); else a part of the rest. Copies of them
 * are left out of the training, with a notice. Throws what `readManifest`, `readLabelled` and `innerSplit` throw, E_DATA
 * for classes that only the validation has.
 */
export async function readPretrainingPhotos(data: string, places: PhotoPlaces): Promise<PretrainingPhotos> {
  const { validation, unlabelled, seed, ...reading } = places;
  const { splitFolders } = places;
  const manifest = await readData(data, { ...reading, splitFolders });
  const apart = validation === null ? null : await readLabelled(validation, reading);
  if (apart !== null) requireKnown(apart, manifest.classes, validation!);
  const others: Manifest[] = [];
  for (const folder of unlabelled) others.push(await readData(folder, { ...reading, purpose: "use" }));
  const rows = [
    ...rowsOf(manifest, (row) => roleOf(row, manifest, { isApart: apart !== null })),
    ...others.flatMap((one) => rowsOf(one, () => "unlabelled")),
    ...(apart === null ? [] : rowsOf(apart, () => "validation")),
  ];
  const skipped = [manifest, ...others, ...(apart === null ? [] : [apart])].flatMap((one) => one.skipped);
  return { ...parted(rows, { classes: manifest.classes, seed, report: places.report }), skipped };
}

type Role = "training" | "unlabelled" | "validation" | "aside";

interface Row {
  readonly photo: Picture;
  readonly label: string | null;
  readonly group: string | undefined;
  readonly role: Role;
}

function rowsOf({ root, rows }: Manifest, role: (row: ManifestRow) => Role): Row[] {
  return rows.map((row) => {
    const { sha256, width, height, label, group } = row;
    return {
      photo: { path: join(root, row.path), sha256, width, height },
      label,
      group: group === undefined ? undefined : `${root} ${group}`,
      role: role(row),
    };
  });
}

function roleOf({ split, label }: ManifestRow, { rows }: Manifest, { isApart }: { isApart: boolean }): Role {
  if (label === null) return "aside"; // photos without a label are named with --unlabelled
  if (split !== "validation" && split !== "test") return "training";
  if (isApart) return "aside";
  const marks = rows.some((row) => row.split === "validation") ? "validation" : "test";
  return split === marks ? "validation" : "aside";
}

function parted(
  rows: readonly Row[],
  { classes, seed, report }: { classes: readonly string[]; seed: number; report: Report },
): Omit<PretrainingPhotos, "skipped"> {
  const index = new Map(classes.map((name, i) => [name, i]));
  const labels = Int32Array.from(rows, ({ label, role }) =>
    role === "unlabelled" || label === null ? -1 : (index.get(label) ?? -1),
  );
  const all = Int32Array.from(rows.keys());
  const given = all.filter((row) => rows[row]!.role === "validation");
  const known = all.filter((row) => rows[row]!.role === "training" && labels[row]! >= 0);
  const groups = rows.map(({ group }) => group);
  const validation =
    given.length > 0 ? given : innerSplit(known, { labels, groups, seed, parts: validationParts }).validation;
  const training = withoutCopies(rows, { validation, report });
  return {
    photos: rows.map(({ photo }) => photo),
    labels,
    classes,
    training,
    labelled: training.filter((row) => labels[row]! >= 0),
    validation,
    digest: digestOf([
      classes,
      rows.map(({ photo }) => photo.sha256),
      [...labels],
      [...validation],
      [...training],
    ]),
  };
}

/** The rows for training that no row of the validation is a copy or of the group of. */
function withoutCopies(
  rows: readonly Row[],
  { validation, report }: { validation: Int32Array; report: Report },
): Int32Array {
  const held = new Set(validation);
  const judged = new Set([...validation].flatMap((row) => [rows[row]!.photo.sha256, rows[row]!.group ?? ""]));
  judged.delete("");
  const isForTraining = (row: number): boolean =>
    !held.has(row) && (rows[row]!.role === "training" || rows[row]!.role === "unlabelled");
  const candidates = Int32Array.from(rows.keys()).filter(isForTraining);
  const kept = candidates.filter((row) => {
    const { photo, group } = rows[row]!;
    return !judged.has(photo.sha256) && (group === undefined || !judged.has(group));
  });
  const count = candidates.length - kept.length;
  if (count > 0) report({ type: "notice", ...tell("validatedApart", { count }) });
  return kept;
}

function requireKnown({ classes }: Manifest, known: readonly string[], where: string): void {
  const unknown = classes.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new RootstockError(
    "E_DATA",
    `validation ${JSON.stringify(where)}: expected classes of the data, got ${quoteList(unknown)} as well.`,
    { hint: `The data has ${quoteList(known)}. Correct the folders' names, or leave those photos out.` },
  );
}
