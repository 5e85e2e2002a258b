import sharp from "sharp";
import { decodeImage } from "./decode.ts";

/**
 * A small JPEG of a picture for people to look at, never for a network: sharp's own resize of what `decodeImage` gives,
 * metadata removed. The longer side becomes at most `sidePx`; nothing is enlarged. About 3 kB at 112 px.
 * Throws what `decodeImage` throws.
 */
export async function makeThumbnail(
  source: string | Uint8Array,
  { sidePx = 112, quality = 70 }: { sidePx?: number; quality?: number } = {},
): Promise<Uint8Array> {
  const { width, height, data } = await decodeImage(source);
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer();
}
