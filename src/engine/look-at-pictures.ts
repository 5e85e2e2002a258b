import { RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Tensor, asFloat32 } from "../graph/tensor.ts";
import { lookAtImage } from "../image/look-at-image.ts";
import type { Feeds } from "./engine.ts";
import type { PictureFile, SeenPicture } from "./picture-file.ts";
import { pictureTensor, readPicture } from "./read-picture.ts";

/** A network that takes pictures: one input uint8 [H, W, 3] for each of a batch, one output float32 [N, D]. */
export interface PictureNetwork {
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly { readonly name: string }[];
  /** D. */
  readonly columns: number;
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
}

/** A picture that was read: its pixels where the network is to see them. */
export type ReadPicture = SeenPicture & { readonly image?: Tensor };

/**
 * Reads and decodes pictures, one a place of the network, all at once. What is wrong with one is its `error`.
 * `known`: hashes of pictures whose values nobody needs. Throws the signal's reason alone.
 */
export async function readPictures(
  pictures: readonly PictureFile[],
  options: Pick<WorkOptions, "signal"> & { readonly known?: ReadonlySet<string> } = {},
): Promise<ReadPicture[]> {
  return await Promise.all(pictures.map((picture) => readOrExplain(picture, options)));
}

/**
 * What a network makes of pictures that were read, in their order. One that it cannot take (of another size, or too
 * large for the memory) fails alone, and so does one that it gives no finite numbers for. Throws an abort alone.
 */
export async function seePictures(
  read: readonly ReadPicture[],
  network: PictureNetwork,
  options: Pick<WorkOptions, "signal"> = {},
): Promise<SeenPicture[]> {
  const images = read.flatMap(({ image }) => image ?? []);
  const seen = images.length === 0 ? [] : await runOrExplain(images, network, options);
  return read.map(({ image, ...picture }) =>
    image === undefined ? picture : { ...picture, ...seen.shift()! },
  );
}

async function readOrExplain(
  picture: PictureFile,
  { signal, known }: Pick<WorkOptions, "signal"> & { readonly known?: ReadonlySet<string> },
): Promise<ReadPicture> {
  try {
    signal?.throwIfAborted();
    const { path, sha256 } = picture;
    if (sha256 !== null) return { image: await readPicture({ path, sha256 }, { signal }) };
    return await scanPicture(picture, { signal, known });
  } catch (error) {
    if (error instanceof Postponed) return { size: error.size };
    if (signal?.aborted || isAbort(error)) throw error;
    return { error: toErrorRecord(error) };
  }
}

async function scanPicture(
  { path, subject, postponeAbove = Infinity }: PictureFile,
  { signal, known }: Pick<WorkOptions, "signal"> & { readonly known?: ReadonlySet<string> | undefined },
): Promise<ReadPicture> {
  const { facts, image } = await lookAtImage(path, {
    subject,
    signal,
    admit: async ({ width, height }, decode) => {
      if (width * height > postponeAbove) throw new Postponed({ width, height });
      return await decode();
    },
  });
  return known?.has(facts.sha256) ? { facts } : { facts, image: pictureTensor(image) };
}

/** Thrown through the look at a picture that is too large for now. */
class Postponed extends Error {
  readonly size: { readonly width: number; readonly height: number };

  constructor(size: { readonly width: number; readonly height: number }) {
    super("postponed");
    this.size = size;
  }
}

type Values = Pick<SeenPicture, "values" | "error">;

async function runOrExplain(
  images: readonly Tensor[],
  network: PictureNetwork,
  options: Pick<WorkOptions, "signal">,
): Promise<Values[]> {
  try {
    return await runBatch(images, network);
  } catch (error) {
    if (options.signal?.aborted || isAbort(error)) throw error;
    if (images.length === 1) return [{ error: toErrorRecord(error) }];
    const alone: Values[] = [];
    for (const image of images) alone.push(...(await runOrExplain([image], network, options)));
    return alone;
  }
}

/** Places in the batch that no picture fills repeat the first one. */
async function runBatch(
  images: readonly Tensor[],
  { inputs, outputs, columns, run }: PictureNetwork,
): Promise<Values[]> {
  const places = inputs.map(({ name }, i) => [name, images[i] ?? images[0]!] as const);
  const result = (await run(Object.fromEntries(places)))[outputs[0]!.name]!;
  if (result.dims[1] !== columns)
    throw new RootstockError("E_SHAPE", `features: expected ${columns} a picture, got ${result.dims[1]}.`, {
      hint: "Resize or crop in the card's preprocessing, or pool the layer.",
    });
  const values = asFloat32(result);
  return images.map((_, i) => requireFinite(values.slice(i * columns, (i + 1) * columns)));
}

/** A network that overflows on a picture has no features for it, and a classifier must not be fitted on NaN. */
function requireFinite(values: Float32Array): Values {
  if (values.every(Number.isFinite)) return { values };
  const message = "features: expected finite numbers, got NaN or infinity from the network.";
  return { error: toErrorRecord(new RootstockError("E_NAN", message)) };
}
