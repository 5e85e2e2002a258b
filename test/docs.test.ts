import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { apiPages } from "../scripts/docs/api-pages.ts";
import { cliPage, everyCommand } from "../scripts/docs/cli-page.ts";
import { errorsPage } from "../scripts/docs/errors-page.ts";
import { jsonPage, outputs } from "../scripts/docs/json-page.ts";
import { errorCodes } from "../src/base/errors.ts";
import { languages } from "../src/words/language.ts";
import { linksOf, proseOf, targetsOf } from "./fixtures/pages.ts";

// Pages that a script writes are committed, so that they can be read where the code is; each must be what the script
// writes today. `npm run docs` writes them.

const read = (path: string): string => readFileSync(path, "utf8");

const folders = { en: "docs", zh: "docs/zh" } as const;

test.each(languages)("%s: cli.md is what --help prints for every command", (lang) => {
  const page = read(`${folders[lang]}/cli.md`);
  expect(page).toBe(cliPage(lang));
  const words = [resolve("dist/src/cli/main.js"), "compare", "--help", "--lang", lang];
  const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect(page).toContain(`## rootstock compare\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
});

test.each(languages)("%s: errors.md names every code", (lang) => {
  const page = read(`${folders[lang]}/errors.md`);
  expect(page).toBe(errorsPage(lang));
  for (const code of Object.keys(errorCodes)) expect(page.split(`| \`${code}\` |`)).toHaveLength(2);
});

test("docs/json.md shows what every command with --json prints", { timeout: 120_000 }, () => {
  expect(read("docs/json.md")).toBe(jsonPage());
  const speaking = everyCommand().filter(({ help }) => help.includes("--json"));
  const commands = new Set(outputs.map(({ command }) => `rootstock ${command.replace(/ --.*/, "")}`));
  expect([...commands].sort()).toEqual(speaking.map(({ words }) => words).sort());
});

test(
  "docs/api/ is the docstrings of today, and every type that a public signature mentions is public",
  { timeout: 120_000 },
  async () => {
    const pages = await apiPages();
    expect(readdirSync("docs/api").sort()).toEqual([...pages.keys()].map((path) => path.slice(4)).sort());
    for (const [path, text] of pages) expect(read(join("docs", path)), path).toBe(text);
  },
);

test("every export has a docstring", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const bare = sources.flatMap((name) => {
    const lines = read(join("src", name)).split("\n");
    return lines.flatMap((line, i) => {
      const declared = /^export (?:async )?(?:function\*?|const|interface|type|class) (\w+)/.exec(line)?.[1];
      return declared !== undefined && lines[i - 1]?.endsWith("*/") !== true ? [`${name}: ${declared}`] : [];
    });
  });
  expect(sources.length).toBeGreaterThan(200);
  expect(bare).toEqual([]);
});

const pages = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...["docs", "examples", "samples"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];

/** The anchors that a reader of the page can jump to: its headings in small letters, counted where they repeat. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!);
  return new Set([
    ...named,
    ...headings.map((heading) => {
      const name = heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-");
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return count === 0 ? name : `${name}-${count}`;
    }),
  ]);
}

const anchors = new Map(pages.map((page) => [page, anchorsOf(read(page))]));

test("every link in the README and in the docs leads somewhere", () => {
  expect(pages.length).toBeGreaterThan(15);
  const dead = pages.flatMap((page) =>
    linksOf(read(page))
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split("#") as [string, string?];
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && anchors.get(target)?.has(decodeURIComponent(anchor)) !== true;
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test("every page of docs/ is reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached)
    if (page.endsWith(".md")) for (const target of targetsOf(page, read(page))) reached.add(target);
  const lists = ["docs/decisions/"];
  expect(pages.filter((page) => !reached.has(page) && !lists.some((list) => page.startsWith(list)))).toEqual(
    [],
  );
});
