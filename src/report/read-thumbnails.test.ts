import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawSampleImages, sampleRun } from "../../test/fixtures/sample-run.ts";
import { readThumbnails } from "./read-thumbnails.ts";

test("readThumbnails embeds what it can read and leaves out what is gone", async () => {
  const imageRoot = await mkdtemp(join(tmpdir(), "rootstock-thumbnails-"));
  try {
    const run = sampleRun({ classes: ["a", "b"], paths: [["a/1.png"], ["b/1.png", "b/2.png"]] });
    await drawSampleImages(run, imageRoot);
    await rm(join(imageRoot, "b/1.png"));
    const thumbnails = await readThumbnails(run, [0, 1, 2], { imageRoot });
    expect([...thumbnails.keys()]).toEqual([0, 2]);
    expect(thumbnails.get(2)).toMatch(/^data:image\/jpeg;base64,\/9j\//);
    const signal = AbortSignal.abort();
    await expect(readThumbnails(run, [0], { imageRoot, signal })).rejects.toThrow("abort");
  } finally {
    await rm(imageRoot, { recursive: true, force: true });
  }
});
