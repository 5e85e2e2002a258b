import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DataFolder, createDataFolder, noisePng } from "../../test/data-folder.ts";
import { tinyBackbone } from "../../test/fixtures/tiny-backbone.ts";
import type { Backbone } from "../backbones/backbone.ts";
import type { Manifest } from "../data/manifest.ts";
import { scanManifest } from "../data/read-manifest.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { extractFeatures } from "./extract-features.ts";
import type { Features } from "./features.ts";
import { openFeatureScan } from "./scan-features.ts";

let data: DataFolder;
let work: string;
let engine: Engine;

/** Forty sound pictures of two classes, one twice, one larger than is decoded at once, and three that are broken. */
beforeAll(async () => {
  data = await createDataFolder();
  work = await mkdtemp(join(tmpdir(), "rootstock-look-"));
  engine = await openEngine({ threads: 2 });
  for (let i = 0; i < 40; i += 1) await data.put(`${i % 2 ? "rose" : "tulip"}/${i}.png`, await noisePng(i));
  await data.put("rose/copy.png", await noisePng(1));
  const large = await noisePng(90, { width: 2100, height: 2000 });
  await data.put("rose/large.png", large);
  await data.put("rose/cut.png", large.subarray(0, large.length - 3000));
  await data.put("tulip/empty.png", "");
  await data.put("tulip/text.png", "no picture");
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
  await rm(work, { recursive: true, force: true });
});

async function inOnePass(
  backbone: Backbone,
  cache: string,
): Promise<{ manifest: Manifest; features: Features; seconds: number }> {
  let seconds = 0;
  const read = async (): Promise<Manifest> => {
    await using scan = openFeatureScan(backbone, { engine, cache });
    const manifest = await scanManifest(data.root, { scanner: scan.scanner });
    seconds = scan.seconds();
    return manifest;
  };
  const manifest = await read();
  return {
    manifest,
    features: await extractFeatures(sourcesOf(manifest), backbone, { engine, cache }),
    seconds,
  };
}

const sourcesOf = ({ rows, root }: Manifest): (Manifest["rows"][number] & { path: string })[] =>
  rows.map((row) => ({ ...row, path: join(root, row.path) }));

test("one decoding serves scan and features: the same manifest, the same bytes, nothing left to compute", async () => {
  const plain = await scanManifest(data.root);
  const apart = await extractFeatures(sourcesOf(plain), tinyBackbone(), { engine, cache: null });
  const { manifest, features, seconds } = await inOnePass(tinyBackbone(), join(work, "one"));
  expect(manifest).toEqual(plain);
  expect(manifest.skipped.map(({ code }) => code).sort()).toEqual([
    "E_IMAGE_EMPTY",
    "E_IMAGE_TRUNCATED",
    "E_IMAGE_TYPE",
  ]);
  expect(features.matrix).toEqual(apart.matrix);
  expect({ computed: features.computed, took: seconds > 0 }).toEqual({ computed: 0, took: true });
});

test("a network with a batch of its own is filled with whatever pictures come, and the last ones do not wait", async () => {
  const plain = await extractFeatures(sourcesOf(await scanManifest(data.root)), tinyBackbone(), {
    engine,
    cache: null,
  });
  const { features } = await inOnePass(tinyBackbone({ batch: 8 }), join(work, "eight"));
  expect(features.matrix).toEqual(plain.matrix);
  expect(features.computed).toBe(0);
});

test("pictures whose features are kept are scanned and not computed again", async () => {
  const cache = join(work, "known");
  await inOnePass(tinyBackbone(), cache);
  const before = await segmentsIn(cache);
  const { features } = await inOnePass(tinyBackbone(), cache);
  expect(features.computed).toBe(0);
  expect(await segmentsIn(cache)).toEqual(before);
});

test("a network that cannot be loaded stops no scan: the extraction says what is wrong", async () => {
  const tiny = tinyBackbone();
  const nodes = tiny.model.graph.nodes.map((node) => ({ ...node, domain: "nobody", operator: "Nothing" }));
  const broken = { ...tiny, model: { ...tiny.model, graph: { ...tiny.model.graph, nodes } } };
  const cache = join(work, "broken");
  await using scan = openFeatureScan(broken, { engine, cache });
  const manifest = await scanManifest(data.root, { scanner: scan.scanner });
  expect(manifest).toEqual(await scanManifest(data.root));
  await expect(extractFeatures(sourcesOf(manifest), broken, { engine, cache })).rejects.toMatchObject({
    name: "RootstockError",
  });
});

test("where nothing can be learnt, no network is loaded to find that out", async () => {
  await using lone = await createDataFolder();
  await lone.put("rose/a.png", await noisePng(1));
  const cache = join(work, "lone");
  await using scan = openFeatureScan(tinyBackbone(), { engine, cache });
  await scanManifest(lone.root, { scanner: scan.scanner });
  expect(scan.seconds()).toBe(0);
});

test("an aborted scan ends with the signal's reason, and what was computed is kept", async () => {
  const cache = join(work, "stopped");
  const stop = new AbortController();
  const read = async (): Promise<Manifest> => {
    await using scan = openFeatureScan(tinyBackbone(), { engine, cache, signal: stop.signal });
    return await scanManifest(data.root, {
      scanner: scan.scanner,
      signal: stop.signal,
      report: (event) => {
        if (event.type === "progress" && event.done === 3) stop.abort();
      },
    });
  };
  await expect(read()).rejects.toMatchObject({ name: "AbortError" });
  expect((await segmentsIn(cache)).length).toBeGreaterThan(0);
});

async function segmentsIn(cache: string): Promise<string[]> {
  const names = await readdir(join(cache, "features"), { recursive: true });
  return names.filter((name) => name.endsWith(".safetensors")).sort();
}

test("a file that is no longer the one that was scanned has no features", async () => {
  await using other = await createDataFolder();
  await other.put("a/1.png", await noisePng(1));
  const { rows, root } = await scanManifest(other.root);
  await writeFile(join(root, "a/1.png"), await readFile(join(data.root, "tulip/2.png")));
  const { failed } = await extractFeatures(sourcesOf({ rows, root } as Manifest), tinyBackbone(), {
    engine,
    cache: null,
  });
  expect(failed[0]!.error.code).toBe("E_IMAGE_CHANGED");
});
