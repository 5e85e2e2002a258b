import { chmod, mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import type { WorkEvent } from "../base/events.ts";
import { holdoutOf } from "./holdout.ts";
import { readManifest } from "./read-manifest.ts";

test("readManifest: a folder per class, upper-case extensions, other files ignored and counted", async () => {
  await using data = await createDataFolder();
  await data.put("b/1.PNG", await noisePng(1));
  await data.put("a/deep/2.png", await noisePng(2));
  for (const path of ["a/notes.txt", "a/Thumbs.db", ".DS_Store", "a/._2.png"]) await data.put(path, "text");
  await data.put("a/.ipynb_checkpoints/2.png", await noisePng(3));
  await data.put("__MACOSX/a/2.png", "text");
  const manifest = await readManifest(data.root);
  expect(manifest.rows.map(({ path, label, width, height }) => [path, label, width, height])).toEqual([
    ["a/deep/2.png", "a", 12, 10],
    ["b/1.PNG", "b", 12, 10],
  ]);
  expect(manifest.classes).toEqual(["a", "b"]);
  expect(manifest.ignored.count).toBe(6);
  expect(manifest.skipped).toEqual([]);
});

test("readManifest: a broken picture is named and skipped, copies join a group, conflicts are taken out", async () => {
  await using data = await createDataFolder();
  await data.put("a/1.png", await noisePng(1));
  await data.put("a/2.png", await noisePng(1));
  await data.put("b/3.png", await noisePng(3));
  await data.put("b/4.png", await noisePng(4));
  await data.put("a/5.png", await noisePng(4));
  await data.put("b/6.jpg", "no picture");
  await data.put("b/7.svg", "<svg/>");
  await data.put("cover.png", await noisePng(8));
  const { rows, skipped, warnings } = await readManifest(data.root);
  expect(rows.map(({ path }) => path)).toEqual(["a/1.png", "a/2.png", "b/3.png"]);
  expect(rows[0]!.group).toBe(rows[0]!.sha256);
  expect(rows[1]!.group).toBe(rows[0]!.group);
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([
    ["cover.png", "E_LABEL_MISSING"],
    ["b/6.jpg", "E_IMAGE_TYPE"],
    ["b/7.svg", "E_IMAGE_TYPE"],
    ["a/5.png", "E_LABEL_CONFLICT"],
    ["b/4.png", "E_LABEL_CONFLICT"],
  ]);
  expect(skipped[3]!.message).toContain('"b/4.png"');
  expect(warnings.map(({ code }) => code)).toEqual(["E_DUPLICATE"]);
});

test.each([
  ["train", "val"],
  ["Training", "VALID"],
  ["train", "validation"],
  ["train", "test"],
])("readManifest: %s and %s around the class folders are splits", async (train, held) => {
  await using data = await createDataFolder();
  await data.put(`${train}/a/1.png`, await noisePng(1));
  await data.put(`${train}/b/2.png`, await noisePng(2));
  await data.put(`${held}/a/3.png`, await noisePng(3));
  await data.put("docs/4.txt", "text");
  const manifest = await readManifest(data.root);
  expect(manifest.classes).toEqual(["a", "b"]);
  expect(holdoutOf(manifest).holdout.length).toBe(1);
});

test("readManifest: a class may be called test", async () => {
  await using data = await createDataFolder();
  await data.put("test/1.png", await noisePng(1));
  await data.put("rest/2.png", await noisePng(2));
  expect((await readManifest(data.root)).classes).toEqual(["rest", "test"]);
});

test("holdoutOf: test is the holdout before val, and a copy of its picture leaves training with E_LEAK", async () => {
  await using data = await createDataFolder();
  await data.put("train/a/1.png", await noisePng(1));
  await data.put("train/a/2.png", await noisePng(2));
  await data.put("train/b/3.png", await noisePng(3));
  await data.put("val/b/4.png", await noisePng(4));
  await data.put("test/a/5.png", await noisePng(2));
  const events: WorkEvent[] = [];
  const manifest = await readManifest(data.root, { report: (event) => events.push(event) });
  const pathsOf = (rows: Int32Array): string[] => [...rows].map((i) => manifest.rows[i]!.path);
  const { training, holdout } = holdoutOf(manifest);
  expect(pathsOf(holdout)).toEqual(["test/a/5.png"]);
  expect(pathsOf(training)).toEqual(["train/a/1.png", "train/b/3.png", "val/b/4.png"]);
  expect(manifest.warnings.find(({ code }) => code === "E_LEAK")?.message).toContain('"train/a/2.png"');
  expect(events.filter(({ type }) => type === "warning").length).toBe(2); // the leak and the copy
  expect(events.findLast(({ type }) => type === "progress")).toMatchObject({ done: 5, total: 5 });
});

test("readManifest: a lone drawing of another format among photos is a placeholder; one of few is not", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 100; i += 1) await data.put(`${i % 2}/${i}.png`, await noisePng(i));
  const flat = { create: { width: 30, height: 30, channels: 3, background: "silver" } } as const;
  await data.put("0/not-found.gif", await sharp(flat).gif().toBuffer());
  const { rows, skipped } = await readManifest(data.root);
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([["0/not-found.gif", "E_IMAGE_STRAY"]]);
  expect(rows.length).toBe(100);
  for (let i = 0; i < 3; i += 1) await data.put(`0/drawn-${i}.gif`, await sharp(flat).gif().toBuffer());
  expect((await readManifest(data.root)).rows.length).toBe(104);
});

