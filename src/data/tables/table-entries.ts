import { stat } from "node:fs/promises";
import { posix, relative, resolve, sep } from "node:path";
import { splitOf } from "../folders/folder-words.ts";
import type { SkippedImage, Split } from "../manifest.ts";
import type { TableRecord } from "./table-records.ts";

/** A table's line about one picture. Fields that are empty say nothing. */
export interface TableEntry {
  readonly line: number;
  /** Relative to the table's folder, "/" between parts. */
  readonly path: string;
  readonly label: string;
  readonly split: Split | "";
  readonly group: string;
  /** Why the picture cannot be taken from where the table says it is; null where it can. */
  readonly outside: SkippedImage | null;
}

/** A record as an entry; what is wrong with its fields is added to `faults`. */
export async function entryOf(
  { line, values }: TableRecord,
  root: string,
  faults: string[],
): Promise<TableEntry> {
  const word = values.get("file_name") || values.get("path") || "";
  const splitName = values.get("split") ?? "";
  const split = splitOf(splitName) ?? "";
  if (word === "") faults.push(`line ${line}: expected a file_name or path, got none`);
  if (splitName !== "" && split === "")
    faults.push(
      `line ${line}: expected a split of train, validation or test, got ${JSON.stringify(splitName)}`,
    );
  const name = await withSlashes(root, word);
  const path = isForeign(name) ? name : relative(root, resolve(root, name)).split(sep).join("/");
  return {
    line,
    path,
    label: (values.get("label") ?? "").normalize("NFC"),
    split,
    group: values.get("group") ?? "",
    outside: outsideOf(name, path),
  };
}

/** A table from Windows writes `rose\1.jpg`; a file that really has a back slash in its name goes before. */
async function withSlashes(root: string, word: string): Promise<string> {
  if (sep === "\\" || !word.includes("\\")) return word;
  const isFile = await stat(resolve(root, word)).then(
    () => true,
    () => false,
  );
  return isFile ? word : word.replaceAll("\\", posix.sep);
}

/** An address on the network, or a path with a drive where there are none. */
function isForeign(name: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(name) || (sep === "/" && /^[a-z]:(?:\/|$)/i.test(name));
}

function outsideOf(name: string, path: string): SkippedImage | null {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(name))
    return outside(name, "expected a file, got an address; nothing is downloaded", {
      hint: "Download the pictures, and write their paths into the table.",
    });
  if (isForeign(name))
    return outside(name, "expected a path on this machine, got one with a Windows drive", {
      hint: "Write paths relative to the table's folder.",
    });
  if (path !== ".." && !path.startsWith("../") && !isDrive(path)) return null;
  return outside(path, "expected a file in the table's folder or below, got one outside it", {
    hint: "Move the table to a folder that holds all of its pictures, and write paths relative to it.",
  });
}

/** What `relative` gives on Windows for a path on another drive. */
function isDrive(path: string): boolean {
  return /^[a-z]:\//i.test(path);
}

function outside(path: string, finding: string, { hint }: { hint: string }): SkippedImage {
  return { path, code: "E_IMAGE_OUTSIDE", message: `${JSON.stringify(path)}: ${finding}.`, hint };
}
