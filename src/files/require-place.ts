import { randomBytes } from "node:crypto";
import { rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { RootstockError, explained } from "../base/errors.ts";

/**
 * Makes sure that `path` can be written, before hours of work end in "not a directory": a folder to write into, or a
 * file. What is missing is not made: the nearest folder that is there is written to, and nothing is left behind.
 * Throws E_FILE where something of the other kind lies there or above it, E_FILE or E_DISK_FULL with the reason where
 * that folder cannot be written to.
 */
export async function requirePlace(path: string, kind: "folder" | "file"): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info !== null && info.isDirectory() !== (kind === "folder")) throw wrongKind(path, kind);
  const above = info !== null && kind === "folder" ? path : await nearestAbove(resolve(path));
  if (!(await stat(above)).isDirectory()) throw notAbove(path, above);
  const probe = join(above, `.rootstock-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    await writeFile(probe, "", { flag: "wx" });
  } catch (cause) {
    throw explained(cause, { subject: JSON.stringify(above), doing: "write" });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

async function nearestAbove(path: string): Promise<string> {
  const above = dirname(path);
  const isThere = (await stat(above).catch(() => null)) !== null;
  return isThere || above === path ? above : await nearestAbove(above);
}

function wrongKind(path: string, kind: "folder" | "file"): RootstockError {
  const got = kind === "folder" ? "a file" : "a folder";
  return new RootstockError("E_FILE", `${JSON.stringify(path)}: expected a ${kind} to write, got ${got}.`, {
    hint: "Name another one with --out; nothing was overwritten.",
  });
}

function notAbove(path: string, above: string): RootstockError {
  return new RootstockError(
    "E_FILE",
    `${JSON.stringify(path)}: expected a folder above it, got the file ${JSON.stringify(above)}.`,
    { hint: "Name another place with --out." },
  );
}
