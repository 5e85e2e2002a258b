import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DataFolder, createDataFolder, noisePng } from "../../../test/data-folder.ts";
import type { WorkEvent } from "../../base/events.ts";
import type { Manifest, Split } from "../manifest.ts";
import { readManifest, scanManifest } from "../read-manifest.ts";

/** Pictures at these paths, no two alike. */
async function dataOf(...paths: readonly string[]): Promise<DataFolder> {
  const data = await createDataFolder();
  for (const [i, path] of paths.entries()) await data.put(path, await noisePng(i));
  return data;
}

const codesOf = ({ warnings }: Manifest): string[] => warnings.map(({ code }) => code);
const splitsOf = ({ rows }: Manifest): [string, Split | undefined][] =>
  rows.map(({ path, split }) => [path, split]);
const isPosix = process.platform !== "win32";

test.each([
  ["training_set", "test_set"],
  ["Train", "Testing"],
  ["train-images", "test-images"],
  ["TrainData", "TestData"],
  ["dataset_train", "dataset_test"],
  ["train2017", "test2017"],
  ["训练集", "测试集"],
  ["训练数据", "测试图片"],
])("%s and %s around the same classes are splits", async (train, held) => {
  await using data = await dataOf(
    `${train}/a/1.png`,
    `${train}/b/1.png`,
    `${held}/a/1.png`,
    `${held}/b/1.png`,
  );
  const { classes, rows, layout } = await readManifest(data.root);
  expect(classes).toEqual(["a", "b"]);
  expect(rows.filter(({ split }) => split === "test").length).toBe(2);
  expect(layout).toEqual({
    wrapper: null,
    splits: "folders",
    splitFolders: [train, held].sort(),
    doubtful: [],
  });
});

test.each(["valid", "Validation_Set", "eval", "dev", "验证集"])("%s is a validation split", async (name) => {
  await using data = await dataOf("train/a/1.png", "train/b/1.png", `${name}/a/1.png`);
  expect((await readManifest(data.root)).rows.map(({ split }) => split).sort()).toEqual([
    "train",
    "train",
    "validation",
  ]);
});

test("a class called train that has folders of its own does not swallow its neighbours", async () => {
  await using data = await dataOf("bus/1.png", "plane/1.png", "train/steam/1.png", "train/diesel/1.png");
  const events: WorkEvent[] = [];
  const manifest = await readManifest(data.root, { report: (event) => events.push(event) });
  expect(manifest.classes).toEqual(["bus", "plane", "train"]);
  expect(manifest.layout).toMatchObject({ splits: "none", doubtful: ["train"] });
  expect(events.find(({ type }) => type === "warning")).toMatchObject({
    code: "E_SPLITS",
    message: expect.stringContaining("--split-folders yes") as string,
  });
  const other = await readManifest(data.root, { splitFolders: true });
  expect(other.classes).toEqual(["diesel", "steam"]);
  expect(other.setAside).toEqual([
    { folder: "bus", count: 1 },
    { folder: "plane", count: 1 },
  ]);
});

test("splits that share classes are splits beside another folder too, which is set aside and said", async () => {
  await using data = await dataOf("train/a/1.png", "train/b/1.png", "test/a/1.png", "figures/1.png");
  const manifest = await readManifest(data.root);
  expect([manifest.classes, manifest.setAside]).toEqual([["a", "b"], [{ folder: "figures", count: 1 }]]);
  expect(codesOf(manifest)).toEqual(expect.arrayContaining(["E_UNLABELLED", "E_SPLITS"]));
  const other = await readManifest(data.root, { splitFolders: false });
  expect(other.classes).toEqual(["figures", "test", "train"]);
  expect(codesOf(other)).not.toContain("E_SPLITS");
});

test("two folders called like splits that share no class are splits, and said to be taken so", async () => {
  await using data = await dataOf("train/a/1.png", "train/b/1.png", "test/c/1.png");
  const manifest = await scanManifest(data.root);
  expect(manifest.classes).toEqual(["a", "b", "c"]);
  expect(manifest.layout.doubtful).toEqual(["test", "train"]);
  expect(manifest.holdoutOnly).toEqual(["c"]);
});

test("splits that bear the data set's name, in folders of their own, are known by the classes they share", async () => {
  const split = (name: string): string[] => ["a", "b"].map((label) => `${name}/${name}/${label}/1.png`);
  await using data = await dataOf(...split("seg_train"), ...split("seg_test"), "seg_pred/seg_pred/1.png");
  const manifest = await readManifest(data.root);
  expect(splitsOf(manifest).map(([, name]) => name)).toEqual(["test", "test", "train", "train"]);
  expect([manifest.classes, manifest.setAside]).toEqual([["a", "b"], [{ folder: "seg_pred", count: 1 }]]);
  expect(codesOf(manifest)).toContain("E_SPLITS");
  await using classes = await dataOf("blood_test/x/1.png", "blood_train/y/1.png");
  expect((await readManifest(classes.root)).classes).toEqual(["blood_test", "blood_train"]);
});

