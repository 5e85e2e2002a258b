import sharp from "sharp";
import type { Image } from "./image.ts";

/**
 * An image as PNG bytes, lossless, without metadata.
 * `maxSidePx` first reduces the longer side to at most so many pixels; nothing is ever enlarged.
 */
export async function encodePng(image: Image, options: { maxSidePx?: number } = {}): Promise<Uint8Array> {
  const { width, height, data } = image;
  const pipeline = sharp(data, { raw: { width, height, channels: 3 } });
  const { maxSidePx } = options;
  if (maxSidePx !== undefined)
    pipeline.resize({ width: maxSidePx, height: maxSidePx, fit: "inside", withoutEnlargement: true });
  return await pipeline.png({ compressionLevel: 9 }).toBuffer();
}
