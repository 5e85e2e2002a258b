import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { alikeNames } from "./alike-names.ts";
import { readManifest } from "./read-manifest.ts";

test.each([
  ["Rose", "rose"],
  ["stripes", "stripes "],
  ["oak tree", "oak_tree"],
  ["oak-tree", "Oaktree"],
  ["dog", "dogs"],
  ["café", "cafe"],
  ["ＡＢＣ", "abc"],
  ["rose", "rose\u200b"],
  ["1", "01"],
  ["7", "7.0"],
])("%j and %j are names that people mix up", (a, b) => {
  expect(alikeNames([a, b, "other"], [{ label: a }, { label: a }, { label: b }])).toEqual([
    { names: [a, b], counts: [2, 1] },
  ]);
});

test.each([
  ["cat", "cow"],
  ["1", "10"],
  ["glass", "grass"],
  ["as", "a"],
  ["玫瑰", "月季"],
  ["-", "_"],
])("%j and %j are not", (a, b) => {
  expect(alikeNames([a, b], [])).toEqual([]);
});

test("readManifest: names that differ in case alone are a warning with both counts; é in two forms is one class", async () => {
  await using data = await createDataFolder();
  const names = ["Rose", "rose", "caf\u00e9", "cafe\u0301"];
  for (let i = 0; i < 8; i += 1)
    await data.put(`set-${names[i % 4]}/${names[i % 4]}/${i}.png`, await noisePng(i));
  await data.put(
    "all.csv",
    ["path,label", ...names.map((name, i) => `set-${name}/${name}/${i}.png,${name}`)].join("\n"),
  );
  const { classes, warnings, alikeNames: alike } = await readManifest(`${data.root}/all.csv`);
  expect(classes).toEqual(["Rose", "caf\u00e9", "rose"]);
  expect(alike).toEqual([{ names: ["Rose", "rose"], counts: [1, 1] }]);
  expect(warnings[0]).toMatchObject({
    code: "E_CLASS_NAMES",
    message: expect.stringContaining('"Rose" (1 picture), "rose" (1 picture)') as string,
  });
});
