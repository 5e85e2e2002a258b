/** Cells across that a hash is made of. */
export const hashSide = 8;
/** A hash has so many parts of so many bits. */
export const [partCount, partBits] = [3, 21];

/** cos(π k (2 x + 1) / 16). Shape: 8 x 8. */
const cosines = Float64Array.from({ length: hashSide ** 2 }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / hashSide) * (2 * (i % hashSide) + 1)) / (2 * hashSide)),
);

/** Every frequency but the mean, lowest first, so that each part has low ones and high ones. */
const frequencies = Array.from(
  { length: hashSide ** 2 },
  (_, i) => [i % hashSide, Math.floor(i / hashSide)] as const,
)
  .toSorted(([a, b], [c, d]) => a * a + b * b - (c * c + d * d) || a - c)
  .slice(1);

/**
 * A perceptual hash of 63 bits: the signs of a picture's cosine transform, which say where it is light and dark and not how
 * much. Bit i lies in part i mod 3. Shapes: 8 x 8 cells -> 3 parts, written to `parts` from `at` on.
 * Source: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), section 3.2.
 */
export function hashLayout(cells: Float64Array, parts: Uint32Array, at: number): void {
  const rows = new Float64Array(hashSide ** 2); // across first
  for (let y = 0; y < hashSide; y += 1)
    for (let k = 0; k < hashSide; k += 1) {
      let sum = 0;
      for (let x = 0; x < hashSide; x += 1) sum += cosines[k * hashSide + x]! * cells[y * hashSide + x]!;
      rows[y * hashSide + k] = sum;
    }
  parts.fill(0, at, at + partCount);
  for (let i = 0; i < frequencies.length; i += 1) {
    const [across, down] = frequencies[i]!;
    let sum = 0;
    for (let y = 0; y < hashSide; y += 1) sum += cosines[down * hashSide + y]! * rows[y * hashSide + across]!;
    if (sum > 0) parts[at + (i % partCount)]! |= 1 << Math.floor(i / partCount);
  }
}

/** Bits in which two hashes differ. */
export function bitsApart(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  let bits = 0;
  for (let part = 0; part < partCount; part += 1) bits += countBits(a[i + part]! ^ b[j + part]!);
  return bits;
}

function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
