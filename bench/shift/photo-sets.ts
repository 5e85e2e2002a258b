import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { openBackbone } from "../../src/backbones/open-backbone.ts";
import { type Matrix, createMatrix } from "../../src/base/matrix.ts";
import { type Manifest, classIndices } from "../../src/data/manifest.ts";
import { readManifest } from "../../src/data/read-manifest.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { extractFeatures } from "../../src/features/extract-features.ts";
import type { ImageSource } from "../../src/features/features.ts";
import { cacheFolder } from "../../src/files/cache-folder.ts";
import { hashBytes } from "../../src/files/hash-file.ts";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "../../src/files/safetensors.ts";
import { numbersOf } from "../../src/graph/tensor.ts";
import { decodeImage } from "../../src/image/decode.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { type Alteration, alterations } from "./alter-photos.ts";

/** Features of a set of photos. */
export interface PhotoSet {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Shape: N. */
  readonly labels: Int32Array;
  /** Pixels across. Shape: N. */
  readonly widths: Int32Array;
}

const data = "../shared/data";
const folder = join(cacheFolder(process.env), "bench", "shift");
/** Altered photos a class: the others of the class stay to be compared with. */
const alteredPerClass = 80;

/** The sets by name: what lies in a folder, and what is done to it. */
const sources = {
  flowers: { path: "flowers" },
  hymenoptera: { path: "hymenoptera" },
  blur: { path: "flowers", alter: alterations.blur },
  cast: { path: "flowers", alter: alterations.cast },
} as const satisfies Record<string, { path: string; alter?: Alteration }>;
/** The name of a set. */
export type SetName = keyof typeof sources;

/**
 * A set's features by a backbone, made once and kept. Of an altered set the first photos of each class alone, so that row i
 * of it is the altered photo of row `alteredRows(labels)[i]` of the plain one.
 */
export async function photoSet(name: SetName, backbone: string, engine: Engine): Promise<PhotoSet> {
  const file = join(folder, `${basename(backbone)}-${name}.safetensors`);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, await extractSet(name, backbone, engine));
  }
  const { tensors } = decodeSafetensors(await readFile(file));
  const [rows, columns] = tensors.get("features")!.dims as [number, number];
  const numbers = (key: string): Float32Array => Float32Array.from(numbersOf(tensors.get(key)!));
  return {
    features: createMatrix(rows, columns, numbers("features")),
    labels: Int32Array.from(numbers("labels")),
    widths: Int32Array.from(numbers("widths")),
  };
}

/** Rows of the plain set that the altered sets hold. */
export function alteredRows(labels: Int32Array): Int32Array {
  const seen = new Map<number, number>();
  return Int32Array.from(labels.keys()).filter((row) => {
    const count = (seen.get(labels[row]!) ?? 0) + 1;
    seen.set(labels[row]!, count);
    return count <= alteredPerClass;
  });
}

async function extractSet(name: SetName, backbone: string, engine: Engine): Promise<Uint8Array> {
  const { path, alter }: { path: string; alter?: Alteration } = sources[name];
  const manifest = await readManifest(join(data, path));
  const labels = classIndices(manifest);
  const rows = alter === undefined ? Int32Array.from(labels.keys()) : alteredRows(labels);
  const scratch = await mkdtemp(join(tmpdir(), "shift-"));
  try {
    const plain = imagesOf(manifest, rows);
    const images = alter === undefined ? plain : await writeAltered(plain, scratch, alter);
    const options = { engine, cache: null };
    const { matrix, failed } = await extractFeatures(images, await openBackbone(backbone), options);
    if (failed.length > 0) throw new Error(failed[0]!.error.message);
    const column = (values: readonly number[]) => stored([rows.length], Float32Array.from(values));
    return encodeSafetensors(
      new Map([
        ["features", stored([matrix.rows, matrix.columns], matrix.data)],
        ["labels", column(Array.from(rows, (row) => labels[row]!))],
        ["widths", column(Array.from(rows, (row) => manifest.rows[row]!.width))],
      ]),
    );
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function stored(dims: readonly number[], { buffer, byteOffset, byteLength }: Float32Array): StoredTensor {
  return { type: "float32", dims, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

function imagesOf({ root, rows: listed }: Manifest, rows: Int32Array): ImageSource[] {
  return Array.from(rows, (row) => ({ ...listed[row]!, path: join(root, listed[row]!.path) }));
}

/** The altered photos as PNG, which adds no shift of its own. */
async function writeAltered(
  images: readonly ImageSource[],
  into: string,
  alter: Alteration,
): Promise<ImageSource[]> {
  const written: ImageSource[] = [];
  for (const [i, image] of images.entries()) {
    const bytes = await encodePng(alter(await decodeImage(image.path)));
    const path = join(into, `${i}.png`);
    await writeFile(path, bytes);
    written.push({ ...image, path, sha256: hashBytes(bytes) });
  }
  return written;
}
