import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv } from "./parse-csv.ts";

const fieldsOf = (text: string): readonly (readonly string[])[] => parseCsv(text).map(({ fields }) => fields);

test("parseCsv: quotes hold separators, line ends and doubled quotes; lines are counted", () => {
  expect(parseCsv('path,label\r\n"a, 1.jpg","say ""x"""\r\n\r\n"two\nlines",b\nc,')).toEqual([
    { line: 1, fields: ["path", "label"] },
    { line: 2, fields: ["a, 1.jpg", 'say "x"'] },
    { line: 4, fields: ["two\nlines", "b"] },
    { line: 6, fields: ["c", ""] },
  ]);
});

test("parseCsv: semicolons and tabs separate where the first line has them", () => {
  expect(fieldsOf("path;label\na,b.jpg;x")).toEqual([
    ["path", "label"],
    ["a,b.jpg", "x"],
  ]);
  expect(fieldsOf("path\tlabel\n1\t2\n")).toEqual([
    ["path", "label"],
    ["1", "2"],
  ]);
});

test("parseCsv: a first line sep= decides, whatever the next has most of, and lines are still counted from 1", () => {
  for (const first of ["sep=;", "SEP=;\r", '"sep=;"'])
    expect(parseCsv(`${first}\na,b,c;x\n1;2`)).toEqual([
      { line: 2, fields: ["a,b,c", "x"] },
      { line: 3, fields: ["1", "2"] },
    ]);
  expect(fieldsOf("a|b\r1|2\r")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
});

test("parseCsv: a quote that is never closed is told with its line", () => {
  expect(() => parseCsv('path,label\na,"b\nc,d\n')).toThrow("the quote opened in line 2 is never closed");
});

test("parseCsv reads back whatever is written by the rules", () => {
  const field = fc.string({
    unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r\n", " ", "é"),
    maxLength: 6,
  });
  const table = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { maxLength: 5 });
  const write = (rows: readonly (readonly string[])[]): string =>
    rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",")).join("\r\n");
  fc.assert(
    fc.property(table, (rows) => {
      const header = ["one", "two", "three"];
      expect(fieldsOf(write([header, ...rows]))).toEqual([header, ...rows]);
    }),
  );
});
