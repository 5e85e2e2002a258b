import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decodeImage } from "./decode.ts";
import type { Image } from "./image.ts";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}

const reference = readFileSync(join("test", "reference", "decode", "pictures.json"), "utf8");
const { cases } = JSON.parse(reference) as { cases: readonly Case[] };

/**
 * Where the pixels may differ from Pillow's, in levels, and why. Everything else is equal to the bit.
 * CMYK: we convert by colour management (a print profile), Pillow by 255 - C - K. AVIF: the decoders round otherwise,
 * and spread halved chroma otherwise (this small picture is all chroma). Alpha: rounding of the blend.
 */
const allowed: readonly { readonly form: RegExp; readonly max: number; readonly mean: number }[] = [
  { form: /cmyk/, max: 150, mean: 30 },
  { form: /avif, 4:4:4/, max: 8, mean: 1.5 },
  { form: /avif, 4:2:0/, max: 20, mean: 8 },
  { form: /alpha/, max: 1, mean: 0.6 },
];

test.each(cases)("decodeImage agrees with Pillow: $name", async ({ name, file, width, height, pixels }) => {
  const image = await decodeImage(Buffer.from(file, "base64"));
  expect([image.width, image.height]).toEqual([width, height]);
  const { max, mean } = differences(image.data, Buffer.from(pixels, "base64"));
  const bound = allowed.find(({ form }) => form.test(name)) ?? { max: 0, mean: 0 };
  expect(max).toBeLessThanOrEqual(bound.max);
  expect(mean).toBeLessThanOrEqual(bound.mean);
});

test("decodeImage: CMYK white is white and CMYK black is dark, not the other way round", async () => {
  const shades = { width: 2, height: 1, channels: 3 } as const;
  const bytes = await sharp(Uint8Array.of(255, 255, 255, 0, 0, 0), { raw: shades })
    .toColourspace("cmyk")
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .toBuffer();
  const { data } = await decodeImage(bytes);
  expect(Math.min(...data.subarray(0, 3))).toBeGreaterThan(240);
  expect(Math.max(...data.subarray(3))).toBeLessThan(60);
});

test("decodeImage honours a colour profile: Display P3 of 8 bits", async () => {
  const levels = [200, 40, 30, 20, 180, 60, 128, 128, 128];
  const raw = { width: 3, height: 1, channels: 3 } as const;
  const bytes = await sharp(Uint8Array.from(levels), { raw }).withIccProfile("p3").png().toBuffer();
  const { data } = await decodeImage(bytes);
  expect(differences(data, Uint8Array.from(levels)).max).toBeLessThanOrEqual(3);
});

test("decodeImage honours a colour profile: Display P3 of 16 bits comes out in sRGB, not in P3", async () => {
  const levels = [200, 40, 30, 20, 180, 60, 128, 128, 128, 90, 120, 200]; // what the file holds, in P3
  const raw = { width: 4, height: 1, channels: 3 } as const;
  const deep = Uint16Array.from(levels, (level) => level * 257);
  const source = sharp(deep, { raw }).toColourspace("rgb16").withIccProfile("p3");
  const { data } = await decodeImage(await source.png().toBuffer());
  // Witness: Pillow 13.0.0, ImageCms.profileToProfile with that profile, perceptual intent.
  const expected = Uint8Array.of(218, 0, 7, 0, 183, 31, 128, 128, 128, 81, 121, 206);
  expect(differences(data, expected).max).toBeLessThanOrEqual(1);
});

test("decodeImage reads an interlaced PNG like a plain one", async () => {
  const raw = { width: 17, height: 9, channels: 3 } as const;
  const picture = sharp(
    Uint8Array.from({ length: 17 * 9 * 3 }, (_, i) => (i * 31) % 256),
    { raw },
  );
  const interlaced = await decodeImage(await picture.clone().png({ progressive: true }).toBuffer());
  expect(interlaced).toEqual(await decodeImage(await picture.clone().png().toBuffer()));
});

test("decodeImage names the file, and stops when told to", async () => {
  await expect(decodeImage("no-such.jpg")).rejects.toMatchObject({
    code: "E_IMAGE_UNREADABLE",
    message: '"no-such.jpg": cannot be read (no such file or folder).',
  });
  await expect(decodeImage(".")).rejects.toMatchObject({ code: "E_IMAGE_UNREADABLE" });
  const signal = AbortSignal.abort();
  const bytes = Buffer.from(cases[0]!.file, "base64");
  await expect(decodeImage(bytes, { signal })).rejects.toMatchObject({ name: "AbortError" });
});

test("decodeImage: a picture above the limit is refused by its header", async () => {
  const bytes = Buffer.from(cases[0]!.file, "base64");
  await expect(decodeImage(bytes, { pixelLimit: 100 })).rejects.toMatchObject({ code: "E_IMAGE_TOO_LARGE" });
});

function differences(got: Image["data"], expected: Uint8Array): { max: number; mean: number } {
  expect(got.length).toBe(expected.length);
  const each = Array.from(got, (value, i) => Math.abs(value - expected[i]!));
  return { max: Math.max(...each), mean: each.reduce((a, b) => a + b, 0) / each.length };
}
