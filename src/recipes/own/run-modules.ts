import { dirname, relative, resolve } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import type { ModuleFiles } from "./module-files.ts";

/** What this process has run, by absolute path. Node keeps a module once it has run, so a later version is not seen. */
const hasRun = new Map<string, string>();

/** Throws E_CLASSIFIER where a file has changed since this process ran it: what Node would hand out is the old one. */
export function requireUnchanged(module: string, files: ModuleFiles, subject: string): void {
  const stale = byPath(module, files).find(([path, hash]) => (hasRun.get(path) ?? hash) !== hash);
  if (stale === undefined) return;
  throw new RootstockError(
    "E_CLASSIFIER",
    `${subject}: expected ${JSON.stringify(relative(dirname(resolve(module)), stale[0]))} as this process has run it, got another version.`,
    { hint: "Start the program again: Node.js reads a module once." },
  );
}

/** Keeps what was run. */
export function rememberModule(module: string, files: ModuleFiles): void {
  for (const [path, hash] of byPath(module, files)) hasRun.set(path, hash);
}

function byPath(module: string, files: ModuleFiles): [path: string, hash: string][] {
  const folder = dirname(resolve(module));
  return Object.entries(files).map(([path, hash]) => [resolve(folder, path), hash]);
}
