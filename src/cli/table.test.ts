import { expect, test } from "vitest";
import { textWidth } from "../base/text-width.ts";
import { formatTable } from "./table.ts";

test("formatTable lines columns up, numbers at their end, Chinese by its width", () => {
  expect(
    formatTable(
      ["class", "images", "recall"],
      [
        ["daisy", "200", "91.5 %"],
        ["蒲公英", "12", "8.3 %"],
      ],
    ),
  ).toEqual([
    "class   images  recall",
    "──────  ──────  ──────",
    "daisy      200  91.5 %",
    "蒲公英      12   8.3 %",
  ]);
});

test("a column with a word in it stays at its start, an empty table keeps its headings", () => {
  const rows = [
    ["x", "1"],
    ["y", "failed"],
  ];
  expect(formatTable(["a", "value"], rows).slice(2)).toEqual(["x  1", "y  failed"]);
  expect(formatTable(["a", "b"], [])).toEqual(["a  b", "─  ─"]);
});

test("names cannot steer the terminal, and a line end in one does not end the line", () => {
  expect(formatTable(["name"], [["\u001b[2Jgone\nnext"]])).toEqual([
    "name",
    "───────────────────",
    String.raw`\u001b[2Jgone\nnext`,
  ]);
});

const rows = [
  ["* svm", "mobilenetv2 + squeezenet1_1", "1792", "90.5 %"],
  ["  向日葵与玫瑰", "mobilenetv2", "1280", "89.6 %"],
];
const headings = ["recipe", "backbone", "features", "accuracy"];

test("too wide for the terminal: words wrap inside their column", () => {
  expect(formatTable(headings, rows, { width: 50 })).toEqual([
    "recipe          backbone        features  accuracy",
    "──────────────  ──────────────  ────────  ────────",
    "* svm           mobilenetv2 +       1792    90.5 %",
    "                squeezenet1_1",
    "  向日葵与玫瑰  mobilenetv2         1280    89.6 %",
  ]);
});

test("too wide for the terminal: spare columns go before words break, and at last a row is lines of its own", () => {
  expect(formatTable(headings, rows, { width: 44, spare: ["features"] })[0]).not.toContain("features");
  const narrow = formatTable(headings, rows, { width: 22 });
  expect(narrow.slice(0, 5)).toEqual([
    "recipe    * svm",
    "backbone  mobilenetv2",
    "          +",
    "          squeezenet1_1",
    "features  1792",
  ]);
});

test.each([16, 20, 25, 30, 40, 60, 79, 80, 120])("no line is wider than %i columns", (width) => {
  for (const line of formatTable(headings, rows, { width, spare: ["features"] }))
    expect(textWidth(line)).toBeLessThanOrEqual(Math.max(width, 23)); // a name of 13 letters behind its heading
});
