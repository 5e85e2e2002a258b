import { sizeOf } from "../../src/graph/tensor.ts";

const gamma = 0x9e3779b9;

/** Output i (from 1) of SplitMix32 started from `seed`. The same numbers as in test/reference/autodiff/splitmix.py. */
export function splitMix(seed: number, i: number): number {
  const z = (seed + Math.imul(i, gamma)) | 0;
  let t = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
  return (t ^ (t >>> 15)) >>> 0;
}

/** float32 numbers in [-limit, limit) + offset, row-major. */
export function uniform(seed: number, dims: readonly number[], limit: number, offset = 0): Float32Array {
  const entry = (i: number): number => ((splitMix(seed, i + 1) / 2 ** 32) * 2 - 1) * limit + offset;
  return Float32Array.from({ length: sizeOf(dims) }, (_, i) => entry(i));
}
