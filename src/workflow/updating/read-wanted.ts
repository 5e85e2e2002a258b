import { join } from "node:path";
import type { Report, WorkOptions } from "../../base/events.ts";
import { holdoutOf } from "../../data/holdout.ts";
import type { LabelSource, SkippedImage } from "../../data/manifest.ts";
import { openLedger } from "../../ledger/ledger.ts";
import { type DataOptions, type LedgerWords, ledgerWords } from "../labels/data-source.ts";
import { readLabelled } from "../read-labelled.ts";
import type { WantedPhoto } from "./compare-photos.ts";

/** The photos that a model is to have learnt from, as data of some kind say. */
export interface WantedData {
  readonly photos: readonly WantedPhoto[];
  readonly skipped: readonly SkippedImage[];
  /** The ledger that says so, all of it; null for a folder or a table. */
  readonly ledger: LabelSource | null;
}

/**
 * Reads a folder or a table as `train` would, whatever is held out left aside, or the state of a ledger, whose photos need not
 * be there as long as the model knows them. Throws what reading throws.
 */
export async function readWanted(
  data: string,
  options: WorkOptions & DataOptions & { report: Report },
): Promise<WantedData> {
  const words = await ledgerWords(data, options.labels);
  if (words !== null) return await readLedger(words);
  const { report, signal, splitFolders, unlabelled } = options;
  const manifest = await readLabelled(data, { report, signal, splitFolders, unlabelled, by: "update" });
  const photos = Array.from(holdoutOf(manifest).training, (i): WantedPhoto => {
    const { path, sha256, label, width, height } = manifest.rows[i]!;
    return { path: join(manifest.root, path), sha256, label: label!, width, height };
  });
  return { photos, skipped: manifest.skipped, ledger: null };
}

async function readLedger({ path, version: asked }: LedgerWords): Promise<WantedData> {
  const ledger = await openLedger(path);
  const { photos, version } = await ledger.stateAt(asked);
  const rows = [...photos].map(([sha256, { path: place, ...photo }]) => ({
    ...photo,
    sha256,
    path: join(ledger.folder, place),
    width: 0,
    height: 0,
  }));
  const { training } = holdoutOf({ rows });
  const wanted = Array.from(training, (i) => rows[i]!).flatMap(({ sha256, path: file, label }) =>
    label === null ? [] : [{ sha256, path: file, label }],
  );
  return { photos: wanted, skipped: [], ledger: { path: ledger.path, version } };
}
