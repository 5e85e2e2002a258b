import { RootstockError, quoteList } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import { holdoutOf } from "./holdout.ts";
import type { Manifest, SkippedImage } from "./manifest.ts";

/** Throws E_DATA for folders that stand where classes do and cannot be used: no class is left out in silence. */
export function requireFolders(lost: readonly SkippedImage[]): void {
  const [first] = lost;
  if (first === undefined) return;
  const which = lost.length === 1 ? "" : ` Folders: ${quoteList(lost.map(({ path }) => path))}.`;
  throw new RootstockError("E_DATA", `data: a class's folder cannot be used. ${first.message}${which}`, {
    hint: first.hint,
  });
}

/**
 * Throws where nothing could be learnt as it was asked: E_DATA where no picture has a label, or a class lost its last
 * picture or fewer than two have one for training, for leaving it out would change the question; E_ONE_CLASS below two classes.
 */
export function requireTrainable(manifest: Manifest, wantedClasses: readonly string[]): void {
  requireLabels(manifest, wantedClasses);
  requirePictures(manifest, wantedClasses);
  if (wantedClasses.length < 2)
    throw new RootstockError(
      "E_ONE_CLASS",
      `data: expected at least two classes, got ${quoteList(wantedClasses)}.`,
      { hint: "Put the photos of each class into a folder of its own." },
    );
  requireTaught(manifest);
}

function requireLabels({ rows, skipped, layout }: Manifest, wantedClasses: readonly string[]): void {
  if (wantedClasses.length > 0) return;
  const seen = [...rows, ...skipped].map(({ path }) => path);
  const isSplit = layout.splitFolders.length > 0;
  throw new RootstockError(
    "E_DATA",
    `data: expected pictures in folders named after their classes, got ${isSplit ? "splits that hold pictures directly" : "pictures without a label"}: ${quoteList(seen)}.`,
    {
      hint: isSplit
        ? "Make one folder per class inside each split; if the folders are classes, say --split-folders no."
        : "Make one folder per class inside it and put the photos there.",
    },
  );
}

function requirePictures({ classes, skipped }: Manifest, wantedClasses: readonly string[]): void {
  const lost = wantedClasses.filter((label) => !classes.includes(label));
  if (lost.length === 0) return;
  throw new RootstockError(
    "E_DATA",
    `data: no usable picture is left in ${quoteList(lost)}; ${formatQuantity(skipped.length, "file")} skipped, first ${JSON.stringify(skipped[0]?.path)} (${skipped[0]?.code}).`,
    { hint: "Mend or replace the pictures, or remove the class." },
  );
}

/** A class that only the holdout has is told in a warning; where that leaves fewer than two, nothing can be learnt. */
function requireTaught(manifest: Manifest): void {
  const { holdoutOnly, classes } = manifest;
  if (classes.length - holdoutOnly.length > 1) return;
  const { training, holdout } = holdoutOf(manifest);
  const counts = `${formatQuantity(training.length, "picture")} for training, ${holdout.length} in the holdout`;
  throw new RootstockError(
    "E_DATA",
    `data: expected pictures of two classes for training, got none of ${quoteList(holdoutOnly)}, which only the holdout has (${counts}).`,
    { hint: "Put some of its pictures among those for training, or leave the split out." },
  );
}
