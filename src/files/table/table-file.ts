import { extname } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { openAtomicFile } from "../atomic-write.ts";
import type { Cell, TableForm, TableHead } from "./table-form.ts";
import { csvForm, jsonlForm } from "./text-forms.ts";

/** Endings of the tables that can be written. */
export const tableEndings = [".parquet", ".csv", ".jsonl"] as const;

/** The ending of a table's name. */
export type TableEnding = (typeof tableEndings)[number];

/** A table under way: rows go out in blocks, and the file is there when it is whole. */
export interface TableFile extends AsyncDisposable {
  add(row: readonly Cell[]): Promise<void>;
  /** Puts the file in its place; disposed of before, the table leaves nothing. */
  close(): Promise<void>;
}

/** Rows in a block: what a form holds in memory. */
const blockRows = 512;

/**
 * The ending that names a file's form, in small letters. Throws E_OPTION for none of `endings`: what another program
 * would take a file for is no matter of chance.
 */
export function requireEnding<E extends string>(path: string, endings: readonly E[]): E {
  const ending = extname(path).toLowerCase();
  const known = endings.find((one) => one === ending);
  if (known !== undefined) return known;
  const last = endings.length - 1;
  throw new RootstockError(
    "E_OPTION",
    `out ${JSON.stringify(path)}: expected a name that ends in ${endings.slice(0, last).join(", ")} or ${endings[last]}, got ${ending === "" ? "no ending" : JSON.stringify(ending)}.`,
    { hint: "The ending says what is written." },
  );
}

/** Opens a table in the form that its ending names. Throws E_OPTION, E_DISK_FULL, or E_FILE with the reason. */
export async function openTableFile(path: string, head: TableHead): Promise<TableFile> {
  const form = await formOf(requireEnding(path, tableEndings), head);
  const file = await openAtomicFile(path);
  let block: (readonly Cell[])[] = [];
  const flush = async (): Promise<void> => {
    if (block.length > 0) await file.append(form.rows(block));
    block = [];
  };
  await file.append(form.begin());
  return {
    add: async (row) => {
      block.push(row);
      if (block.length >= blockRows) await flush();
    },
    close: async () => {
      await flush();
      await file.append(form.end());
      await file.commit();
    },
    [Symbol.asyncDispose]: async () => await file[Symbol.asyncDispose](),
  };
}

/** The writer of Parquet is loaded for Parquet alone. */
async function formOf(ending: TableEnding, head: TableHead): Promise<TableForm> {
  if (ending === ".csv") return csvForm(head);
  if (ending === ".jsonl") return jsonlForm(head);
  const { parquetForm } = await import("./parquet-form.ts");
  return parquetForm(head);
}
