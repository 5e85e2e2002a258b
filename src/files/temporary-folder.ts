import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder in the system's place for such, `rootstock-<name>-...`; removed with all that is in it when disposed. */
export async function temporaryFolder(name: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), `rootstock-${name}-`));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

/** The same, removed when the process ends: for what has no end of its own before. */
export async function folderUntilExit(name: string): Promise<string> {
  const { path } = await temporaryFolder(name);
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}
