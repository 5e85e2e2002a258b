import { expect, test } from "vitest";
import { cutText, padText, textWidth } from "./text-width.ts";

test("textWidth: Chinese, full-width forms and emoji take two columns, combining marks none", () => {
  expect(["daisy", "蒲公英", "ＡＢ", "バラ", "장미", "🌷", "e\u0301te\u0301", ""].map(textWidth)).toEqual([
    5, 6, 4, 4, 4, 2, 3, 0,
  ]);
});

test("padText and cutText count columns, not characters", () => {
  expect(padText("玫瑰", 6)).toBe("玫瑰  ");
  expect(padText("7", 3, "start")).toBe("  7");
  expect(padText("long", 2)).toBe("long");
  expect(cutText("向日葵", 5)).toBe("向日…");
  expect(cutText("向日葵", 4)).toBe("向…");
  expect(cutText("rose", 4)).toBe("rose");
});
