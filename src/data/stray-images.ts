import type { SkippedImage } from "./manifest.ts";
import { formatQuantity } from "../base/format-number.ts";
import { type ScannedImage } from "./scan-images.ts";
import { colourCountLimit } from "../image/look-at-image.ts";

/** A format that so small a part of the pictures has is an exception, not a habit. */
const rareShare = 0.01;

/**
 * Takes out placeholders that a download left in a picture's place ("We're sorry, this image could not be found"):
 * true pictures, so nothing else would tell them. One is known by two marks together: its format is that of at most
 * one in a hundred pictures (so there are a hundred at least), and it has fewer than 64 colours, as drawings have and
 * photos have not, while the others have more. Each is told as E_IMAGE_STRAY.
 */
export function removeStrays(images: readonly ScannedImage[]): {
  kept: ScannedImage[];
  strays: SkippedImage[];
} {
  const counts = new Map<string, number>();
  for (const { type } of images) counts.set(type, (counts.get(type) ?? 0) + 1);
  const drawings = images.filter(isDrawing).length;
  const isStray = (image: ScannedImage): boolean =>
    isDrawing(image) &&
    counts.get(image.type)! <= rareShare * images.length &&
    drawings <= rareShare * images.length;
  return {
    kept: images.filter((image) => !isStray(image)),
    strays: images.filter(isStray).map((image) => strayOf(image, images.length)),
  };
}

function isDrawing({ colours }: ScannedImage): boolean {
  return colours < colourCountLimit;
}

function strayOf({ path, type, colours }: ScannedImage, total: number): SkippedImage {
  return {
    path,
    code: "E_IMAGE_STRAY",
    message: `${JSON.stringify(path)}: expected a photo like the others, got a ${type.toUpperCase()} of ${formatQuantity(colours, "colour")}, a placeholder it seems, among ${total} pictures.`,
    hint: "Remove it; if it does belong to its class, save it in the format of the others.",
  };
}
