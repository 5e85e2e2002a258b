import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { openTableFile, requireEnding } from "./table-file.ts";
import type { Cell, TableHead } from "./table-form.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-table-"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const head: TableHead = {
  columns: [
    { name: "path", kind: "text" },
    { name: "label", kind: "text", isOptional: true },
    { name: "share, of one", kind: "number", isOptional: true },
    { name: "values", kind: "numbers" },
  ],
  facts: { classes: '["é"]' },
};

const awkward = ['a,"b"\n.jpg', "每/雏菊.png", " blank ", "=1+1", ""];
const random = createRandom(7);
const rows = Array.from(
  { length: 1100 },
  (_, i): readonly [string, string | null, number | null, Float32Array] => [
    awkward[i] ?? `${i}.jpg`,
    i % 3 === 0 ? null : `class ${i % 7}`,
    i % 5 === 0 ? null : random.next(),
    Float32Array.from({ length: 3 }, () => random.normal()),
  ],
);

async function write(name: string, given: readonly (readonly Cell[])[] = rows): Promise<string> {
  const path = join(folder, name);
  await using table = await openTableFile(path, head);
  for (const row of given) await table.add(row);
  await table.close();
  return path;
}

const asObject = ([path, label, share, values]: (typeof rows)[number]): object => ({
  path,
  label,
  "share, of one": share,
  values: Array.from(values),
});

test("Parquet comes back as it went in: text, empty cells, doubles and lists to the bit, over several row groups", async () => {
  const file = await asyncBufferFromFile(await write("a.parquet"));
  expect(await parquetReadObjects({ file })).toEqual(rows.map(asObject));
  const metadata = await parquetMetadataAsync(file);
  expect(metadata.key_value_metadata).toEqual([{ key: "classes", value: '["é"]' }]);
  expect(metadata.row_groups.length).toBeGreaterThan(1);
});

test("a table of no rows is one all the same, in each form", async () => {
  const file = await asyncBufferFromFile(await write("none.parquet", []));
  expect(await parquetReadObjects({ file })).toEqual([]);
  expect(await readFile(await write("none.csv", []), "utf8")).toBe('path,label,"share, of one",values\n');
  expect(await readFile(await write("none.jsonl", []), "utf8")).toBe("");
});

test("CSV: names once, a column for each number of a list, what needs quotes in quotes", async () => {
  const text = await readFile(await write("a.csv", [...rows.slice(0, 3), ...rows.slice(600)]), "utf8");
  const [, , share, values] = rows[1]!;
  expect(text.startsWith('path,label,"share, of one",values0,values1,values2\n"a,""b""\n.jpg",,,')).toBe(
    true,
  );
  expect(text).toContain(`\n每/雏菊.png,class 1,${share},${Array.from(values).join(",")}\n`);
  expect(text).toContain('\n" blank ",class 2,');
  expect(text.split("\n").filter((line) => line.startsWith("path,"))).toHaveLength(1);
});

test("JSONL: one object a line, empty cells left out", async () => {
  const text = await readFile(await write("a.jsonl"), "utf8");
  const lines = text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
    rows.map((row) =>
      Object.fromEntries(Object.entries(asObject(row)).filter(([, value]) => value !== null)),
    ),
  );
});

test("a table that is given up leaves nothing", async () => {
  const place = await mkdtemp(join(folder, "given-up-"));
  await openTableFile(join(place, "a.parquet"), head).then(
    async (table) => await table[Symbol.asyncDispose](),
  );
  expect(await readdir(place)).toEqual([]);
});

test("the ending names the form, in any case; another is refused with those that are known", () => {
  expect(requireEnding("a/B.PARQUET", [".parquet", ".csv"])).toBe(".parquet");
  expect(() => requireEnding("a.xlsx", [".parquet", ".csv"])).toThrow(
    'out "a.xlsx": expected a name that ends in .parquet or .csv, got ".xlsx".',
  );
});
