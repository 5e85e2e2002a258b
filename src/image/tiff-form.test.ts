import { expect, test } from "vitest";
import { writeTiff } from "../../test/fixtures/write-tiff.ts";
import { decodeImage } from "./decode.ts";
import { inspectImage } from "./inspect-image.ts";

const size = { width: 4, height: 2 };
const shares = [0, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 1];
const levels = shares.map((share) => Math.round(share * 255));
const grey = (values: readonly number[]): number[] => values.flatMap((value) => [value, value, value]);

test("a TIFF of floats from 0 to 1 reads as its numbers times 255, grey or colour, not as black", async () => {
  const one = writeTiff({ ...size, bits: [32], format: 3 }, Float32Array.from(shares));
  expect([...(await decodeImage(one)).data]).toEqual(grey(levels));
  const three = writeTiff({ ...size, bits: [32, 32, 32], format: 3 }, Float32Array.from(grey(shares)));
  expect([...(await decodeImage(three)).data]).toEqual(grey(levels));
});

test("alpha of a float TIFF is laid on white, and a little overshoot is clipped", async () => {
  const values = [0, 0, 0, 0.4, 1.05, -0.05, 1, 1];
  const form = { width: 2, height: 1, bits: [32, 32, 32, 32], format: 3, tags: { 338: 2 } };
  expect([...(await decodeImage(writeTiff(form, Float32Array.from(values)))).data]).toEqual([
    153, 153, 153, 255, 0, 255,
  ]);
});

test.each([
  ["32-bit floats up to 255", { bits: [32], format: 3 }, Float32Array.from(levels)],
  ["32-bit whole numbers", { bits: [32], format: 1 }, Uint32Array.from(levels)],
  ["signed 32-bit whole numbers", { bits: [32], format: 2 }, Int32Array.from(levels)],
  ["signed 16-bit whole numbers", { bits: [16], format: 2 }, Int16Array.from(levels)],
])("a TIFF of %s from 0 to 255 reads as they are", async (_what, form, pixels) => {
  expect([...(await decodeImage(writeTiff({ ...size, ...form }, pixels))).data]).toEqual(grey(levels));
});

test.each([
  [
    "floats up to 4000",
    { bits: [32], format: 3 },
    Float32Array.from(shares, (x) => 4000 * x),
    "from 0 to 4000",
  ],
  [
    "negative floats",
    { bits: [32], format: 3 },
    Float32Array.from(shares, (x) => x - 0.5),
    "from -0.5 to 0.5",
  ],
  [
    "floats that are no numbers",
    { bits: [32], format: 3 },
    Float32Array.from([NaN, ...shares.slice(1)]),
    "no numbers",
  ],
  ["16 bits in 32", { bits: [32], format: 1 }, Uint32Array.from(shares, (x) => 65535 * x), "from 0 to 65535"],
  [
    "negative 16-bit numbers",
    { bits: [16], format: 2 },
    Int16Array.from(levels, (x) => x - 100),
    "from -100 to 155",
  ],
  [
    "negative 8-bit numbers",
    { bits: [8], format: 2 },
    Int8Array.from(levels, (x) => x - 128),
    "from -128 to 127",
  ],
])("a TIFF of %s is refused with its range, not clipped", async (_what, form, pixels, range) => {
  await expect(decodeImage(writeTiff({ ...size, ...form }, pixels))).rejects.toMatchObject({
    code: "E_IMAGE_TYPE",
    message: expect.stringContaining(range) as string,
  });
});

test.each([
  ["64-bit floats", { bits: [64], format: 3 }, new Uint8Array(64)],
  ["16-bit floats", { bits: [16], format: 3 }, new Uint8Array(16)],
  ["64-bit complex numbers", { bits: [64], format: 6 }, new Uint8Array(64)],
  ["24-bit whole numbers", { bits: [24] }, new Uint8Array(24)],
  ["12-bit whole numbers", { bits: [12] }, new Uint8Array(12)],
  ["channels of 5, 6, 5 bits", { bits: [5, 6, 5] }, new Uint8Array(16)],
  ["6 channels", { bits: [8, 8, 8, 8, 8, 8], photometric: 1 }, new Uint8Array(48)],
  ["Zstandard compression", { bits: [8], compression: 50000 }, new Uint8Array(8)],
  ["JPEG 2000 compression", { bits: [8], compression: 34712 }, new Uint8Array(8)],
  ["compression 51234", { bits: [8], compression: 51234 }, new Uint8Array(8)],
  ["raw sensor values", { bits: [16], photometric: 32803 }, new Uint8Array(16)],
])("a sound TIFF with %s is called that, not damaged", async (what, form, pixels) => {
  await expect(inspectImage(writeTiff({ ...size, ...form }, pixels))).rejects.toMatchObject({
    code: "E_IMAGE_TYPE",
    message: expect.stringContaining(what) as string,
  });
});

test("a TIFF of an unsupported form that also ends early is damaged all the same", async () => {
  const whole = writeTiff({ ...size, bits: [64], format: 3 }, new Uint8Array(64));
  await expect(inspectImage(whole.subarray(0, whole.length - 20))).rejects.toMatchObject({
    code: "E_IMAGE_TRUNCATED",
  });
});
