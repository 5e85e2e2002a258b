import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { decodePixels } from "./decode.ts";
import { isPlainJpeg } from "./plain-jpeg.ts";

const random = createRandom(2);
const raw = { width: 40, height: 30, channels: 3 } as const;
const photo = sharp(
  Uint8Array.from({ length: 40 * 30 * 3 }, () => random.integer(256)),
  { raw },
);
const jpeg = async (more: (picture: Sharp) => Sharp, options = {}): Promise<Uint8Array> =>
  await more(photo.clone()).jpeg(options).toBuffer();

test("isPlainJpeg: three components and nothing said of orientation or colours, in every usual form", async () => {
  const plain = [{}, { progressive: true }, { chromaSubsampling: "4:4:4" }, { optimiseCoding: false }];
  for (const options of plain) expect(isPlainJpeg(await jpeg((picture) => picture, options))).toBe(true);
  const grey = await jpeg((picture) => picture.toColourspace("b-w"));
  const lying = await jpeg((picture) => picture.withMetadata({ orientation: 6 }));
  const profiled = await jpeg((picture) => picture.withIccProfile("p3"));
  const cmyk = await jpeg((picture) => picture.toColourspace("cmyk"));
  const png = await photo.clone().png().toBuffer();
  const others = { grey, lying, profiled, cmyk, png, empty: new Uint8Array(0), start: grey.subarray(0, 3) };
  const found = Object.entries(others).filter(([, bytes]) => isPlainJpeg(bytes));
  expect(found.map(([name]) => name)).toEqual([]);
});

test("a plain JPEG decodes to what the long way gives, and tells of damage in the same words", async () => {
  const bytes = await jpeg((picture) => picture);
  const { data, width, height } = await decodePixels(bytes);
  const long = sharp(bytes).autoOrient().flatten({ background: "white" }).toColourspace("srgb").removeAlpha();
  expect({ width, height }).toEqual({ width: 40, height: 30 });
  expect(Buffer.from(data)).toEqual(await long.raw().toBuffer());
  const cut = bytes.subarray(0, bytes.length >> 1);
  await expect(decodePixels(cut)).rejects.toMatchObject({ code: "E_IMAGE_TRUNCATED" });
});
