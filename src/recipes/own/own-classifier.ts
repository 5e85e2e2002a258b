import { spawnSync } from "node:child_process";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RootstockError } from "../../base/errors.ts";
import { reasonOf } from "../../base/system-error.ts";
import type { Classifier } from "../../classifiers/classifier.ts";
import { chooseClassifier } from "./choose-classifier.ts";
import { guardClassifier } from "../../classifiers/own/guard-classifier.ts";
import { type ModuleFiles, hashModule, isCode } from "./module-files.ts";
import { rememberModule, requireUnchanged } from "./run-modules.ts";
import { tellThrown } from "../../classifiers/own/tell-thrown.ts";

/** A classifier of the user's own design, from a module that he has named. */
export interface OwnClassifier {
  /** It keeps its contract, or the error says where it does not. */
  readonly classifier: Classifier;
  /** The module and what it imports by relative paths, by path from its folder; sha256, hex. */
  readonly files: ModuleFiles;
  /** What of it is data, for records and task keys: name and files. */
  toJSON(): { readonly name: string; readonly files: ModuleFiles };
}

/** True for what names a module and no shipped classifier: `./mine.ts`, `mine.mjs#second`. */
export function isModuleWord(word: string): boolean {
  return isCode(splitExport(word).file);
}

/** `mine.mjs#second`: the file, and which of its exports, if it says so. */
export function splitExport(word: string): { file: string; exported: string | undefined } {
  const [, file = word, exported] = /^(.*\.[cm]?[jt]s)#([\w$]+)$/.exec(word) ?? [];
  return { file, exported };
}

/**
 * Runs the module at `path` and takes the classifier that it exports: the one named behind `#`, its default export, or the
 * only export that is one. To be called with nothing but paths that the user has named himself.
 * Throws E_RECIPE where there is no such file; E_CLASSIFIER where it cannot be run or exports no classifier.
 */
export async function loadOwnClassifier(word: string): Promise<OwnClassifier> {
  const { file, exported } = splitExport(word);
  const subject = `classifier module ${JSON.stringify(basename(file))}`;
  const files = await hashModule(file, subject);
  requireUnchanged(file, files, subject);
  const namespace = await importModule(file, files, subject);
  rememberModule(file, files);
  const classifier = guardClassifier(chooseClassifier(namespace, exported, subject), subject);
  return { classifier, files, toJSON: () => ({ name: classifier.name, files }) };
}

async function importModule(
  file: string,
  files: ModuleFiles,
  subject: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    const place = cause instanceof SyntaxError ? placeOfFault(file, files) : "";
    throw new RootstockError("E_CLASSIFIER", `${subject}: ${importReason(cause, place)}`, {
      hint: importHint(cause, file),
      cause,
    });
  }
}

function importReason(error: unknown, place: string): string {
  if (codeOf(error) === "ERR_UNKNOWN_FILE_EXTENSION")
    return `expected JavaScript, since Node.js ${process.versions.node} does not read TypeScript by itself.`;
  if (error instanceof SyntaxError)
    return `expected a module that can be read, got ${tellThrown(error)}${place}.`;
  if (codeOf(error) === "ERR_MODULE_NOT_FOUND")
    return `expected all that it imports, got ${reasonOf(error)}.`;
  return `expected a module that can be run, got ${tellThrown(error)}.`;
}

function importHint(error: unknown, file: string): string {
  if (codeOf(error) === "ERR_UNKNOWN_FILE_EXTENSION")
    return "Run it with Node.js 22.18 or later, or name the JavaScript that `npx tsc` makes of it.";
  if (codeOf(error) === "ERR_MODULE_NOT_FOUND" && /package 'rootstock'/.test(String(error)))
    return `Run \`npm install rootstock\` in the folder of ${JSON.stringify(basename(file))}: modules find packages beside them.`;
  return "Mend the module; `node` with its path says more.";
}

/** The place of a syntax error: an `import` that fails does not tell it, `node --check` does. */
function placeOfFault(file: string, files: ModuleFiles): string {
  for (const name of Object.keys(files).filter(isCode)) {
    const checked = spawnSync(process.execPath, ["--check", resolve(dirname(file), name)], {
      encoding: "utf8",
    });
    const [, line] = /:(\d+)\n/.exec(checked.stderr) ?? [];
    if (checked.status !== 0 && line !== undefined) return ` (${basename(name)}:${line})`;
  }
  return "";
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
