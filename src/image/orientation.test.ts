import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { decodeImage } from "./decode.ts";
import { inspectImage } from "./inspect-image.ts";

const raw = { width: 6, height: 4, channels: 3 } as const;
const picture = (): Sharp =>
  sharp(
    Uint8Array.from({ length: 72 }, (_, i) => (i * 37) % 256),
    { raw },
  );

const xmpOf = (orientation: number): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
  `<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="${orientation}"/></rdf:RDF></x:xmpmeta>`;

/** An EXIF block whose only tag is Orientation. */
function exifOf(orientation: number): Buffer {
  const block = Buffer.from("4d4d002a00000008000101120003000000010000000000000000", "hex");
  block.writeUInt16BE(orientation, 18);
  return block;
}

/** A PNG with the text chunk in which ImageMagick keeps a profile. */
async function withProfile(keyword: string, profile: Buffer): Promise<Buffer> {
  const png = await picture().png().toBuffer();
  const digits = profile.toString("hex").match(/.{1,72}/g)!;
  const text = `\nexif\n${String(profile.length).padStart(8)}\n${digits.join("\n")}\n`;
  const content = Buffer.concat([Buffer.from(`zTXt${keyword}\0\0`), deflateSync(text)]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length - 4);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([png.subarray(0, 33), length, content, sum, png.subarray(33)]);
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "orientation %i counts from EXIF, a PNG's raw profile and XMP alike",
  async (orientation) => {
    const upright = await decodeImage(await picture().withMetadata({ orientation }).png().toBuffer());
    const exif = exifOf(orientation);
    const files = {
      "raw profile exif": await withProfile("Raw profile type exif", exif),
      "raw profile APP1": await withProfile(
        "Raw profile type APP1",
        Buffer.concat([Buffer.from("Exif\0\0"), exif]),
      ),
      "raw profile xmp": await withProfile("Raw profile type xmp", Buffer.from(xmpOf(orientation))),
      "XMP in PNG": await picture().withXmp(xmpOf(orientation)).png().toBuffer(),
      "XMP in WebP": await picture().withXmp(xmpOf(orientation)).webp({ lossless: true }).toBuffer(),
    };
    for (const [where, bytes] of Object.entries(files)) {
      expect(await decodeImage(bytes), where).toEqual(upright);
      expect(await inspectImage(bytes), where).toMatchObject({
        width: upright.width,
        height: upright.height,
      });
    }
  },
);

test("XMP turns a JPEG, and an orientation in EXIF goes before it", async () => {
  const jpeg = picture().withXmp(xmpOf(6)).jpeg({ quality: 100, chromaSubsampling: "4:4:4" });
  expect(await decodeImage(await jpeg.clone().toBuffer())).toMatchObject({ width: 4, height: 6 });
  const both = await jpeg.clone().withMetadata({ orientation: 3 }).toBuffer();
  expect(await decodeImage(both)).toMatchObject({ width: 6, height: 4 });
});

test("an orientation that is none, and a profile that is damaged, leave a picture as it is", async () => {
  const plain = await decodeImage(await picture().png().toBuffer());
  for (const orientation of [0, 9])
    expect(await decodeImage(await picture().withXmp(xmpOf(orientation)).png().toBuffer())).toEqual(plain);
  const cut = exifOf(6).subarray(0, 15);
  expect(await decodeImage(await withProfile("Raw profile type exif", cut))).toEqual(plain);
});