test("a stray picture beside the class folders of a split does not make the split a class", async () => {
  await using data = await dataOf("train/a/1.png", "train/b/1.png", "train/cover.png", "test/a/1.png");
  const { classes, skipped } = await readManifest(data.root);
  expect(classes).toEqual(["a", "b"]);
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([["train/cover.png", "E_LABEL_MISSING"]]);
});

test("split folders inside the classes are splits, not one class's pictures", async () => {
  await using data = await dataOf("a/train/1.png", "a/test/1.png", "b/train/1.png", "b/test/1.png");
  const manifest = await readManifest(data.root);
  expect(splitsOf(manifest)).toEqual([
    ["a/test/1.png", "test"],
    ["a/train/1.png", "train"],
    ["b/test/1.png", "test"],
    ["b/train/1.png", "train"],
  ]);
  expect(manifest.layout.splits).toBe("inside classes");
  const other = await readManifest(data.root, { splitFolders: false });
  expect([other.layout.splits, other.rows[0]!.split]).toEqual(["none", undefined]);
});

test("splits that hold pictures directly are no classes; --split-folders no makes them some", async () => {
  await using data = await dataOf("train/1.png", "test/1.png");
  await expect(readManifest(data.root)).rejects.toMatchObject({
    code: "E_DATA",
    hint: expect.stringContaining("--split-folders no") as string,
  });
  const { rows } = await scanManifest(data.root);
  expect(rows.map(({ label, split }) => [label, split])).toEqual([
    [null, "test"],
    [null, "train"],
  ]);
  expect((await readManifest(data.root, { splitFolders: false })).classes).toEqual(["test", "train"]);
});

test("--split-folders yes without such a folder, and --unlabelled of none that is there, are E_OPTION", async () => {
  await using data = await dataOf("a/1.png", "b/1.png");
  const refused = { code: "E_OPTION", message: expect.stringContaining('"a"') as string };
  await expect(readManifest(data.root, { splitFolders: true })).rejects.toMatchObject(refused);
  await expect(readManifest(data.root, { unlabelled: ["c"] })).rejects.toMatchObject(refused);
});

test("a lone folder around the classes, or around the splits, is looked through and named", async () => {
  await using data = await dataOf("flowers/photos/a/1.png", "flowers/photos/b/1.png");
  const events: WorkEvent[] = [];
  const manifest = await readManifest(data.root, { report: (event) => events.push(event) });
  expect([manifest.classes, manifest.layout.wrapper]).toEqual([["a", "b"], "flowers/photos"]);
  expect(events.find(({ type }) => type === "notice")).toMatchObject({
    message: expect.stringContaining('"flowers/photos"') as string,
  });
  await using split = await dataOf(
    "set/train/images/a/1.png",
    "set/train/images/b/1.png",
    "set/test/images/a/1.png",
  );
  expect(splitsOf(await readManifest(split.root)).map(([, name]) => name)).toEqual([
    "test",
    "train",
    "train",
  ]);
});

test("one class with folders of its own beside an empty one is still one class", async () => {
  await using data = await dataOf("rose/1.png", "rose/old/2.png");
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_ONE_CLASS" });
});

test.each([
  "unlabelled",
  "Unlabeled",
  "un-labelled_images",
  "Inbox",
  "to_sort",
  "not labelled",
  "unlabeled2024",
  "未标注",
  "待分类图片",
  "未標記",
])("%s beside the classes is set aside, counted and said", async (name) => {
  await using data = await dataOf("a/1.png", "b/1.png", `${name}/1.png`, `${name}/deep/2.png`);
  const manifest = await readManifest(data.root);
  expect([manifest.classes, manifest.setAside]).toEqual([["a", "b"], [{ folder: name, count: 2 }]]);
  expect(codesOf(manifest)).toEqual(["E_UNLABELLED"]);
  expect((await readManifest(data.root, { unlabelled: [] })).classes).toContain(name.normalize("NFC"));
});

test("--unlabelled names further folders, by name or path, inside splits too", async () => {
  await using data = await dataOf(
    "train/a/1.png",
    "train/b/1.png",
    "train/new/1.png",
    "test/a/1.png",
    "test/new/1.png",
  );
  const byName = await readManifest(data.root, { unlabelled: ["new"] });
  expect(byName.setAside).toEqual([
    { folder: "test/new", count: 1 },
    { folder: "train/new", count: 1 },
  ]);
  const byPath = await scanManifest(data.root, { unlabelled: ["./test/new/"] });
  expect([byPath.setAside, byPath.classes]).toEqual([[{ folder: "test/new", count: 1 }], ["a", "b", "new"]]);
});

