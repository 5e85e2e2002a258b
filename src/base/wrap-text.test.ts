import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "./text-width.ts";
import { wrapText } from "./wrap-text.ts";

test("wrapText: breaks between words, and what follows stands under the value of a labelled line", () => {
  expect(wrapText("svm is right on 90 % of them", 12)).toEqual(["svm is right", "on 90 % of", "them"]);
  expect(wrapText("report  a name of three words", 20)).toEqual(["report  a name of", "        three words"]);
  expect(wrapText("  indented and long", 12)).toEqual(["  indented", "  and long"]);
  expect(wrapText("an interval of 95 %", 17)).toEqual(["an interval of", "95 %"]);
  expect(wrapText("short", 80)).toEqual(["short"]);
  expect(wrapText("never wrapped where nobody reads it", Infinity)).toHaveLength(1);
});

test("wrapText: Chinese breaks between characters, by its width, and not before a closing mark", () => {
  expect(wrapText("向日葵和玫瑰。", 8)).toEqual(["向日葵和", "玫瑰。"]);
  expect(wrapText("向日葵，玫瑰", 6)).toEqual(["向日", "葵，玫", "瑰"]);
});

test("wrapText: a word wider than the line, a path it may be, stays whole on a line of its own", () => {
  const path = "/data/a-very-long-name-of-a-folder/photo.jpg";
  expect(wrapText(`see ${path} for it`, 20)).toEqual(["see", path, "for it"]);
});

test("wrapText: loses and adds nothing but blanks, and no line is wider than asked where words are short", () => {
  const word = fc.stringMatching(/^[a-z玫瑰日]{1,8}$/u);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 16, max: 60 }), (words, width) => {
      const lines = wrapText(words.join(" "), width);
      expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
