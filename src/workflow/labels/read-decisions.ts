import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { type TableRecord, readRecords } from "../../data/tables/table-records.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { Decision } from "../../ledger/decisions.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { LedgerState } from "../../ledger/ledger-event.ts";

/** A decision with the line it stands in. */
export interface DecisionRow extends Decision {
  readonly line: number;
}

/** A table of decisions as it was read. */
export interface DecisionFile {
  readonly rows: readonly DecisionRow[];
}

/**
 * Reads a table of decisions, CSV or JSONL, with the columns `sha256,path,label,reason` (`file_name` does for `path`;
 * `reason` may be missing, and one of `sha256` and `path`). An empty label: none of the classes. A photo without a sha256
 * is the one that the ledger has at that path, else the file there, seen from the ledger's folder, the table's or here.
 *
 * Throws E_MANIFEST with every faulty line.
 */
export async function readDecisions(
  file: string,
  { ledger, state }: { ledger: Ledger; state: LedgerState },
): Promise<DecisionFile> {
  const faults: string[] = [];
  const records = await readRecords(file, faults, { needed: [["sha256", "file_name", "path"], ["label"]] });
  const byPath = new Map([...state.photos].map(([sha256, { path }]) => [path, sha256]));
  const places = { byPath, state, folder: ledger.folder, table: dirname(resolve(file)) };
  const rows: DecisionRow[] = [];
  for (const record of records) {
    const row = await rowOf(record, places);
    if (typeof row === "string") faults.push(`line ${record.line}: ${row}`);
    else rows.push(row);
  }
  if (faults.length === 0) return { rows };
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  throw new RootstockError(
    "E_MANIFEST",
    `${JSON.stringify(basename(file))}: ${faults.slice(0, 5).join("; ")}${rest}.`,
    { hint: "Decisions have the columns sha256,path,label,reason; sha256 or path tells the photo." },
  );
}

interface Places {
  readonly byPath: ReadonlyMap<string, string>;
  readonly state: LedgerState;
  readonly folder: string;
  readonly table: string;
}

/** A decision, or what is wrong with its line. */
async function rowOf({ line, values }: TableRecord, places: Places): Promise<DecisionRow | string> {
  const said = values.get("sha256")?.toLowerCase() ?? "";
  const word = values.get("file_name") || values.get("path") || "";
  const label = (values.get("label") ?? "").normalize("NFC");
  const reason = values.get("reason") ?? "";
  if (said !== "" && !/^[0-9a-f]{64}$/.test(said))
    return `expected a sha256 of 64 hex digits, got ${JSON.stringify(said.slice(0, 70))}`;
  if (said === "" && word === "") return "expected a sha256 or a path, got none";
  const photo = await photoOf(said, word, places);
  if (photo === null) return `expected a photo of the ledger or a file, found no ${JSON.stringify(word)}`;
  return { line, ...photo, label: label === "" ? null : label, ...(reason === "" ? {} : { reason }) };
}

async function photoOf(
  said: string,
  word: string,
  { byPath, state, folder, table }: Places,
): Promise<Pick<Decision, "sha256" | "path"> | null> {
  const known = said === "" ? byPath.get(word) : said;
  const there = known === undefined ? undefined : state.photos.get(known);
  if (there !== undefined) return { sha256: known!, path: there.path };
  const bases = isAbsolute(word) ? [""] : [folder, table, process.cwd()];
  for (const base of bases) {
    const path = resolve(base, word);
    if (word === "" || (await stat(path).catch(() => null))?.isFile() !== true) continue;
    const sha256 = known ?? (await hashFile(path));
    return { sha256, path: state.photos.get(sha256)?.path ?? relative(folder, path).split(sep).join("/") };
  }
  return known === undefined ? null : { sha256: known, path: word === "" ? known : word };
}
