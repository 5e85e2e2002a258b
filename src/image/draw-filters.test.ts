import { expect, test } from "vitest";
import { drawFilters } from "./draw-filters.ts";
import type { Image } from "./image.ts";

function pixel({ width, data }: Image, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

test("drawFilters: two colour filters of 1 x 1, spaced, each scaled by its own largest weight", () => {
  const values = Float32Array.of(0.5, -0.5, 0, 8, 0, -4);
  const image = drawFilters([{ dims: [2, 3, 1, 1], values, isReversed: false }]);
  expect([image.width, image.height]).toEqual([4 + 2 * 52, 4 + 52]);
  expect(pixel(image, 0, 0)).toEqual([255, 255, 255]);
  expect(pixel(image, 4, 4)).toEqual([255, 0, 127]);
  expect(pixel(image, 51, 51)).toEqual([255, 0, 127]);
  expect(pixel(image, 52, 4)).toEqual([255, 255, 255]);
  expect(pixel(image, 56, 4)).toEqual([255, 127, 63]);
});

test("drawFilters: channels in the order blue, green, red are turned to red, green, blue", () => {
  const image = drawFilters([{ dims: [1, 3, 1, 1], values: Float32Array.of(1, 0, -1), isReversed: true }]);
  expect(pixel(image, 4, 4)).toEqual([0, 127, 255]);
});

test("drawFilters: every weight is a square of whole pixels, a filter of zeros is grey", () => {
  const values = Float32Array.of(1, -1, 0.5, 0, 0, 0, 0, 0);
  const image = drawFilters([{ dims: [2, 1, 2, 2], values, isReversed: false }]);
  expect([pixel(image, 4, 4), pixel(image, 27, 27)]).toEqual([
    [255, 255, 255],
    [255, 255, 255],
  ]);
  expect(pixel(image, 28, 4)).toEqual([0, 0, 0]);
  expect(pixel(image, 4, 28)).toEqual([191, 191, 191]);
  expect(pixel(image, 56, 4)).toEqual([127, 127, 127]);
});

test("drawFilters: other channel counts give a grey tile each; sets stand one below the other", () => {
  const values = new Float32Array(4 * 2).fill(1);
  const set = { dims: [4, 2, 1, 1] as const, values, isReversed: false };
  const image = drawFilters([set, set]);
  // 8 tiles: 4 columns, 2 rows; twice
  expect([image.width, image.height]).toEqual([4 + 4 * 52, 2 * (4 + 2 * 52)]);
});
