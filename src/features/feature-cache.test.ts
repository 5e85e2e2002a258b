import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePictures } from "../../test/fixtures/pictures.ts";
import { tinyBackbone } from "../../test/fixtures/tiny-backbone.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkEvent } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { extractFeatures } from "./extract-features.ts";
import type { Features, ImageSource } from "./features.ts";
import { createFeatureKeeper, segmentSize } from "./keep-features.ts";

const count = 300;
let folder: string;
let images: ImageSource[];
let engine: Engine;
let undisturbed: Features;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-cache-"));
  images = await writePictures(join(folder, "pictures"), count);
  engine = await openEngine({ threads: 2 });
  undisturbed = await extractFeatures(images, tinyBackbone(), { engine, cache: null });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function extract(cache: string): Promise<Features & { warnings: string[] }> {
  const warnings: string[] = [];
  const report = (event: WorkEvent): void => {
    if (event.type === "warning") warnings.push(`${event.code} ${event.message}`);
  };
  const features = await extractFeatures(images, tinyBackbone(), { engine, cache, report });
  return { ...features, warnings };
}

/** Extraction in a process of its own; `computed` is null when it was killed. */
function extractInChild(
  cache: string,
  killAt?: number,
): Promise<{ computed: number | null; signal: string | null }> {
  const script = fileURLToPath(new URL("../../test/fixtures/extract-in-child.js", import.meta.url));
  const words = [script, join(folder, "pictures"), String(count), cache, ...(killAt ? [String(killAt)] : [])];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout) => {
      resolve({ computed: stdout === "" ? null : Number(stdout), signal: (error?.signal as string) ?? null });
    });
  });
}

async function segmentsOf(cache: string): Promise<string[]> {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith(".safetensors")).map((name) => join(cache, name));
}

test("killed by SIGKILL, the next run computes only what was under way, and gives the same bytes", async () => {
  const cache = join(folder, "killed");
  const killAt = 150;
  expect(await extractInChild(cache, killAt)).toEqual({ computed: null, signal: "SIGKILL" });
  const resumed = await extract(cache);
  expect(resumed.computed).toBeGreaterThan(0);
  expect(resumed.computed).toBeLessThanOrEqual(count - killAt + segmentSize);
  expect(resumed.matrix).toEqual(undisturbed.matrix);
  expect(resumed.warnings).toEqual([]);
});

test("two processes share a cache at the same time", async () => {
  const cache = join(folder, "shared");
  const children = await Promise.all([extractInChild(cache), extractInChild(cache)]);
  expect(children.map(({ signal }) => signal)).toEqual([null, null]);
  const after = await extract(cache);
  expect(after.computed).toBe(0);
  expect(after.matrix).toEqual(undisturbed.matrix);
});

test.each([
  ["a changed number", async (path: string) => await flipByte(path, -3)],
  ["a changed picture name", async (path: string) => await flipByte(path, 160)],
  ["a header that is no JSON", async (path: string) => await flipByte(path, 8)],
  ["a length past the file", async (path: string) => await flipByte(path, 6)],
  ["a cut end", async (path: string) => await truncate(path, 400)],
  ["an empty file", async (path: string) => await truncate(path, 0)],
  ["text in its place", async (path: string) => await writeFile(path, "not features")],
])("a segment with %s is told, removed and computed again", async (what, damage) => {
  const cache = join(folder, what);
  await extract(cache);
  const [path] = (await segmentsOf(cache)) as [string];
  await damage(path);
  const again = await extract(cache);
  expect(again.computed).toBeGreaterThan(0);
  expect(again.computed).toBeLessThanOrEqual(segmentSize);
  expect(again.warnings).toEqual([expect.stringMatching(/^E_CACHE .*computed again/)]);
  expect(again.matrix).toEqual(undisturbed.matrix);
  expect((await extract(cache)).computed).toBe(0);
});

test("a segment of another space is not believed under a borrowed name", async () => {
  const cache = join(folder, "borrowed");
  await extractFeatures(images, { ...tinyBackbone(), sha256: "1".repeat(64) }, { engine, cache });
  const [foreign] = (await segmentsOf(cache)) as [string];
  await extract(cache);
  const own = (await segmentsOf(cache)).find((path) => path.split("/").at(-2) !== foreign.split("/").at(-2))!;
  await writeFile(own, await readFile(foreign));
  const again = await extract(cache);
  expect(again.warnings).toHaveLength(1);
  expect(again.matrix).toEqual(undisturbed.matrix);
});

test("a cache that cannot be written is told once, and the run goes on", async () => {
  const warnings: string[] = [];
  let appends = 0;
  const full = {
    fill: async () => [],
    missing: async () => [],
    append: async () => {
      appends += 1;
      throw new RootstockError("E_DISK_FULL", "no space left on the disk.");
    },
  };
  const keeper = createFeatureKeeper(full, {
    columns: 2,
    report: (event) => warnings.push(event.type === "warning" ? event.code : event.type),
  });
  for (const { sha256 } of images.slice(0, 100)) await keeper.add(sha256, new Float32Array(2));
  await keeper.flush();
  expect({ appends, warnings }).toEqual({ appends: 1, warnings: ["E_DISK_FULL"] });
});

async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const position = at < 0 ? bytes.length + at : at;
  bytes[position]! ^= 0x11;
  await writeFile(path, bytes);
}
