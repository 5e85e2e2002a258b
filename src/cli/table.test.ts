import { expect, test } from "vitest";
import { formatTable, hasColour } from "./table.ts";

test("formatTable lines columns up, numbers at their end, Chinese by its width", () => {
  expect(
    formatTable(
      ["class", "images", "recall"],
      [
        ["daisy", "200", "91.5 %"],
        ["蒲公英", "12", "8.3 %"],
      ],
    ),
  ).toBe(
    [
      "class   images  recall",
      "──────  ──────  ──────",
      "daisy      200  91.5 %",
      "蒲公英      12   8.3 %",
    ].join("\n"),
  );
});

test("a column with a word in it stays at its start, an empty table keeps its headings", () => {
  expect(
    formatTable(
      ["a", "value"],
      [
        ["x", "1"],
        ["y", "failed"],
      ],
    )
      .split("\n")
      .slice(2),
  ).toEqual(["x  1", "y  failed"]);
  expect(formatTable(["a", "b"], [])).toBe("a  b\n─  ─");
});

test("names cannot steer the terminal", () => {
  expect(formatTable(["name"], [["\u001b[2Jgone"]])).not.toContain("\u001b");
});

test("colour is for terminals, and not under NO_COLOR or TERM=dumb", () => {
  expect(hasColour({ isTTY: true }, {})).toBe(true);
  expect(hasColour({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(hasColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(hasColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(hasColour({}, {})).toBe(false);
  expect(formatTable(["a"], [["b"]], { isColoured: true })).toContain("\u001b[1ma\u001b[22m");
});
