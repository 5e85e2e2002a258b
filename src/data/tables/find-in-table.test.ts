import { join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../../test/data-folder.ts";
import { holdoutOf } from "../holdout.ts";
import { readManifest } from "../read-manifest.ts";

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

test("lines that say different things of one picture are all named, with both lines and both values", async () => {
  await using data = await createDataFolder();
  const lines = [
    "file_name,label,split,group",
    "a.png,rose,test,p1",
    "b.png,rose,train,p1",
    "./a.png,rose,train,",
    "b.png,tulip,,p2",
    "c.png,tulip,,",
  ];
  await data.put("all.csv", lines.join("\n"));
  await expect(readManifest(join(data.root, "all.csv"))).rejects.toMatchObject({
    code: "E_MANIFEST",
    message:
      `"all.csv": lines 2 and 4: "a.png" has two splits, "test" and "train"; ` +
      `lines 3 and 5: "b.png" has two labels, "rose" and "tulip"; lines 3 and 5: "b.png" has two groups, "p1" and "p2".`,
  });
});

test("a picture listed twice counts once, and an empty field says nothing against a filled one", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 3; i += 1) await data.put(`${i}.png`, await noisePng(i));
  const lines = [
    "path,label,split,group",
    "0.png,a,,",
    "0.png,,test,p1",
    "1.png,b,,",
    "1.png,b,,",
    "2.png,a,,",
  ];
  await data.put("all.csv", lines.join("\n"));
  const { rows } = await readManifest(join(data.root, "all.csv"), { purpose: "use" });
  expect(rows.map(({ path, label, split, group }) => [path, label, split, group])).toEqual([
    ["0.png", "a", "test", "p1"],
    ["1.png", "b", undefined, undefined],
    ["2.png", "a", undefined, undefined],
  ]);
});

test("tables as they come from Windows: sep=, separator rows, back slashes, UTF-16, Chinese splits", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 4; i += 1) await data.put(`img/${i}.png`, await noisePng(i));
  const table = [
    "sep=;",
    "path;label;split;note",
    String.raw`img\0.png;TRUE;训练集;`,
    ";;;",
    String.raw`.\img\1.png;FALSE;Training;;`,
    String.raw`img/2.png;TRUE;测试;`,
    "   ;;;",
    String.raw`img\3.png;FALSE;test_set;x`,
  ].join("\r\n");
  const encodings = {
    "plain.csv": Buffer.from(table),
    "marked.csv": Buffer.from(`\ufeff${table}`),
    "unicode.csv": Buffer.from(`\ufeff${table}`, "utf16le"),
  };
  for (const [name, bytes] of Object.entries(encodings)) {
    await data.put(name, bytes);
    const { rows, layout } = await readManifest(join(data.root, name));
    expect(
      rows.map(({ path, label, split }) => [path, label, split]),
      name,
    ).toEqual([
      ["img/0.png", "TRUE", "train"],
      ["img/1.png", "FALSE", "train"],
      ["img/2.png", "TRUE", "test"],
      ["img/3.png", "FALSE", "test"],
    ]);
    expect(layout.splits).toBe("column");
  }
});

test("JSONL: true and false are labels like any other; a list of labels is a fault with its line", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 2; i += 1) await data.put(`${i}.png`, await noisePng(i));
  await data.put("all.jsonl", '{"path":"0.png","label":true}\n{"path":"1.png","label":false}');
  expect((await readManifest(join(data.root, "all.jsonl"))).classes).toEqual(["false", "true"]);
  await data.put("several.jsonl", '{"path":"0.png","label":["a","b"]}');
  await expect(readManifest(join(data.root, "several.jsonl"))).rejects.toMatchObject({
    code: "E_MANIFEST",
    message: expect.stringContaining('line 1: expected one label, got ["a","b"]') as string,
  });
});

test("a path that leads out of the table's folder is told as that: above it, on a Windows drive, on the network", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 3; i += 1) await data.put(`set/${i}.png`, await noisePng(i));
  const inside = join(data.root, "set/2.png");
  const paths = ["0.png,a", "1.png,b", `${inside},b`, "../x.png,a", "/x/y.png,a", String.raw`C:\x\y.png,a`];
  await data.put("set/all.csv", ["path,label", ...paths, "https://example.org/x.jpg,a"].join("\n"));
  const { rows, skipped } = await readManifest(join(data.root, "set/all.csv"));
  expect(rows.map(({ path }) => path)).toEqual(["0.png", "1.png", "2.png"]);
  expect(skipped.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "E_IMAGE_OUTSIDE"));
  expect(skipped.map(({ message }) => message).join()).not.toContain("link");
});

test("labels of a table that say there is none are set aside; a table without any label has none", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 4; i += 1) await data.put(`${i}.png`, await noisePng(i));
  await data.put("all.csv", "path,label\n0.png,a\n1.png,b\n2.png,unlabelled\n3.png,later");
  const { classes, setAside } = await readManifest(join(data.root, "all.csv"), { unlabelled: ["later"] });
  expect([classes, setAside.map(({ folder, count }) => [folder, count])]).toEqual([
    ["a", "b"],
    [
      ["unlabelled", 1],
      ["later", 1],
    ],
  ]);
  await data.put("none.csv", "path,label\n0.png,\n1.png,");
  const { rows } = await readManifest(join(data.root, "none.csv"), { purpose: "use" });
  expect(rows.map(({ label }) => label)).toEqual([null, null]);
});

test("a table knows no split folders, and a column that stands twice is a fault", async () => {
  await using data = await createDataFolder();
  await data.put("all.csv", "path,label,label\nx,y,z\n");
  const table = join(data.root, "all.csv");
  await expect(readManifest(table, { splitFolders: true })).rejects.toMatchObject({ code: "E_OPTION" });
  await expect(readManifest(table)).rejects.toMatchObject({
    code: "E_MANIFEST",
    message: expect.stringContaining('"label" more than once') as string,
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
