/** A tensor as test/reference/autodiff/samples.py tells it: its norm, and up to 64 float32 entries in base64. */
export interface Sample {
  readonly norm: number;
  readonly entries: string;
}

/**
 * The L2 distance between a tensor and the one that was sampled, estimated from the entries at even distances and scaled
 * to the whole.
 */
export function distanceTo({ entries }: Sample, values: ArrayLike<number>): number {
  const wanted = new Float32Array(Uint8Array.from(Buffer.from(entries, "base64")).buffer);
  const count = Math.min(64, values.length);
  if (wanted.length !== count) return Infinity;
  const square = wanted.reduce(
    (sum, value, i) => sum + (values[Math.floor((i * values.length) / count)]! - value) ** 2,
    0,
  );
  return Math.sqrt((square * values.length) / count);
}
