import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { english } from "./en/en.ts";
import { errorInWords, finding, inWords, tell, work, workInWords } from "./fact.ts";
import { languages } from "./language.ts";
import { wordsOf } from "./words.ts";

const others = languages.filter((lang) => lang !== "en");
const chinese = wordsOf("zh");

/** Every message by its place in the catalogue, and whether it is filled. A message may leave values out, and takes no more. */
function shapeOf(value: unknown, place = ""): string[] {
  if (typeof value === "function") return [`${place}()`];
  if (typeof value !== "object" || value === null) return [place];
  return Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${place}.${key}`));
}

/** How many values each message takes. */
function valuesOf(value: unknown, place = ""): [place: string, count: number][] {
  if (typeof value === "function") return [[place, value.length]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => valuesOf(inner, `${place}.${key}`));
}

test.each(others)(
  "%s: every message that English has, taking no value that it does not, and none besides",
  (lang) => {
    const { help: _, ...words } = wordsOf(lang);
    const { help: __, ...all } = english;
    expect(shapeOf(words).sort()).toEqual(shapeOf(all).sort());
    expect(valuesOf(words).filter(([place, count]) => count > new Map(valuesOf(all)).get(place)!)).toEqual(
      [],
    );
  },
);

/** Lines of a catalogue's files, without what is filled in, the names that messages go by, and lines to type. */
function textIn(folder: string): string[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => !/^ *(?:import|export|\w+ as \w+,$|type|const|return|\/\*\*|\*|\/\/)/.test(line))
      .map((line) => line.replace(/^ *(?:'[^']*'|"[^"]*"):/, "").replaceAll(/\\?`[a-z][^`]*`/g, "")),
  );
}

test("no Chinese message has an English sentence in it", () => {
  const sentence = /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/;
  expect(textIn("src/words/zh").filter((line) => sentence.test(line))).toEqual([]);
  expect(textIn("src/words/en").filter((line) => sentence.test(line)).length).toBeGreaterThan(100);
});

test("counts have their plural in English and their measure word in Chinese", () => {
  expect([1, 2, 1000].map(english.counts.images)).toEqual(["1 image", "2 images", "1,000 images"]);
  expect([1, 2, 1000].map(chinese.counts.images)).toEqual(["1 张图片", "2 张图片", "1,000 张图片"]);
  expect([1, 2].map(english.counts.classes)).toEqual(["1 class", "2 classes"]);
  expect(chinese.counts.classes(2)).toBe("2 个类别");
  expect(chinese.forms.units(5, "folds")).toBe("5 折");
});

test("times, rates and lists read as Chinese has them", () => {
  const { seconds, rate, list, quoted } = chinese.forms;
  expect([0.0123, 4.2, 42, 83, 120, 3599.9, 5400].map(seconds)).toEqual([
    "12 毫秒",
    "4.2 秒",
    "42 秒",
    "1 分 23 秒",
    "2 分",
    "1 小时",
    "1 小时 30 分",
  ]);
  expect([rate(122, "images"), rate(1.4, "steps"), rate(0.1, "folds")]).toEqual([
    "122 张/秒",
    "1.4 步/秒",
    "6.0 折/分",
  ]);
  expect(rate(5 * 2 ** 20, "bytes")).toBe("5.0 MiB/秒");
  expect([["a"], ["a", "b"], ["a", "b", "c"], [..."abcdef"]].map(list)).toEqual([
    "a",
    "a 和 b",
    "a、b 和 c",
    "a、b、c 等 6 种",
  ]);
  expect(quoted([..."abcdefg"])).toBe('"a"、"b"、"c"、"d"、"e" 等 7 个');
});

test("a fact says its message in each language, also after a journey as JSON; what has none stays as it is", () => {
  const told = JSON.parse(JSON.stringify(tell("trainedLeftOut", { known: 3, all: 10 }))) as ReturnType<
    typeof tell
  >;
  expect(inWords(told, english)).toBe(told.message);
  expect(inWords(told, chinese)).toMatch(/^这 10 张图片里有 3 张.*其余 7 张/);
  expect(workInWords(work("features", { backbone: "alexnet" }).fact, chinese)?.stage).toBe(
    "提取特征 alexnet",
  );
  expect(inWords({ message: "as it is" }, chinese)).toBe("as it is");
  expect(inWords({ message: "as it is", fact: { name: "later", values: {} } }, chinese)).toBe("as it is");
  expect(inWords({ message: "slow disk.", code: "E_CACHE" }, english)).toBe("slow disk.");
  expect(inWords({ message: "slow disk.", code: "E_CACHE" }, chinese)).toMatch(
    /^特征缓存无法读写.*英文原文：slow disk\.$/,
  );
});

test("an error says what its code means, what to do, and the English original; a finding says all of it", () => {
  const error = { code: "E_LAYER", message: 'layer "c9": no such layer.', hint: "Choose one." } as const;
  expect(errorInWords(error, english)).toEqual({ text: error.message, hint: error.hint, original: "" });
  expect(errorInWords(error, chinese)).toEqual({
    text: "网络里没有这一层。",
    hint: "请从原文列出的层中选择。",
    original: '英文原文：layer "c9": no such layer. Choose one.',
  });
  const small = finding("E_CLASS_TOO_SMALL", "tooSmall", { name: "daisy", folds: 5, count: 3 });
  expect(small.message).toBe('class "daisy": expected at least 5 independent pictures for 5 folds, got 3.');
  expect(errorInWords(small, chinese)).toEqual({
    text: '类别 "daisy"：5 折至少需要 5 张互不相干的图片，只有 3 张。',
    hint: "请用 --folds 3，或再添加 2 张以上。",
    original: "",
  });
});

test("every stage, notice and warning of the work brings its fact", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !/^(?:words|base|cli)\b/.test(file),
  );
  const told = files.flatMap((file) => {
    const code = readFileSync(join("src", file), "utf8");
    return [...code.matchAll(/\{\s*type: "(?:stage|notice|warning)",[^;]*?\}\)?[;,]/g)].map(
      ([event]) => `${file}: ${event}`,
    );
  });
  expect(told.length).toBeGreaterThan(20);
  expect(told.filter((event) => !/\.\.\.|fact/.test(event))).toEqual([]);
});
