import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { LayoutOptions } from "../../data/folders/read-folders.ts";
import type { ListedImages } from "../../data/read-manifest.ts";
import { ledgerName, ledgerPath } from "../../ledger/ledger.ts";
import { readVersion } from "../../ledger/read-version.ts";
import { tell } from "../../words/fact.ts";
import { isLedgerText } from "../../ledger/event-line.ts";
import { listedPhotos } from "./listed-photos.ts";

/** How a data set is read, and where its labels come from. */
export interface DataOptions extends LayoutOptions {
  /**
   * A version of the ledger of labels that lies at the data's path or in that folder: a version, its beginning, a date, or
   * "latest". Default: folders or the table say the labels; where the data is a ledger itself, its latest version does.
   */
  readonly labels?: string | undefined;
}

/** A ledger that data's words mean. */
export interface LedgerWords {
  /** Its file, or the folder that holds it. */
  readonly path: string;
  /** As it was written. */
  readonly version: string;
}

/** The ledger that `data` means, as `ledger`, `ledger@version` or by `labels`; null where it is a folder or a table. */
export async function ledgerWords(data: string, labels: string | undefined): Promise<LedgerWords | null> {
  const info = await stat(data).catch(() => null);
  const at = info === null ? data.lastIndexOf("@") : -1;
  const base = data.slice(0, Math.max(at, 0));
  if (at > 0 && (await stat(base).catch(() => null)) !== null) {
    if (labels === undefined) return { path: base, version: data.slice(at + 1) };
    throw new RootstockError(
      "E_OPTION",
      `data ${JSON.stringify(data)}: expected one version, got ${JSON.stringify(labels)} as well.`,
      { hint: "Leave --labels away, or what follows the @." },
    );
  }
  if (labels !== undefined) return { path: data, version: labels };
  return info?.isFile() === true && (await isLedgerPath(data)) ? { path: data, version: "latest" } : null;
}

/** Whether a file is a ledger of labels; a folder is none, though it may hold one. */
export async function isLedgerPath(path: string): Promise<boolean> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return isLedgerText(buffer.toString("utf8", 0, bytesRead));
  } catch {
    return false; // whoever reads it as a table says why it cannot be read
  }
}

/**
 * The photos and labels of the ledger that `data` means; undefined where it is a folder or a table, with a notice where a
 * ledger lies in that folder.
 * Throws E_OPTION for options of folders, E_VERSION, and what `openLedger` throws.
 */
export async function listedIn(
  data: string,
  { labels, splitFolders, unlabelled, report, signal }: DataOptions & WorkOptions,
): Promise<ListedImages | undefined> {
  const words = await ledgerWords(data, labels);
  if (words === null) {
    const beside = join(data, ledgerName);
    if (await isLedgerPath(beside)) report?.({ type: "notice", ...tell("ledgerBeside", { path: beside }) });
    return undefined;
  }
  if (splitFolders !== undefined || unlabelled !== undefined)
    throw new RootstockError("E_OPTION", `data ${JSON.stringify(data)}: expected a folder, got a ledger.`, {
      hint: "A ledger says labels and splits itself; leave --split-folders and --unlabelled away.",
    });
  const path = await ledgerPath(words.path);
  const { state, torn } = await readVersion(path, words.version, { signal });
  if (torn !== null)
    report?.({ type: "warning", code: "E_LEDGER", ...tell("tornLedger", { path, ...torn }) });
  return listedPhotos(state, { path, version: state.version }, { report, signal });
}
