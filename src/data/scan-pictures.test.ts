import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { hashBytes } from "../files/hash-file.ts";
import { scanManifest } from "./read-manifest.ts";
import { scanPictures } from "./scan-pictures.ts";

test("scanPictures: pictures from several places, without labels, in the order given; what is broken is named", async () => {
  await using one = await createDataFolder();
  await using two = await createDataFolder();
  const bytes = await noisePng(1, { width: 12, height: 10 });
  await one.put("deep/a.png", bytes);
  await two.put("b.png", await noisePng(2));
  await two.put("broken.png", bytes.subarray(0, 60));
  const paths = [
    join(two.root, "b.png"),
    join(two.root, "broken.png"),
    join(one.root, "deep/a.png"),
    join(one.root, "no.png"),
  ];
  const { pictures, skipped } = await scanPictures(paths);
  expect(pictures.map(({ path }) => path)).toEqual([paths[0], paths[2]]);
  expect(pictures[1]).toEqual({ path: paths[2], sha256: hashBytes(bytes), width: 12, height: 10 });
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([
    [paths[1], "E_IMAGE_TRUNCATED"],
    [paths[3], "E_IMAGE_UNREADABLE"],
  ]);
});

test("scanPictures: a picture is known by its bytes, the same as in a data set that labels it", async () => {
  await using data = await createDataFolder();
  await data.put("rose/a.png", await noisePng(3));
  await data.put("tulip/b.png", await noisePng(4));
  const { rows } = await scanManifest(data.root);
  const { pictures } = await scanPictures(rows.map(({ path }) => join(data.root, path)));
  expect(pictures.map(({ sha256 }) => sha256)).toEqual(rows.map(({ sha256 }) => sha256));
});

test("scanPictures: an empty list is no fault, and an abort ends it", async () => {
  expect(await scanPictures([])).toEqual({ pictures: [], skipped: [] });
  await using data = await createDataFolder();
  await mkdir(join(data.root, "x"));
  await writeFile(join(data.root, "x", "a.png"), await noisePng(5));
  const signal = AbortSignal.abort();
  await expect(scanPictures([join(data.root, "x", "a.png")], { signal })).rejects.toThrow("abort");
});
