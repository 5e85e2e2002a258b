import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README: "cached by content, so a second run computes nothing"; help: --cache, --no-cache.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 4);
});
afterAll(async () => await shell[Symbol.asyncDispose]());

const compare = ["compare", "photos", "--recipes", "lda", "--folds", "2"];

async function segments(cache: string): Promise<string[]> {
  const names = await readdir(join(shell.folder, cache), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".safetensors"));
}

test("a second compare, with another seed, computes no feature and says so; train and features take them too", async () => {
  const first = await shell.rootstock(...compare);
  expect(first).toMatchObject({ status: 0 });
  expect(first.stderr).toMatch(/features gabor-bank: 12 images in /);
  const kept = await segments("cache");
  expect(kept).toHaveLength(1);
  const others = await Promise.all([
    shell.rootstock(...compare, "--seed", "43"),
    shell.rootstock("train", "photos", "--recipe", "bayes", "--out", "model"),
    shell.rootstock("features", "photos", "--out", "f.safetensors"),
  ]);
  for (const { status, stderr } of others) {
    expect(status).toBe(0);
    expect(stderr).toContain("features gabor-bank: 12 images, all from the cache\n");
  }
  expect(await segments("cache")).toEqual(kept);
});

test("compare, train and features: --no-cache neither reads nor keeps, --cache names the folder, the last word counts", async () => {
  const features = ["features", "photos", "--out", "without.safetensors"];
  const [named, ...without] = await Promise.all([
    shell.rootstock(...features, "--no-cache", "--cache", "own"),
    shell.rootstock(...features, "--no-cache"),
    shell.rootstock(...compare, "--seed", "5", "--cache", "not", "--no-cache"),
    shell.rootstock("train", "photos", "--recipe", "lda", "--out", "without", "--cache", "not", "--no-cache"),
  ]);
  for (const { status, stderr } of [named, ...without]) {
    expect(status).toBe(0);
    expect(stderr).toMatch(/features gabor-bank: 12 images in /);
  }
  expect(await segments("own")).toHaveLength(1);
  expect(await segments("not")).toEqual([]);
});

test("a cache that can be neither read nor written is a warning, and the run goes on", async () => {
  const { status, stderr } = await shell.rootstock(...compare, "--cache", "photos/down/0.png");
  expect(status).toBe(0);
  expect(stderr).toMatch(/warning: cache .* cannot be read: .* Features are computed again. \[E_CACHE\]/);
  expect(stderr).toContain("expected a folder, got a file");
});
