import { halfToNumber, numberToHalf } from "../../graph/half-floats.ts";

/** The number of every binary16. Shape: 65,536. */
const numbers = Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToNumber(bits));

/** Numbers as a record of binary16, two bytes each; what lies beyond 65,504 becomes that. */
export function toHalfRecord(values: Float32Array): Uint8Array {
  const largest = 65_504;
  const halves = Uint16Array.from(values, (value) =>
    numberToHalf(Math.max(-largest, Math.min(largest, value))),
  );
  return new Uint8Array(halves.buffer);
}

/** The numbers of such a record, written into `out`. */
export function fromHalfRecord(record: Uint8Array, out: Float32Array): void {
  const halves = new Uint16Array(record.buffer, record.byteOffset, record.length / 2);
  for (let i = 0; i < halves.length; i += 1) out[i] = numbers[halves[i]!]!;
}
