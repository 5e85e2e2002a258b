import { expect, test } from "vitest";
import { languageAsked } from "./language-asked.ts";

const zh = { LANG: "zh_CN.UTF-8" };

test.each([
  [["compare", "photos"], {}, "en"],
  [["compare", "photos"], zh, "zh"],
  [["compare", "photos"], { LANG: "zh_TW" }, "zh"],
  [["compare", "photos"], { LANG: "zh" }, "zh"],
  [["compare", "photos"], { LANG: "zha_XX" }, "en"],
  [["compare", "photos"], { LANG: "de_DE.UTF-8" }, "en"],
  [["compare", "photos"], { LC_ALL: "C", ...zh }, "en"],
  [["compare", "photos"], { LC_ALL: "", ...zh }, "zh"],
  [["compare", "photos"], { LC_MESSAGES: "en_GB", ...zh }, "en"],
  [["compare", "photos"], { LC_MESSAGES: "zh_CN", LANG: "en_US" }, "zh"],
  [["compare", "photos", "--lang", "en"], zh, "en"],
  [["compare", "--lang=zh", "photos"], {}, "zh"],
  [["--lang", "zh", "compare", "photos"], {}, "zh"],
  [["compare", "photos", "--lang", "en", "--lang", "zh"], {}, "zh"],
  [["compare", "photos", "--lang", "fr"], zh, "zh"], // refused by the parser, in the reader's language
  [["predict", "model", "--", "--lang", "zh"], {}, "en"],
] as const)("%j in %j speaks %s", (words, environment, lang) => {
  expect(languageAsked(words, environment)).toBe(lang);
});
