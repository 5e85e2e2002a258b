import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { quoteList } from "../base/errors.ts";
import { isAbsent, reasonOf } from "../base/system-error.ts";
import { hashBytes, hashFile } from "../files/hash-file.ts";
import { type Sentence, tell } from "../words/fact.ts";
import type { BundleRecord } from "./bundle-record.ts";

/** What a look at a model folder's files tells: `faults` stand against it, `notes` are worth a line. */
export interface FileFindings {
  readonly faults: readonly string[];
  readonly notes: readonly Sentence[];
}

/**
 * Every file has its recorded hash, nothing is missing or added, and `config.json` names the record's classes.
 * Two things that systems do to folders are no faults: what they leave beside files (hidden files, Thumbs.db, ...),
 * which nothing reads, and line ends of text files that git turned to CRLF.
 */
export async function checkFiles(folder: string, record: BundleRecord): Promise<FileFindings> {
  const findings = { faults: [] as string[], notes: [] as Sentence[] };
  const crlf: string[] = [];
  for (const [path, sha256] of Object.entries(record.files)) {
    const state = await stateOf(join(folder, path), sha256);
    if (state === "line ends") crlf.push(path);
    else if (state !== "same") findings.faults.push(`${path}: ${state}`);
  }
  for (const { file } of record.golden)
    if (!(file in record.files)) findings.faults.push(`${file}: not among the hashed files`);
  const known = new Set([...Object.keys(record.files), "rootstock.json"]);
  const strangers = (await filesIn(folder)).filter((path) => !known.has(path));
  const junk = strangers.filter(isJunk);
  for (const path of strangers)
    if (!isJunk(path)) findings.faults.push(`${path}: added, not part of the model`);
  if (findings.faults.length === 0) findings.faults.push(...(await labelFaults(folder, record)));
  if (junk.length > 0) findings.notes.push(tell("leftBySystem", { files: junk }));
  if (crlf.length > 0) findings.notes.push(tell("lineEnds", { files: crlf }));
  return findings;
}

/** Anything else is what stands against the file, in words. */
type FileState = "same" | "line ends" | string;

const changed = "changed (sha256 differs)";

async function stateOf(path: string, sha256: string): Promise<FileState> {
  let found: string;
  try {
    found = await hashFile(path);
  } catch (error) {
    return isAbsent(error) ? "missing" : `cannot be read: ${reasonOf(error)}`;
  }
  if (found === sha256) return "same";
  if (!textExtensions.has(extname(path))) return changed;
  const text = (await readFile(path, "utf8")).replaceAll("\r\n", "\n");
  return hashBytes(new TextEncoder().encode(text)) === sha256 ? "line ends" : changed;
}

/** Files that we write with line feeds alone, so that a carriage return can only have been added. */
const textExtensions = new Set([".json", ".md", ".txt", ".py"]);

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder).length))
    .map((path) => path.replaceAll("\\", "/").replace(/^\//, ""))
    .sort();
}

/** Left by macOS, Windows, network disks and Python's imports; hidden files are left by git and by downloads. */
const junkNames = /^(\..*|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|@eadir|__macosx|__pycache__)$/i;

function isJunk(path: string): boolean {
  return path.split("/").some((part) => junkNames.test(part));
}

/** Transformers.js reads the classes from `config.json`, we from the record: both must say the same. */
async function labelFaults(folder: string, { labels, files }: BundleRecord): Promise<string[]> {
  if (!("config.json" in files)) return ["config.json: not among the hashed files"];
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as {
    id2label?: Readonly<Record<string, string>>;
  };
  const named = labels.map((_, i) => config.id2label?.[i]);
  if (
    named.length === Object.keys(config.id2label ?? {}).length &&
    named.every((one, i) => one === labels[i])
  )
    return [];
  return [`config.json: expected the classes ${quoteList(labels)}, got ${quoteList(named.map(String))}`];
}
