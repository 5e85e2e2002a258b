import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pixelsOf, writePictures } from "../../test/fixtures/pictures.ts";
import { tinyBackbone, tinyWeights } from "../../test/fixtures/tiny-backbone.ts";
import type { WorkEvent } from "../base/events.ts";
import { rowOf } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { hashBytes } from "../files/hash-file.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import { int64List } from "../graph/tensor.ts";
import { encodePng } from "../image/encode-png.ts";
import { extractFeatures } from "./extract-features.ts";
import type { ImageSource } from "./features.ts";

let folder: string;
let images: ImageSource[];
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-features-"));
  images = await writePictures(join(folder, "pictures"), 100);
  engine = await openEngine({ threads: 2 });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The layer "relu" of picture i in plain arithmetic. Shape: 6 x 64, channel by channel. */
function mapOf(i: number): number[][] {
  const pixels = pixelsOf(i);
  return Array.from({ length: 6 }, (_, c) =>
    Array.from({ length: 64 }, (_, p) => {
      const terms = [0, 1, 2].map((k) => (tinyWeights[3 * c + k]! * pixels[3 * p + k]!) / 255);
      return Math.max(0, terms[0]! + terms[1]! + terms[2]!);
    }),
  );
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const expectations = {
  avg: (map: number[][]) => map.map(mean),
  max: (map: number[][]) => map.map((values) => Math.max(...values)),
  avgmax: (map: number[][]) => [...map.map(mean), ...map.map((values) => Math.max(...values))],
  flat: (map: number[][]) => map.flat(),
};

test.each(["avg", "max", "avgmax", "flat"] as const)(
  "%s pooling is what plain arithmetic gives",
  async (pooling) => {
    const { matrix, failed } = await extractFeatures(images, tinyBackbone(), {
      engine,
      pooling,
      cache: null,
    });
    expect(failed).toEqual([]);
    for (const i of [0, 1, 57, 99])
      expectations[pooling](mapOf(i)).forEach((value, d) =>
        expect(rowOf(matrix, i)[d]).toBeCloseTo(value, 5),
      );
  },
);

test("a layer that is a vector passes as it is, whatever the pooling", async () => {
  const options = { engine, layer: "vector", cache: null };
  const { matrix } = await extractFeatures(images, tinyBackbone(), { ...options, pooling: "avgmax" });
  expect(matrix.columns).toBe(6);
  mapOf(3).forEach((values, d) => expect(rowOf(matrix, 3)[d]).toBeCloseTo(mean(values), 5));
});

test("a sequence of tokens is pooled over its tokens: D means, D maxima", async () => {
  const tiny = tinyBackbone();
  const perm = { perm: { kind: "ints", value: [0, 2, 1] } } as const;
  const step = { domain: "", attributes: {} };
  const rows = { ...step, name: "rows", operator: "Reshape", inputs: ["map", "rows"], outputs: ["flat"] };
  const turn = {
    ...step,
    name: "turn",
    operator: "Transpose",
    inputs: ["flat"],
    outputs: ["tokens"],
    attributes: perm,
  };
  const { graph } = tiny.model;
  const initializers = new Map([...graph.initializers, ["rows", int64List([0, 6, 64])] as const]);
  const model = { ...tiny.model, graph: { ...graph, initializers, nodes: [...graph.nodes, rows, turn] } };
  const layers = [...tiny.card.layers, { name: "tokens", value: "tokens", shape: [64, 6] }];
  const backbone = { ...tiny, model, card: { ...tiny.card, layers } };
  const options = { engine, layer: "tokens", cache: null, pooling: "avgmax" } as const;
  const { matrix } = await extractFeatures(images.slice(0, 3), backbone, options);
  expect(matrix.columns).toBe(12);
  expectations.avgmax(mapOf(2)).forEach((value, d) => expect(rowOf(matrix, 2)[d]).toBeCloseTo(value, 5));
});

test("batches, a fixed batch and a last batch that is not full give the same numbers", async () => {
  const alone = await extractFeatures(images, tinyBackbone(), { engine, cache: null });
  const batched = await extractFeatures(images, tinyBackbone(), { engine, cache: null, batchSize: 7 });
  const fixed = await extractFeatures(images, tinyBackbone({ batch: 8 }), { engine, cache: null });
  for (const { matrix } of [batched, fixed])
    matrix.data.forEach((value, i) => expect(value).toBeCloseTo(alone.matrix.data[i]!, 6));
});

test("a second run computes nothing and gives the same bytes", async () => {
  const options = { engine, cache: join(folder, "twice") };
  const first = await extractFeatures(images, tinyBackbone(), options);
  const second = await extractFeatures(images, tinyBackbone(), options);
  expect([first.computed, second.computed]).toEqual([100, 0]);
  expect(second.matrix).toEqual(first.matrix);
});

test("another layer, pooling, preprocessing or backbone is another space", async () => {
  const options = { engine, cache: join(folder, "spaces") };
  const tiny = tinyBackbone();
  const { preprocessing } = tiny.card;
  const some = images.slice(0, 3);
  await extractFeatures(some, tiny, options);
  const runs = [
    await extractFeatures(some, tiny, { ...options, pooling: "max" }),
    await extractFeatures(some, tiny, { ...options, layer: "vector" }),
    await extractFeatures(some, { ...tiny, sha256: "1".repeat(64) }, options),
    await extractFeatures(
      some,
      { ...tiny, card: { ...tiny.card, preprocessing: { ...preprocessing, colour: "bgr" } } },
      options,
    ),
  ];
  expect(runs.map(({ computed }) => computed)).toEqual([3, 3, 3, 3]);
});

test("a file that changed since the scan and one that vanished fail by name, and are not kept", async () => {
  const mine = await writePictures(join(folder, "hostile"), 6);
  await copyFile(mine[2]!.path, mine[1]!.path);
  await rm(mine[4]!.path);
  const options = { engine, cache: join(folder, "hostile-cache") };
  const { matrix, failed } = await extractFeatures(mine, tinyBackbone(), options);
  expect(failed.map(({ index, error }) => [index, error.code])).toEqual([
    [1, "E_IMAGE_CHANGED"],
    [4, "E_IMAGE_UNREADABLE"],
  ]);
  expect(failed[0]!.error.message).toContain("1.png");
  expect([...rowOf(matrix, 1), ...rowOf(matrix, 4)].every(Number.isNaN)).toBe(true);
  expect([0, 2, 3, 5].every((i) => rowOf(matrix, i).every(Number.isFinite))).toBe(true);
  expect((await extractFeatures(mine, tinyBackbone(), options)).computed).toBe(2);
});

test("in a batch, a broken picture and one of another size cost their neighbours nothing", async () => {
  const mine = await writePictures(join(folder, "broken"), 8);
  await writeFile(mine[3]!.path, "no picture");
  const wide = await encodePng({ width: 9, height: 8, data: new Uint8Array(9 * 8 * 3) });
  await writeFile(mine[5]!.path, wide);
  mine[5] = { ...mine[5]!, sha256: hashBytes(wide) };
  const tiny = tinyBackbone();
  const preprocessing = { ...tiny.card.preprocessing, crop: "none" } as const;
  const uncropped = { ...tiny, card: { ...tiny.card, preprocessing } };
  const options = { engine, cache: null, pooling: "flat" } as const;
  const { matrix, failed } = await extractFeatures(mine, uncropped, { ...options, batchSize: 8 });
  expect(failed.map(({ index, error }) => [index, error.code])).toEqual([
    [3, "E_IMAGE_CHANGED"],
    [5, "E_SHAPE"],
  ]);
  const alone = await extractFeatures(images.slice(0, 8), tiny, options);
  for (const i of [0, 1, 2, 4, 6, 7])
    rowOf(matrix, i).forEach((value, d) => expect(value).toBeCloseTo(rowOf(alone.matrix, i)[d]!, 6));
});

test("a network that fails at every picture is E_ENGINE, and no picture is blamed", async () => {
  const b = createBuilder("failing");
  const pixels = b.input("pixel_values", "float32", ["N", 3, 8, 8]);
  b.output(b.op("Reshape", [pixels, b.ints([7, 7])], {}, "map"), "vector", "float32", ["N", 6]);
  const failing = { ...tinyBackbone(), model: createModel(b.graph()) };
  const run = extractFeatures(images.slice(0, 3), failing, { engine, cache: null });
  await expect(run).rejects.toMatchObject({ code: "E_ENGINE", message: expect.stringContaining("map") });
});

test("an abort stops the work, and what was computed is kept", async () => {
  const stop = new AbortController();
  const events: WorkEvent[] = [];
  const options = { engine, cache: join(folder, "aborted") };
  const run = extractFeatures(images, tinyBackbone(), {
    ...options,
    signal: stop.signal,
    report: (event) => {
      events.push(event);
      if (event.type === "progress" && event.done === 50) stop.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  const { computed } = await extractFeatures(images, tinyBackbone(), options);
  expect(computed).toBeLessThanOrEqual(50);
  expect(computed).toBeGreaterThan(0);
});

test("an unknown layer is refused with the card's list", async () => {
  const run = extractFeatures(images, tinyBackbone(), { engine, cache: null, layer: "conv9" });
  await expect(run).rejects.toMatchObject({
    code: "E_LAYER",
    message: expect.stringMatching(/"relu", "vector"/),
  });
});
