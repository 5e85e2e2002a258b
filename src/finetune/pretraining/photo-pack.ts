import { join } from "node:path";
import type { WorkOptions } from "../../base/events.ts";
import type { Picture } from "../../data/manifest.ts";
import type { Engine, Session } from "../../engine/engine.ts";
import { readPicture } from "../../engine/read-picture.ts";
import { type PackedFile, openPackedFile } from "../../files/packed-file.ts";
import type { Preprocessing } from "../../graph/preprocessing.ts";
import type { Image } from "../../image/image.ts";
import { type PictureStore, openResizing, toImage } from "../pixel-store.ts";
import { centreCrop } from "../to-planes.ts";
import { packKey } from "../pack-key.ts";

/** Photos on the disk, small and decoded: memory does not grow with their number beyond 8 bytes each. */
export interface PhotoPack extends PictureStore, AsyncDisposable {
  imageAt(row: number, options?: { signal?: AbortSignal | undefined }): Promise<Image>;
}

/** Where the pack lies and what it is made with. */
export interface PhotoPackOptions extends WorkOptions {
  readonly engine: Engine;
  /** The folder of packs. */
  readonly folder: string;
  /** Of the network: the short side is what photos are kept at. */
  readonly preprocessing: Preprocessing;
}

/** Of a photo longer than this many times its width the middle is kept: a panorama is no reason for a large record. */
const longestAspect = 2;

/**
 * Photos as training wants them: decoded from their files when they are first asked for, resized to the network's short
 * side by the very graph that prediction uses, and kept in one packed file, so that they are decoded once and not in
 * every epoch. 12 kB a photo at 64 pixels. Throws E_DISK_FULL, E_FILE; a photo that can no longer be read throws what
 * `readPicture` throws.
 */
export async function openPhotoPack(
  photos: readonly Picture[],
  { folder, preprocessing, engine, signal }: PhotoPackOptions,
): Promise<PhotoPack> {
  const side = preprocessing.width;
  const sizeOf = (row: number): Size => keptSize(photos[row]!, side);
  const lengths = Float64Array.from(photos.keys(), (row) => 3 * sizeOf(row).width * sizeOf(row).height);
  const path = join(folder, `${packKey(photos, { kind: "pixels", preprocessing })}.pixels`);
  const pack = await openPackedFile(path, lengths);
  let resizing: Promise<Session> | null = null;
  const work: DecodeWork = {
    side,
    pack,
    resizing: () => (resizing ??= openResizing(preprocessing, { engine, signal })),
  };
  return {
    preprocessing,
    imageAt: async (row, options = {}) => {
      const size = sizeOf(row);
      const kept = await pack.read(row);
      if (kept !== null) return { ...size, data: kept };
      const image = await decode(photos[row]!, size, { ...work, ...options });
      await pack.write(row, image.data);
      return image;
    },
    [Symbol.asyncDispose]: async () => {
      await (await resizing)?.[Symbol.asyncDispose]();
      await pack[Symbol.asyncDispose]();
    },
  };
}

type Size = Pick<Image, "width" | "height">;

interface DecodeWork {
  readonly side: number;
  readonly pack: PackedFile;
  /** Opened when the first photo of another size comes. */
  resizing(): Promise<Session>;
}

/** Short side as wanted, the long one in proportion, truncated as the preprocessing graph does, and cut. */
function keptSize({ width, height }: Size, side: number): Size {
  const short = Math.min(width, height);
  const kept = (length: number): number =>
    Math.min(longestAspect * side, Math.floor((length * side) / short));
  return { width: kept(width), height: kept(height) };
}

async function decode(
  photo: Picture,
  size: Size,
  { side, resizing, signal }: DecodeWork & { signal?: AbortSignal | undefined },
): Promise<Image> {
  const pixels = await readPicture(photo, { signal });
  const [height, width] = pixels.dims as [number, number, number];
  if (Math.min(width, height) === side) return centreCrop({ width, height, data: pixels.bytes }, size);
  const session = await resizing();
  const { pixel_values: resized } = await session.run({ image: pixels }, { signal });
  return centreCrop(toImage(resized!), size);
}
