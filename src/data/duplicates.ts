import { quoteList } from "../base/errors.ts";
import type { ManifestRow, SkippedImage } from "./manifest.ts";

/**
 * Pictures equal to the byte are put into one group, so that a copy never lies on both sides of a fold.
 * Where copies bear different labels nobody can say which is right: all of them are taken out, E_LABEL_CONFLICT.
 */
export function joinDuplicates(rows: readonly ManifestRow[]): {
  rows: ManifestRow[];
  conflicts: SkippedImage[];
} {
  const copies = new Map<string, ManifestRow[]>();
  for (const row of rows) copies.set(row.sha256, [...(copies.get(row.sha256) ?? []), row]);
  const isConflict = (row: ManifestRow): boolean =>
    new Set(copies.get(row.sha256)!.map(({ label }) => label)).size > 1;
  const conflicts = rows.filter(isConflict).map((row) => conflictOf(row, copies.get(row.sha256)!));
  const kept = rows.filter((row) => !isConflict(row));
  return {
    conflicts,
    rows: kept.map((row) =>
      copies.get(row.sha256)!.length > 1 ? { ...row, group: `copies of ${row.sha256.slice(0, 16)}` } : row,
    ),
  };
}

function conflictOf(row: ManifestRow, copies: readonly ManifestRow[]): SkippedImage {
  const others = copies.filter((copy) => copy !== row).map(({ path }) => path);
  return {
    path: row.path,
    code: "E_LABEL_CONFLICT",
    message: `the same picture lies under another label too: ${quoteList(others)}.`,
    hint: "Keep it under the right label and remove the other copies.",
  };
}
