import { RootstockError } from "../base/errors.ts";
import type { Image } from "./image.ts";

/** Whatever the browser can draw: a File or other Blob, an <img>, <video> or <canvas>, an ImageBitmap. */
export type BrowserPicture = object;

/** The little of a browser that is needed; the library's own types know none. */
interface Browser {
  createImageBitmap(source: BrowserPicture, options: { imageOrientation: "from-image" }): Promise<Bitmap>;
  OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: "2d", options: { willReadFrequently: true; colorSpace: "srgb" }): Context;
  };
}

interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Context {
  fillStyle: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(bitmap: Bitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}

/**
 * Decodes a picture with the browser's own decoder, as `decodeImage` does elsewhere: sRGB at full size, EXIF orientation
 * applied, alpha laid on white. Throws E_IMAGE_TYPE for what the browser cannot read.
 */
export async function decodeInBrowser(source: BrowserPicture): Promise<Image> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as Browser;
  const bitmap = await createImageBitmap(source, { imageOrientation: "from-image" }).catch(
    (cause: unknown) => {
      throw new RootstockError("E_IMAGE_TYPE", "picture: expected one that this browser can read.", {
        hint: "JPEG, PNG and WebP are read everywhere.",
        cause,
      });
    },
  );
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
    colorSpace: "srgb",
  });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: withoutAlpha(context.getImageData(0, 0, width, height).data) };
}

/** Shapes: H x W x 4 -> H x W x 3. */
function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}
