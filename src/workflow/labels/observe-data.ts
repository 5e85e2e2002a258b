import { join, relative, sep } from "node:path";
import type { Report, WorkOptions } from "../../base/events.ts";
import type { LayoutOptions } from "../../data/folders/read-folders.ts";
import type { Manifest, ManifestRow, SkippedImage } from "../../data/manifest.ts";
import { scanManifest } from "../../data/read-manifest.ts";
import type { LedgerPhoto, LedgerState } from "../../ledger/ledger-event.ts";

/** What a folder or a table says now, in the ledger's words. */
export interface ObservedData {
  /** By sha256; paths are relative to the ledger's folder. A label of null: the data says none. */
  readonly photos: ReadonlyMap<string, LedgerPhoto>;
  /** Copies of one photo, as the data has them: the paths of each. */
  readonly copies: readonly (readonly string[])[];
  /** As the data names them. */
  readonly skipped: readonly SkippedImage[];
  readonly setAside: Manifest["setAside"];
  /** Whether a photo that was not observed may be there all the same: its file is broken, or its copies disagree. */
  mayBeThere(sha256: string, path: string): boolean;
  /** Whether a path of the ledger lies where the data is. */
  isInside(path: string): boolean;
}

/** How data is looked at. */
export interface ObserveOptions extends WorkOptions, LayoutOptions {
  readonly scanCache: string | null;
  readonly report: Report;
}

/** Reads a folder or a table, every picture of it decoded; throws what `scanManifest` throws. */
export async function observeData(
  data: string,
  { folder, state }: { folder: string; state: LedgerState },
  options: ObserveOptions,
): Promise<ObservedData> {
  const manifest = await scanManifest(data, { ...options, nearDuplicates: false }); // groups as they were given
  const { root, rows, skipped, conflicting, setAside } = manifest;
  const seenFrom = (path: string): string => relative(folder, join(root, path)).split(sep).join("/");
  const byPhoto = new Map<string, ManifestRow[]>();
  for (const row of rows) {
    const copies = byPhoto.get(row.sha256);
    if (copies === undefined) byPhoto.set(row.sha256, [row]);
    else copies.push(row);
  }
  const photos = [...byPhoto].map(([sha256, copies]): [string, LedgerPhoto] => {
    const known = state.photos.get(sha256)?.path;
    const { path, label, split, group } = chosen(copies, (row) => seenFrom(row.path) === known);
    return [
      sha256,
      {
        path: seenFrom(path),
        label,
        ...(split === undefined ? {} : { split }),
        ...(group === undefined || group === sha256 ? {} : { group }), // copies alone are one group without a name
      },
    ];
  });
  const unsure = new Set(conflicting.map(({ sha256 }) => sha256));
  const broken = new Set(skipped.map(({ path }) => seenFrom(path)));
  return {
    photos: new Map(photos),
    copies: [...byPhoto.values()]
      .filter(({ length }) => length > 1)
      .map((list) => list.map(({ path }) => path)),
    skipped,
    setAside,
    mayBeThere: (sha256, path) => unsure.has(sha256) || broken.has(path),
    isInside: (path) => join(folder, path).startsWith(root.endsWith(sep) ? root : root + sep),
  };
}

/** Of several copies the one that the ledger knows; else one of the holdout, as `compare` would; else the first. */
function chosen(copies: readonly ManifestRow[], isKnown: (row: ManifestRow) => boolean): ManifestRow {
  return copies.find(isKnown) ?? copies.find(({ split }) => split === "test") ?? copies[0]!;
}