test("a flat folder of pictures is found without labels: nothing to train on, all there to use", async () => {
  await using data = await dataOf("1.png", "2.png", "unsorted/3.png");
  const manifest = await readManifest(data.root, { purpose: "use" });
  expect(manifest.rows.map(({ path, label }) => [path, label])).toEqual([
    ["1.png", null],
    ["2.png", null],
    ["unsorted/3.png", null],
  ]);
  expect([manifest.classes, manifest.setAside, manifest.skipped]).toEqual([[], [], []]);
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_DATA" });
});

test.skipIf(!isPosix)("a class folder that is a link is a class, wherever it leads", async () => {
  await using data = await dataOf(
    "data/a/1.png",
    "data/b/1.png",
    "elsewhere/c/1.png",
    "elsewhere/deep/1.png",
  );
  await symlink("../elsewhere/c", join(data.root, "data/c"));
  await symlink("../../elsewhere/deep", join(data.root, "data/a/deep"));
  const { classes, rows } = await readManifest(join(data.root, "data"));
  expect(classes).toEqual(["a", "b", "c"]);
  expect(rows.map(({ path }) => path)).toContain("a/deep/1.png");
});

test.skipIf(!isPosix)(
  "a data set whose pictures are all links into a store is read like any other",
  async () => {
    await using data = await dataOf("blobs/0", "blobs/1", "blobs/2");
    for (const [i, path] of ["train/a/1.png", "train/b/1.png", "test/a/1.png"].entries()) {
      await mkdir(join(data.root, "snapshots/main", path, ".."), { recursive: true });
      await symlink(join(data.root, "blobs", String(i)), join(data.root, "snapshots/main", path));
    }
    const manifest = await readManifest(join(data.root, "snapshots/main"));
    expect([manifest.classes, manifest.rows.length, manifest.skipped]).toEqual([["a", "b"], 3, []]);
  },
);

test.skipIf(!isPosix)(
  "a class folder that is a dead link, a second way to another class, or the data set itself is an error",
  async () => {
    await using data = await dataOf("data/a/1.png", "data/b/1.png");
    const link = join(data.root, "data/c");
    for (const target of ["../gone", "a", ".", ".."]) {
      await symlink(target, link);
      await expect(readManifest(join(data.root, "data")), target).rejects.toMatchObject({
        code: "E_DATA",
        message: expect.stringContaining('"c"') as string,
      });
      expect((await scanManifest(join(data.root, "data"))).skipped.map(({ code }) => code)).toEqual([
        "E_IMAGE_LINK",
      ]);
      await rename(link, join(data.root, `old-${target.replaceAll(/\W/g, "_")}`));
    }
  },
);

test.skipIf(process.platform !== "linux")(
  "a class folder whose name is not UTF-8 is an error that says so",
  async () => {
    await using data = await dataOf("a/1.png", "b/1.png");
    const folder = Buffer.concat([Buffer.from(`${data.root}/`), Buffer.from([0xb2, 0xe2, 0xca, 0xd4])]); // 测试 in GBK
    await mkdir(folder);
    await writeFile(Buffer.concat([folder, Buffer.from("/1.png")]), await noisePng(9));
    await expect(readManifest(data.root)).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining("\ufffd") as string,
      hint: expect.stringContaining("UTF-8") as string,
    });
  },
);

test("a class folder of pictures without a picture's name is an error; one of other files is named in a warning", async () => {
  await using data = await dataOf("a/1.png", "b/1.png", "c/IMG_0001", "c/IMG_0002");
  await data.put("notes/read-me.txt", "text");
  await expect(readManifest(data.root)).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringContaining('"c/IMG_0001"') as string,
  });
  const { emptyFolders, skipped } = await scanManifest(data.root);
  expect([emptyFolders, skipped.map(({ path, code }) => [path, code])]).toEqual([
    ["notes"],
    [["c", "E_IMAGE_EXTENSION"]],
  ]);
});

test("junk folders are passed over in any case, wherever they lie", async () => {
  const junk = [
    "@eaDir",
    "@EADIR",
    ".ipynb_checkpoints",
    "__MACOSX",
    "$RECYCLE.BIN",
    "#recycle",
    ".thumbnails",
  ];
  await using data = await dataOf(
    "a/1.png",
    "b/1.png",
    ...junk.flatMap((name) => [`${name}/1.png`, `a/${name}/1.png`]),
  );
  const { rows, classes, ignored } = await readManifest(data.root);
  expect([rows.length, classes, ignored.count]).toEqual([2, ["a", "b"], 2 * junk.length]);
});
