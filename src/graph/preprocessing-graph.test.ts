import { readFileSync } from "node:fs";
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { formulaPicture } from "../../test/reference/pixels/picture.ts";
import type { Image } from "../image/image.ts";
import { encodeModel } from "./onnx/encode-model.ts";
import { createModel } from "./create-model.ts";
import { preprocessingGraph } from "./preprocessing-graph.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { bytesOf } from "./tensor.ts";

interface ReferenceCase extends Preprocessing {
  readonly name: string;
  readonly source: readonly [number, number];
  readonly shape: readonly number[];
  readonly stride: number;
  readonly levels: readonly number[];
  readonly meanLevel: number;
  readonly normalised: readonly number[];
}

const { cases } = JSON.parse(readFileSync("test/reference/pixels/pixels.json", "utf8")) as {
  cases: readonly ReferenceCase[];
};

/** The part of the two runtimes' interfaces that is the same. */
type Runtime = Pick<typeof web, "InferenceSession" | "Tensor">;
const runtimes = { native: native as unknown as Runtime, wasm: web } as const;

/** Preprocesses one picture in either form. Shape: [3, h, w] and its dims. */
async function preprocess(
  picture: Image,
  preprocessing: Preprocessing,
  { input, runtime }: { input: "hwc" | "nchw"; runtime: keyof typeof runtimes },
): Promise<{ dims: readonly number[]; data: Float32Array }> {
  const { InferenceSession, Tensor } = runtimes[runtime];
  const bytes = encodeModel(createModel(preprocessingGraph(preprocessing, { input })));
  const session = await InferenceSession.create(bytes);
  const { width, height, data } = picture;
  const feed =
    input === "hwc"
      ? { image: new Tensor("uint8", data, [height, width, 3]) }
      : { pixel_values: new Tensor("float32", toPlanes(picture), [1, 3, height, width]) };
  const result = Object.values(await session.run(feed))[0]!;
  return { dims: result.dims, data: result.data as Float32Array };
}

function toPlanes({ width, height, data }: Image): Float32Array {
  const area = width * height;
  return Float32Array.from({ length: area * 3 }, (_, i) => data[(i % area) * 3 + Math.floor(i / area)]!);
}

const plainLevels = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

describe.each(cases)("preprocessingGraph against Pillow: $name", (reference) => {
  const picture = formulaPicture(...reference.source);
  const limit = Math.min(...reference.shape.slice(1)) >= 200 ? 0.03 : 0.1;

  test(`levels differ by at most ${limit} on average`, async () => {
    const levels = { ...reference, ...plainLevels };
    const { dims, data } = await preprocess(picture, levels, { input: "hwc", runtime: "native" });
    expect(dims).toEqual([1, ...reference.shape]);
    const distances = reference.levels.map((level, i) => Math.abs(level - data[i * reference.stride]!));
    expect(mean(distances)).toBeLessThanOrEqual(limit);
    expect(Math.abs(mean(data) - reference.meanLevel)).toBeLessThanOrEqual(0.01);
  });

  test("normalised values follow, to within the levels' difference", async () => {
    const { data } = await preprocess(picture, reference, { input: "hwc", runtime: "native" });
    const levelSize = reference.scale / Math.min(...reference.std);
    for (const [i, value] of reference.normalised.entries())
      expect(Math.abs(value - data[i * 40 * reference.stride]!)).toBeLessThanOrEqual(3 * levelSize + 1e-4);
  });

  test("wasm and the NCHW form give the very same bytes", async () => {
    const expected = await preprocess(picture, reference, { input: "hwc", runtime: "native" });
    const batched = await preprocess(picture, reference, { input: "nchw", runtime: "native" });
    const wasm = await preprocess(picture, reference, { input: "hwc", runtime: "wasm" });
    expect([batched.dims, wasm.dims]).toEqual([expected.dims, expected.dims]);
    expect([isSame(batched.data, expected.data), isSame(wasm.data, expected.data)]).toEqual([true, true]);
  });
});

test("preprocessingGraph: a batch gives what its pictures give one by one", async () => {
  const preprocessing = cases[0]!;
  const pictures = [
    formulaPicture(90, 60),
    { ...formulaPicture(90, 60), data: new Uint8Array(90 * 60 * 3).fill(77) },
  ];
  const bytes = encodeModel(createModel(preprocessingGraph(preprocessing, { input: "nchw" })));
  const session = await native.InferenceSession.create(bytes);
  const batch = Float32Array.from(pictures.flatMap((picture) => Array.from(toPlanes(picture))));
  const { preprocessed } = await session.run({
    pixel_values: new native.Tensor("float32", batch, [2, 3, 60, 90]),
  });
  const single = await Promise.all(
    pictures.map((picture) => preprocess(picture, preprocessing, { input: "nchw", runtime: "native" })),
  );
  const area = 3 * preprocessing.width * preprocessing.height;
  const halves = [0, 1].map((i) => (preprocessed!.data as Float32Array).subarray(i * area, (i + 1) * area));
  expect(halves.map((half, i) => isSame(half, single[i]!.data))).toEqual([true, true]);
});

test("preprocessingGraph: values outside 0 to 255 are clipped and fractions rounded before resizing", async () => {
  const preprocessing = {
    ...cases[0]!,
    ...plainLevels,
    width: 1,
    height: 1,
    resize: { kind: "none" },
  } as const;
  const bytes = encodeModel(createModel(preprocessingGraph(preprocessing, { input: "nchw" })));
  const session = await native.InferenceSession.create(bytes);
  const { preprocessed } = await session.run({
    pixel_values: new native.Tensor("float32", [-3, 99.6, 300], [1, 3, 1, 1]),
  });
  expect([...(preprocessed!.data as Float32Array)]).toEqual([0, 100, 255]);
});

test("preprocessingGraph: an unusable card is refused with its numbers", () => {
  const [good] = cases;
  expect(() => preprocessingGraph({ ...good!, width: 0 })).toThrow("sizes of 1 to 8192");
  expect(() => preprocessingGraph({ ...good!, std: [1, 0, 1] })).toThrow("std [1,0,1]");
});

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
}

/** Byte for byte; `toEqual` on long arrays is slow. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}
