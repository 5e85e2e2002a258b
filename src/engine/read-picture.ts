import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { hashBytes } from "../files/hash-file.ts";
import { type Tensor, createTensor } from "../graph/tensor.ts";
import { decodePixels } from "../image/decode.ts";
import type { Image } from "../image/image.ts";
import { readImageFile } from "../image/read-image-file.ts";

/**
 * Reads, checks and decodes one picture, as a preprocessing graph takes it. Shape: uint8 [H, W, 3].
 * Throws E_IMAGE_CHANGED when the file is no longer the one that was scanned: its features would be kept, and its
 * label believed, under another picture's hash. Also what `readImageFile` and `decodePixels` throw.
 */
export async function readPicture(
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  options: Pick<WorkOptions, "signal"> = {},
): Promise<Tensor> {
  const bytes = await readImageFile(path, options);
  const found = hashBytes(bytes);
  if (found !== sha256)
    throw new RootstockError(
      "E_IMAGE_CHANGED",
      `${JSON.stringify(path)}: expected sha256 ${sha256}, got ${found}: the file changed since it was scanned.`,
      { hint: "Run again when nothing writes into the folder." },
    );
  // The scan that gave the hash has inspected these very bytes.
  return pictureTensor(await decodePixels(bytes, { ...options, subject: JSON.stringify(path) }));
}

/** Not to be transferred: libvips owns the pixels, and Node can only copy what another owner will free. */
export function pictureTensor({ width, height, data }: Image): Tensor {
  return createTensor("uint8", [height, width, 3], data);
}
