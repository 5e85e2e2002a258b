import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodePng } from "../image/encode-png.ts";
import { holdoutOf } from "./holdout.ts";
import { readManifest } from "./read-manifest.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rootstock-data-"));
});
afterEach(async () => await rm(root, { recursive: true }));

async function put(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
}

async function picture(shade: number): Promise<Uint8Array> {
  return await encodePng({ width: 4, height: 3, data: new Uint8Array(36).fill(shade) });
}

test("readManifest: a folder per class, upper-case extensions, other files ignored and counted", async () => {
  await put("b/1.PNG", await picture(1));
  await put("a/deep/2.png", await picture(2));
  await put("a/notes.txt", "text");
  await put(".DS_Store", "");
  const manifest = await readManifest(root);
  expect(manifest.rows.map(({ path, label, width, height }) => [path, label, width, height])).toEqual([
    ["a/deep/2.png", "a", 4, 3],
    ["b/1.PNG", "b", 4, 3],
  ]);
  expect(manifest.classes).toEqual(["a", "b"]);
  expect(manifest.ignored.count).toBe(2);
});

test("readManifest: a broken picture is named and skipped, copies join a group, conflicts are taken out", async () => {
  await put("a/1.png", await picture(1));
  await put("a/2.png", await picture(1));
  await put("b/3.png", await picture(3));
  await put("b/4.png", await picture(4));
  await put("a/5.png", await picture(4));
  await put("b/6.jpg", "no picture");
  const { rows, skipped } = await readManifest(root);
  expect(rows.map(({ path }) => path)).toEqual(["a/1.png", "a/2.png", "b/3.png"]);
  expect(rows[0]!.group).toBe(rows[1]!.group);
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([
    ["b/6.jpg", "E_IMAGE_TYPE"],
    ["a/5.png", "E_LABEL_CONFLICT"],
    ["b/4.png", "E_LABEL_CONFLICT"],
  ]);
});

test("holdoutOf: val is the holdout, and a copy of its picture leaves training", async () => {
  await put("train/a/1.png", await picture(1));
  await put("train/a/2.png", await picture(2));
  await put("train/b/3.png", await picture(3));
  await put("val/a/4.png", await picture(2));
  const manifest = await readManifest(root);
  const { training, holdout } = holdoutOf(manifest);
  expect([...training].map((i) => manifest.rows[i]!.path)).toEqual(["train/a/1.png", "train/b/3.png"]);
  expect([...holdout].map((i) => manifest.rows[i]!.path)).toEqual(["val/a/4.png"]);
});

test("readManifest: a class that lost every picture, one class, and no folder are errors", async () => {
  await expect(readManifest(join(root, "none"))).rejects.toMatchObject({ code: "E_DATA_NOT_FOUND" });
  await put("a/1.png", await picture(1));
  await expect(readManifest(root)).rejects.toMatchObject({ code: "E_ONE_CLASS" });
  await put("b/1.png", "");
  await expect(readManifest(root)).rejects.toMatchObject({ code: "E_DATA" });
});
