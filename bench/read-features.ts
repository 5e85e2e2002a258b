import { readFile } from "node:fs/promises";
import { type Matrix, createMatrix } from "../src/base/matrix.ts";
import { decodeSafetensors } from "../src/files/safetensors.ts";

/** Features with the class index of each row. */
export interface LabelledSet {
  readonly features: Matrix;
  readonly labels: Int32Array;
}

/** A file that `rootstock features` wrote. */
export async function readFeatures(file: string): Promise<LabelledSet> {
  const { tensors } = decodeSafetensors(await readFile(file));
  const { dims, bytes } = tensors.get("features")!;
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  const labels = new Int32Array(Uint8Array.from(tensors.get("labels")!.bytes).buffer);
  return { features: createMatrix(dims[0]!, dims[1]!, values), labels };
}
