import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Matrix, createMatrix } from "../../src/base/matrix.ts";
import { cacheFolder } from "../../src/files/cache-folder.ts";
import { decodeSafetensors } from "../../src/files/safetensors.ts";
import { features } from "../../src/workflow/features.ts";

/** Features of photos with their class indices, −1 where there is none. */
export interface LabelledSet {
  readonly features: Matrix;
  readonly labels: Int32Array;
}

/** Flowers of five classes, and what is foreign to them: ants and bees, and photos of 200 other things. */
export interface PhotoFeatures {
  readonly flowers: LabelledSet;
  readonly insects: LabelledSet;
  readonly others: LabelledSet;
}

const backbone = "../shared/weights/mobilenetv2_features.onnx";
const folder = join(cacheFolder(process.env), "bench", "inbox");

/** The features of the three sets by MobileNetV2 (1,280 columns), written once by the library. */
export async function readPhotoFeatures(): Promise<PhotoFeatures> {
  const [flowers, insects, others] = [
    await readSet("flowers"),
    await readSet("hymenoptera"),
    await readSet("imagenet-sanity"),
  ];
  return { flowers, insects, others };
}

async function readSet(name: string): Promise<LabelledSet> {
  const file = join(folder, `${name}.safetensors`);
  await mkdir(folder, { recursive: true });
  if (!existsSync(file))
    await features(`../shared/data/${name}`, { backbones: [backbone], out: file }).result;
  const { tensors } = decodeSafetensors(await readFile(file));
  const [matrix, labels] = [tensors.get("features")!, tensors.get("labels")!];
  return {
    features: createMatrix(
      matrix.dims[0]!,
      matrix.dims[1]!,
      new Float32Array(Uint8Array.from(matrix.bytes).buffer),
    ),
    labels: new Int32Array(Uint8Array.from(labels.bytes).buffer),
  };
}
