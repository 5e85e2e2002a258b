import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { blocksOf, piecesOf, proseOf, targetsOf } from "./fixtures/pages.ts";

// The pages that are there in English and in Chinese say the same: what is no language in them (code, figures, names,
// the shape of headings and tables, where links lead) is compared.

const generated = new Set(["cli.md", "errors.md"]); // English and Chinese come from one generator each
const englishAlone = new Set(["json.md"]);
const pagesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".md"));
const names = pagesIn("docs/zh");

/** The two pages of a name, and where they are. */
const pairOf = (name: string): { path: string; text: string }[] =>
  ["docs", "docs/zh"].map((folder) => {
    const path = join(folder, name);
    return { path, text: readFileSync(path, "utf8") };
  });

test("every page of docs/ is there in Chinese but those that the Chinese README calls English alone", () => {
  expect(pagesIn("docs").filter((name) => !englishAlone.has(name))).toEqual(names);
  const [, list] = readFileSync("README.zh-CN.md", "utf8").split("以下只有英文");
  for (const name of englishAlone) expect(list).toContain(`(docs/${name})`);
});

/** The level of every heading, and the number of cells of every table row, in order. */
function shapeOf(page: string): string[] {
  return proseOf(page)
    .split("\n")
    .flatMap((line) => {
      const heading = /^(#+) /.exec(line)?.[1];
      if (heading !== undefined) return [heading];
      const row = line.replaceAll(/`[^`]*`/g, "").trim();
      return row.startsWith("|") ? [`${row.split("|").length - 2} cells`] : [];
    });
}

/** Where a link of an English page leads on the Chinese one: to the page in Chinese where there is one. */
function inChinese(target: string): string {
  const translated = target.replace(/^docs\/(?!zh\/)/, "docs/zh/");
  return names.some((name) => join("docs/zh", name) === translated) ? translated : target;
}

describe.each(names)("docs/%s in English and in Chinese", (name) => {
  const [english, chinese] = pairOf(name) as [{ path: string; text: string }, { path: string; text: string }];

  test("link each other under their title", () => {
    expect(english.text.split("\n")[2]).toBe(`[中文](zh/${name})`);
    expect(chinese.text.split("\n")[2]).toBe(`[English](../${name})`);
  });

  test("have the same headings and table rows", () => {
    expect(shapeOf(english.text).length).toBeGreaterThan(1);
    expect(shapeOf(chinese.text)).toEqual(shapeOf(english.text));
  });

  test("lead to the same places, the Chinese one in Chinese where there is a page", () => {
    const targets = targetsOf(english.path, english.text).slice(1); // the first is the other language
    const theirs = targetsOf(chinese.path, chinese.text).slice(1);
    expect(new Set(theirs)).toEqual(new Set(targets.map(inChinese)));
  });
});

/** A block as it runs: comments after `#` are in the reader's language, and stand in the same places. */
const withoutComments = (block: string): string => block.replaceAll(/ +# .*$/gm, " #");

/** What a reader sees of a page but code: no code, no addresses, no remarks. */
const sentencesOf = (page: string): string =>
  proseOf(page).replaceAll(/`[^`]*`|\]\([^)]*\)|<!--[^]*?-->/g, "");

const figuresOf = (page: string): string[] =>
  [...sentencesOf(page).matchAll(/\d+(?:[.,]\d+)*/g)].map(([figure]) => figure).sort();

test.each(names.filter((name) => !generated.has(name)))(
  "docs/%s: the same code, names and figures in both languages, and no English sentence in the Chinese",
  (name) => {
    const [english, chinese] = pairOf(name).map(({ text }) => text) as [string, string];
    expect(blocksOf(chinese).map(withoutComments)).toEqual(blocksOf(english).map(withoutComments));
    expect(new Set(piecesOf(chinese))).toEqual(new Set(piecesOf(english)));
    expect(figuresOf(chinese)).toEqual(figuresOf(english));
    const sentence = /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/;
    const lines = sentencesOf(chinese).split("\n");
    expect(lines.filter((line) => sentence.test(line))).toEqual([]);
    expect(lines.filter((line) => /\p{Script=Han}/u.test(line)).length).toBeGreaterThan(10);
  },
);

/** Commands and their options, as a page lists them. */
const termsOf = (page: string): string[] =>
  [...page.matchAll(/^## .*|^ {2}(?:-\w, )?--[\w[\]-]+(?: <[^>]+>)?/gm)].map(([term]) => term);

test("cli.md lists the same options of the same commands in both languages", () => {
  const [english, chinese] = pairOf("cli.md").map(({ text }) => termsOf(text)) as [string[], string[]];
  expect(english.length).toBeGreaterThan(100);
  expect(chinese).toEqual(english);
});

test("the Chinese README leads where the English one does, in Chinese where there is a page", () => {
  const between = new Set(["README.md", "README.zh-CN.md"]);
  const [english, chinese] = [...between].map((path) =>
    targetsOf(path, readFileSync(path, "utf8")).filter((target) => !between.has(target)),
  ) as [string[], string[]];
  expect(english.length).toBeGreaterThan(10);
  expect(new Set(chinese)).toEqual(new Set(english.map(inChinese)));
});
