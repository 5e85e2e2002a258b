import { hashString } from "../../src/base/random.ts";

/**
 * `shift + scale * u` with u uniform in [-0.5, 0.5): a 32-bit mix of place and name, the very numbers that `noise` in
 * the Python scripts beside this file gives, so that both sides compute the same picture and the same weights.
 */
export function noise(name: string, count: number, { shift = 0, scale = 1 } = {}): Float32Array {
  const seed = hashString(name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    let x = (i + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    values[i] = shift + scale * (((x ^ (x >>> 16)) >>> 0) / 4294967296 - 0.5);
  }
  return values;
}
