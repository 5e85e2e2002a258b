import { join } from "node:path";
import { mapInOrder } from "../base/concurrency.ts";
import type { WorkOptions } from "../base/events.ts";
import { createRandom } from "../base/random.ts";
import type { Engine, Session } from "../engine/engine.ts";
import type { ImageSource } from "../features/features.ts";
import { prepareImage } from "../features/prepare-image.ts";
import { type PackedFile, openPackedFile } from "../files/packed-file.ts";
import { folderUntilExit } from "../files/temporary-folder.ts";
import { createModel } from "../graph/create-model.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { type Tensor, asFloat32 } from "../graph/tensor.ts";
import { type Augmentation, augment } from "../image/augment.ts";
import type { Image } from "../image/image.ts";
import { inspectImage } from "../image/inspect-image.ts";
import { readImageFile } from "../image/read-image-file.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { packKey } from "./pack-key.ts";
import { openOnce, shareOpen } from "./share-open.ts";
import { centreCrop, pixelTable, toPlanes } from "./to-planes.ts";
import { work } from "../words/fact.ts";

/** Pictures that were decoded and resized, wherever they are kept: what augmented views are cut from. */
export interface PictureStore {
  readonly preprocessing: Preprocessing;
  /** The picture of a row, resized, not yet cropped. */
  imageAt(row: number, options?: { signal?: AbortSignal | undefined }): Promise<Image>;
}

/** Pictures decoded at a time. */
const decodedAtATime = 8;

/** On what pictures are resized, and where they are kept. */
export interface PixelStoreOptions extends WorkOptions {
  readonly engine: Engine;
  /** The cache's folder; null: in the system's place for temporary files, until the process ends. */
  readonly cache: string | null;
}

/**
 * Decodes every picture and resizes it as the network wants it, by the very graph that prediction uses; kept in one
 * packed file, from which training reads, so that memory does not grow with their number. About 260 kB a picture at 224
 * pixels on the disk; a run that is stopped goes on where it was, and the next one finds them all.
 * Throws E_DISK_FULL, E_FILE, and what `prepareImage` throws, for the first picture that fails.
 */
export async function openPixelStore(
  pictures: readonly ImageSource[],
  preprocessing: Preprocessing,
  { engine, cache, signal, report }: PixelStoreOptions,
): Promise<PictureStore> {
  const photos = await withSizes(pictures, signal);
  const sizes = photos.map((photo) => resizedSize(photo, preprocessing));
  const folder = cache === null ? await folderUntilExit("pictures") : join(cache, "pictures");
  const path = join(folder, `${packKey(photos, { kind: "resized", preprocessing })}.pixels`);
  const lengths = Float64Array.from(sizes, ({ width, height }) => 3 * width * height);
  const withPack = shareOpen(async () => await openPackedFile(path, lengths));
  const resize = async (row: number, session: Session): Promise<Image> =>
    toImage(await prepareImage(photos[row]!, session, { signal }));
  const kept = async (row: number, pack: PackedFile, session: () => Promise<Session>): Promise<Image> => {
    const data = await pack.read(row);
    if (data !== null) return { ...sizes[row]!, data };
    const image = await resize(row, await session());
    await pack.write(row, image.data);
    return image;
  };
  await withPack(async (pack) => {
    await using resizing = openOnce(async () => await openResizing(preprocessing, { engine, signal }));
    let done = 0;
    for await (const _ of mapInOrder(photos.keys(), decodedAtATime, (row) =>
      kept(row, pack, resizing.open),
    )) {
      signal?.throwIfAborted();
      done += 1;
      if (done % 16 === 0 || done === photos.length)
        report?.({ type: "progress", ...work("pictures"), done, total: photos.length, unit: "images" });
    }
  });
  return {
    preprocessing,
    imageAt: async (row) =>
      await withPack(async (pack) => {
        await using again = openOnce(async () => await openResizing(preprocessing, { engine }));
        return await kept(row, pack, again.open);
      }),
  };
}

/** Sizes that nobody has told, from the files' headers. */
async function withSizes(
  pictures: readonly ImageSource[],
  signal: AbortSignal | undefined,
): Promise<Required<ImageSource>[]> {
  const sized: Required<ImageSource>[] = [];
  const look = async (picture: ImageSource): Promise<Required<ImageSource>> => {
    const { path, sha256, width, height } = picture;
    if (width !== undefined && height !== undefined) return { path, sha256, width, height };
    const bytes = await readImageFile(path, { signal });
    const header = await inspectImage(bytes, { subject: JSON.stringify(path) });
    return { path, sha256, width: header.width, height: header.height };
  };
  for await (const picture of mapInOrder(pictures, decodedAtATime, look)) sized.push(picture);
  return sized;
}

/** What `openResizing` makes of a picture: the short side as wanted, the long one in proportion, truncated. */
function resizedSize({ width, height }: Size, { resize: rule, ...wanted }: Preprocessing): Size {
  if (rule.kind === "none") return { width, height };
  if (rule.kind === "exact") return { width: wanted.width, height: wanted.height };
  const kept = (length: number): number => Math.floor((length * rule.size) / Math.min(width, height));
  return { width: kept(width), height: kept(height) };
}

type Size = Pick<Image, "width" | "height">;

/** The resize of a preprocessing alone: uint8 [H, W, 3] -> [1, 3, h, w], whole numbers 0 to 255. */
export async function openResizing(
  preprocessing: Preprocessing,
  { engine, signal }: WorkOptions & { engine: Engine },
): Promise<Session> {
  const plain = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1], colour: "rgb", crop: "none" } as const;
  const resizing = createModel(preprocessingGraph({ ...preprocessing, ...plain }));
  return await engine.load(resizing, { threading: "apart", memory: "returned", signal });
}

/**
 * The store's pictures as a network's examples: with an epoch a fresh variation of each, decided by seed, epoch and row;
 * without one the plain picture, equal to the bit to what the preprocessing graph gives. Shapes: n rows -> n x 3 x h x w.
 */
export function pixelSource(
  { preprocessing, ...store }: PictureStore,
  { augmentation, seed }: { augmentation: Augmentation; seed: number },
): ExampleSource {
  const { width, height } = preprocessing;
  const table = pixelTable(preprocessing);
  const size = 3 * width * height;
  return {
    dims: [3, height, width],
    load: async (rows, epoch, { signal } = {}) => {
      const out = new Float32Array(rows.length * size);
      const load = async (row: number): Promise<Image> => await store.imageAt(row, { signal });
      let i = 0;
      for await (const image of mapInOrder(rows, decodedAtATime, load)) {
        const row = rows[i]!;
        if (i % 8 === 0) await breathe(signal);
        const view =
          epoch === null
            ? centreCrop(image, preprocessing)
            : augment(image, preprocessing, {
                random: createRandom(seed).fork(`epoch ${epoch} row ${row}`),
                with: augmentation,
              });
        toPlanes(view, table, out.subarray(i * size, (i + 1) * size));
        i += 1;
      }
      return out;
    },
  };
}

/** Lets events through between pictures. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** What `openResizing` gives as a picture. Shapes: float32 [1, 3, h, w] of whole numbers 0 to 255 -> h x w x 3. */
export function toImage(tensor: Tensor): Image {
  const [, , height, width] = tensor.dims as [number, number, number, number];
  const values = asFloat32(tensor);
  const data = new Uint8Array(values.length);
  const plane = height * width;
  for (let i = 0; i < plane; i += 1)
    for (let channel = 0; channel < 3; channel += 1) data[3 * i + channel] = values[channel * plane + i]!;
  return { width, height, data };
}
