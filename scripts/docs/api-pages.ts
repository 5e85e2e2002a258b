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
    return new Map(names.map((name, i) => [`api/${name}`, readable(texts[i]!)]));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The modules by the names that they are imported under. */
const entries = { index: "rootstock", browser: "rootstock/browser", testing: "rootstock/testing" };

/** With its names listed at the top, kind by kind, each a link to where it is described. */
function readable(text: string): string {
  const named = Object.entries(entries).reduce(
    (page, [module, name]) =>
      page.replace(`# ${module}\n`, `# ${name}\n`).replace(`[${module}]`, `[${name}]`),
    text,
  );
  const [title, ...kinds] = named.split(/^(?=## )/m);
  const lists = kinds.map((kind) => {
    const names = [...kind.matchAll(/^<a id="([^"]+)"><\/a>\n\n### (\S+?)(?:\(\))?$/gm)];
    if (names.length === 0) return "";
    const links = names.map(([, anchor, name]) => `[${name}](#${anchor})`);
    return `**${kind.slice(3, kind.indexOf("\n"))}**: ${links.join(" · ")}\n\n`;
  });
  return [title, ...lists, ...kinds].join("");
}