test("readManifest: a class that lost every picture, one class, and no folder are errors", async () => {
  await using data = await createDataFolder();
  await expect(readManifest(join(data.root, "none"))).rejects.toMatchObject({ code: "E_DATA_NOT_FOUND" });
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_DATA" });
  await data.put("a/1.png", await noisePng(1));
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_ONE_CLASS" });
  await data.put("b/1.png", "");
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_DATA" });
});

test("readManifest: a class folder without pictures is warned of, and so is one too small for the folds", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 8; i += 1) await data.put(`${i < 5 ? "a" : "b"}/${i}.png`, await noisePng(i));
  await mkdir(join(data.root, "c"));
  const { warnings, classes } = await readManifest(data.root, { folds: 5 });
  expect(classes).toEqual(["a", "b"]);
  expect(warnings.map(({ code }) => code)).toEqual(["E_CLASS_TOO_SMALL", "E_CLASS_TOO_SMALL"]);
  expect(warnings[1]!.hint).toBe("Use --folds 3, or add 2 or more pictures of it.");
});

test("readManifest: a class that only the holdout has is a fact and a warning; with fewer than two to learn, an error", async () => {
  await using data = await createDataFolder();
  for (const [i, path] of ["train/a", "train/b", "test/a", "test/c"].entries())
    await data.put(`${path}/${i}.png`, await noisePng(i));
  const { holdoutOnly, warnings } = await readManifest(data.root);
  expect([holdoutOnly, warnings.map(({ code }) => code)]).toEqual([["c"], ["E_HOLDOUT_ONLY"]]);
  await writeFile(join(data.root, "train/b/1.png"), "broken"); // now b has no picture at all
  await expect(readManifest(data.root)).rejects.toMatchObject({ code: "E_DATA" });
  await data.put("test/b/9.png", await noisePng(9));
  await expect(readManifest(data.root)).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringContaining('"b", "c", which only the holdout has') as string,
  });
});

test("readManifest to use, not to train: one class will do, and findings on training are not told", async () => {
  await using data = await createDataFolder();
  await data.put("a/1.png", await noisePng(1));
  await data.put("b/2.png", "broken");
  const events: WorkEvent[] = [];
  const report = (event: WorkEvent): void => void events.push(event);
  const manifest = await readManifest(data.root, { purpose: "use", folds: 5, report });
  expect(manifest.warnings.map(({ code }) => code)).toEqual(["E_CLASS_TOO_SMALL"]);
  expect(events.filter(({ type }) => type === "warning")).toEqual([]);
});

test("readManifest: a kept scan is reused while the file is the same, and redone when it changes", async () => {
  await using data = await createDataFolder();
  await using cache = await createDataFolder();
  const options = { scanCache: cache.root };
  await data.put("a/1.png", await noisePng(1));
  await data.put("b/2.png", await noisePng(2));
  await data.put("b/3.png", "broken");
  const first = await readManifest(data.root, options);
  expect(await readManifest(data.root, options)).toEqual(first);
  const changed = await noisePng(1, { width: 9, height: 9 });
  await writeFile(join(data.root, "a/1.png"), changed);
  await utimes(join(data.root, "a/1.png"), 1, 1);
  const second = await readManifest(data.root, options);
  expect(second.rows[0]).toMatchObject({ width: 9, height: 9 });
  expect(second.rows[1]).toEqual(first.rows[1]);
});

test("readManifest: a cache that cannot be written is a warning, not the end", async () => {
  await using data = await createDataFolder();
  await data.put("data/a/1.png", await noisePng(1));
  await data.put("data/b/2.png", await noisePng(2));
  await data.put("file", "a file where the cache should be");
  const events: WorkEvent[] = [];
  const report = (event: WorkEvent): void => void events.push(event);
  const { rows } = await readManifest(join(data.root, "data"), {
    scanCache: join(data.root, "file"),
    report,
  });
  expect(rows.length).toBe(2);
  expect(events.find(({ type }) => type === "warning")).toMatchObject({ code: "E_FILE" });
});

test("readManifest stops when told to, and keeps the scans it has made", async () => {
  await using data = await createDataFolder();
  await using cache = await createDataFolder();
  const scanCache = cache.root;
  for (let i = 0; i < 40; i += 1) await data.put(`${i % 2}/${i}.png`, await noisePng(i));
  const stop = new AbortController();
  const report = (event: WorkEvent): void => {
    if (event.type === "progress" && event.done === 3) stop.abort();
  };
  await expect(readManifest(data.root, { signal: stop.signal, report, scanCache })).rejects.toMatchObject({
    name: "AbortError",
  });
  const [file] = await readdir(cache.root);
  const kept = JSON.parse(await readFile(join(cache.root, file!), "utf8")) as unknown[];
  expect(kept.length).toBeGreaterThanOrEqual(3);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "readManifest: files and folders without the right to read are named",
  async () => {
    await using data = await createDataFolder();
    for (let i = 0; i < 4; i += 1) await data.put(`${i % 2}/${i}.png`, await noisePng(i));
    await data.put("0/locked/5.png", await noisePng(5));
    await chmod(join(data.root, "0/0.png"), 0);
    await chmod(join(data.root, "0/locked"), 0);
    const { skipped } = await readManifest(data.root);
    await chmod(join(data.root, "0/locked"), 0o700);
    expect(skipped.map(({ path, code }) => [path, code])).toEqual([
      ["0/locked", "E_IMAGE_UNREADABLE"],
      ["0/0.png", "E_IMAGE_UNREADABLE"],
    ]);
  },
);
