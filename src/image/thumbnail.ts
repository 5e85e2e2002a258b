import sharp from "sharp";

/**
 * A small JPEG of a picture for people to look at, never for a network: sharp's own resize, EXIF orientation applied,
 * metadata removed. The longer side becomes at most `sidePx`; nothing is enlarged. About 3 kB at 112 px.
 * Throws what sharp throws where the file cannot be decoded.
 */
export async function makeThumbnail(
  source: string | Uint8Array,
  { sidePx = 112, quality = 70 }: { sidePx?: number; quality?: number } = {},
): Promise<Uint8Array> {
  return await sharp(source, { limitInputPixels: 100_000_000 })
    .autoOrient()
    .resize({ width: sidePx, height: sidePx, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .jpeg({ quality })
    .toBuffer();
}
