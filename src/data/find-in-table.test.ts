import { join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { holdoutOf } from "./holdout.ts";
import { readManifest } from "./read-manifest.ts";

test("a CSV as spreadsheets write it: byte order mark, CRLF, quotes, split and group", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 4; i += 1) await data.put(`images/${i}, x.png`, await noisePng(i));
  const lines = [
    "File_Name,label,split,group,note",
    '"images/0, x.png",rose,train,plant 1,-',
    '"images/1, x.png",tulip,,,"two\r\nlines"',
    '"images/2, x.png",rose,Test,plant 2,-',
    '"images/3, x.png",,train,,-',
  ];
  await data.put("photos.csv", `\ufeff${lines.join("\r\n")}\r\n`);
  const manifest = await readManifest(join(data.root, "photos.csv"));
  expect(manifest.rows.map(({ path, label, split, group }) => [path, label, split, group])).toEqual([
    ["images/0, x.png", "rose", "train", "plant 1"],
    ["images/1, x.png", "tulip", undefined, undefined],
    ["images/2, x.png", "rose", "test", "plant 2"],
  ]);
  expect([...holdoutOf(manifest).holdout]).toEqual([2]);
  expect(manifest.skipped.map(({ path, code }) => [path, code])).toEqual([
    ["images/3, x.png", "E_LABEL_MISSING"],
  ]);
});

test("JSONL: one object a line, labels may be numbers, a missing file and one outside are named", async () => {
  await using data = await createDataFolder();
  await data.put("set/1.png", await noisePng(1));
  await data.put("set/2.png", await noisePng(2));
  await data.put("3.png", await noisePng(3));
  const records = [
    { path: "1.png", label: 7 },
    { path: "./2.png", label: "8" },
    { path: "2.png", label: "8" },
    { path: "gone.png", label: "8" },
    { path: "../3.png", label: "8" },
  ];
  await data.put("set/all.jsonl", records.map((record) => JSON.stringify(record)).join("\n"));
  const { rows, skipped } = await readManifest(join(data.root, "set/all.jsonl"));
  expect(rows.map(({ path, label }) => [path, label])).toEqual([
    ["1.png", "7"],
    ["2.png", "8"],
  ]);
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([
    ["../3.png", "E_IMAGE_OUTSIDE"],
    ["gone.png", "E_IMAGE_UNREADABLE"],
  ]);
});

test("a copy in two groups of the user makes them one", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 4; i += 1) await data.put(`${i}.png`, await noisePng(i));
  await data.put("copy.png", await noisePng(0));
  const lines = ["path,label,group", "0.png,a,p9", "copy.png,a,p2", "1.png,a,p9", "2.png,b,p2", "3.png,b,p3"];
  await data.put("all.csv", lines.join("\n"));
  const { rows } = await readManifest(join(data.root, "all.csv"));
  expect(Object.fromEntries(rows.map(({ path, group }) => [path, group]))).toEqual({
    "0.png": "p2",
    "1.png": "p2",
    "2.png": "p2",
    "3.png": "p3",
    "copy.png": "p2",
  });
});

test.each([
  ["no columns", "a.csv", "name,class\nx,y\n", "expected the columns file_name (or path) and label"],
  ["an empty file", "a.csv", "", "expected the columns"],
  ["too few fields", "a.csv", "path,label\nx\n", "line 2: expected 2 fields, got 1"],
  [
    "an unknown split",
    "a.csv",
    "path,label,split\nx,y,later\n",
    'line 2: expected a split of train, validation or test, got "later"',
  ],
  ["no path", "a.jsonl", '{"label":"x"}\n', "line 1: expected a file_name or path"],
  ["no JSON", "a.jsonl", '{"path":"x","label":"y"}\n[1]\nnull\n', "line 2: expected a JSON object"],
  ["two faults", "a.csv", "path,label\nx\ny\n", "line 2: expected 2 fields, got 1; line 3"],
])("a table with %s is refused with its lines", async (_what, name, text, message) => {
  await using data = await createDataFolder();
  await data.put(name, text);
  await expect(readManifest(join(data.root, name))).rejects.toMatchObject({
    code: "E_MANIFEST",
    message: expect.stringContaining(message) as string,
  });
});

test("a table that is not UTF-8 is refused", async () => {
  await using data = await createDataFolder();
  await data.put("a.csv", Buffer.from("path,label\n\xe4.png,x\n", "latin1"));
  await expect(readManifest(join(data.root, "a.csv"))).rejects.toMatchObject({ code: "E_MANIFEST" });
});
