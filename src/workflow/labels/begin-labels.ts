import { stat } from "node:fs/promises";
import { RootstockError } from "../../base/errors.ts";
import { type AppendFacts, createLedger } from "../../ledger/ledger.ts";

/** `labels init --json` */
export interface LabelsBegun {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
}

/**
 * Begins a ledger of labels: `labels.jsonl` in a folder that is there, or the file of that name. It holds no photo yet.
 * Throws E_LEDGER where one is there already, E_DATA_NOT_FOUND for a folder that is not.
 */
export async function beginLabels(path: string, facts: AppendFacts = {}): Promise<LabelsBegun> {
  const isFile = path.toLowerCase().endsWith(".jsonl");
  if (!isFile && (await stat(path).catch(() => null))?.isDirectory() !== true)
    throw new RootstockError(
      "E_DATA_NOT_FOUND",
      `labels init: expected a folder of photos, or a file ending in .jsonl, got ${JSON.stringify(path)}.`,
      { hint: "Name the folder that holds the photos; the ledger is its file labels.jsonl." },
    );
  const ledger = await createLedger(path, facts);
  return { ledger: ledger.path, version: ledger.version };
}
