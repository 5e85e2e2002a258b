import { mapInOrder } from "../base/concurrency.ts";
import type { WorkOptions } from "../base/events.ts";
import { createRandom } from "../base/random.ts";
import type { Engine, Session } from "../engine/engine.ts";
import type { ImageSource } from "../features/features.ts";
import { prepareImage } from "../features/prepare-image.ts";
import { createModel } from "../graph/create-model.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { type Tensor, asFloat32 } from "../graph/tensor.ts";
import { type Augmentation, augment } from "../image/augment.ts";
import type { Image } from "../image/image.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { centreCrop, pixelTable, toPlanes } from "./to-planes.ts";
import { work } from "../words/fact.ts";

/** Pictures that were decoded and resized, wherever they are kept: what augmented views are cut from. */
export interface PictureStore {
  readonly preprocessing: Preprocessing;
  /** The picture of a row, resized, not yet cropped. */
  imageAt(row: number, options?: { signal?: AbortSignal | undefined }): Image | Promise<Image>;
}

/** Pictures decoded and resized once, held as bytes. */
export interface PixelStore extends PictureStore {
  imageAt(row: number): Image;
}

/** Pictures decoded at a time. */
const decodedAtATime = 8;

/**
 * Decodes every picture and resizes it as the network wants it, by the very graph that prediction uses.
 * Memory: about 260 kB a picture at 224 pixels. Throws what `prepareImage` throws, for the first picture that fails.
 */
export async function openPixelStore(
  pictures: readonly ImageSource[],
  preprocessing: Preprocessing,
  { engine, signal, report }: WorkOptions & { engine: Engine },
): Promise<PixelStore> {
  await using session = await openResizing(preprocessing, { engine, signal });
  const images: Image[] = [];
  const prepare = async (picture: ImageSource): Promise<Image> =>
    toImage(await prepareImage(picture, session, { signal }));
  for await (const image of mapInOrder(pictures, decodedAtATime, prepare)) {
    signal?.throwIfAborted();
    images.push(image);
    const done = images.length;
    if (done % 16 === 0 || done === pictures.length)
      report?.({ type: "progress", ...work("pictures"), done, total: pictures.length, unit: "images" });
  }
  return { preprocessing, imageAt: (row) => images[row]! };
}

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
