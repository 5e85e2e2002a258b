import { stat } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import type { Report, WorkOptions } from "../../base/events.ts";
import type { LayoutOptions } from "../../data/folders/read-folders.ts";
import { holdoutOf } from "../../data/holdout.ts";
import type { SkippedImage } from "../../data/manifest.ts";
import { ledgerName, openLedger } from "../../ledger/ledger.ts";
import { readLabelled } from "../read-labelled.ts";
import type { WantedPhoto } from "./compare-photos.ts";

/** The photos that a model is to have learnt from, as data of some kind say. */
export interface WantedData {
  readonly photos: readonly WantedPhoto[];
  readonly skipped: readonly SkippedImage[];
  /** Version of the ledger; null for a folder or a table. */
  readonly ledger: string | null;
}

/** How data are read. */
export interface WantedOptions extends WorkOptions, LayoutOptions {
  readonly report: Report;
  /** A version of the ledger; default: its head. */
  readonly at?: string | undefined;
}

/**
 * Reads a folder or a table as `train` would, whatever is held out left aside, or the state of a ledger: its file, or the
 * folder that it lies in. Throws what reading throws, and E_OPTION for a version of what is no ledger.
 */
export async function readWanted(data: string, options: WantedOptions): Promise<WantedData> {
  const ledger = await ledgerAt(data);
  if (ledger !== null) return await readLedger(ledger, options);
  if (options.at !== undefined)
    throw new RootstockError("E_OPTION", `--at: expected a ledger, got ${JSON.stringify(data)}.`, {
      hint: "`rootstock labels init` begins one.",
    });
  const { report, signal, splitFolders, unlabelled } = options;
  const manifest = await readLabelled(data, { report, signal, splitFolders, unlabelled, by: "update" });
  const photos = Array.from(holdoutOf(manifest).training, (i): WantedPhoto => {
    const { path, sha256, label, width, height } = manifest.rows[i]!;
    return { path: join(manifest.root, path), sha256, label: label!, width, height };
  });
  return { photos, skipped: manifest.skipped, ledger: null };
}

async function ledgerAt(data: string): Promise<string | null> {
  if (data.endsWith(".jsonl")) return data;
  const inside = await stat(join(data, ledgerName)).catch(() => null);
  return inside?.isFile() === true ? data : null;
}

async function readLedger(path: string, { at }: WantedOptions): Promise<WantedData> {
  const ledger = await openLedger(path);
  const { photos, version } = await ledger.stateAt(at);
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
  return { photos: wanted, skipped: [], ledger: version };
}
