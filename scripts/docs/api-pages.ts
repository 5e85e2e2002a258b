import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const reference = resolve("scripts/reference");

/**
 * docs/api/: the reference, one page for each entry of the package, from the docstrings in the declarations that the
 * compiler emitted. TypeDoc fails where a public signature mentions a type that is not exported.
 */
export async function apiPages(): Promise<ReadonlyMap<string, string>> {
  const out = await mkdtemp(join(tmpdir(), "rootstock-api-"));
  try {
    const words = ["node_modules/typedoc/bin/typedoc", "--options", "typedoc.json", "--out", out];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: reference,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    const names = (await readdir(out)).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(out, name), "utf8")));
    return new Map(names.map((name, i) => [`api/${name}`, texts[i]!]));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
