import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import type { PipelineRecord } from "../classifiers/pipeline.ts";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "../files/safetensors.ts";
import { bytesOf } from "../graph/tensor.ts";
import { readBundleRecord } from "./load-model.ts";

/** The file in a model folder that holds what it learnt from: features and scores of each photo, never a pixel. */
export const memoryFile = "memory.safetensors";

/**
 * The same of a trained network, in a file of its own: its features are those of the delivered network, which was trained on
 * these very photos. They serve to train its head again; what novelty and drift are measured by they cannot be.
 */
export const replayFile = "replay.safetensors";

/** Where the scores come from: folds of the comparison, inner folds of one training, or there are none. */
export type MemoryScores = "outer folds" | "inner folds" | "none";

/** What a model remembers of the photos that it learnt from. Its first four are what most readers want. */
export interface Memory {
  /** sha256 of each photo; a photo that was there twice has two rows. Shape: N. */
  readonly hashes: readonly string[];
  /** What goes into the classifier before its transforms. Shape: N x D. */
  readonly features: Matrix;
  /** Class index of each row, in the order of the model's labels. Shape: N. */
  readonly labels: Int32Array;
  /** Of each row by a fit that did not see it, temperature applied; a row of NaN where there is none. Shape: N x K. */
  readonly logits: Matrix;
  readonly scores: MemoryScores;
  /** How features become logits: what a fit anew begins from. */
  readonly pipeline: PipelineRecord;
  /** Photos that it learnt from too and that the draw left out: hash and label alone. */
  readonly others: { readonly hashes: readonly string[]; readonly labels: Int32Array };
  /** How the rows were drawn where there were more than `limit`. */
  readonly draw: { readonly limit: number; readonly seed: number };
}

/** The file's bytes: `features`, `labels`, `logits`, `other_photos`, `other_labels`; metadata `photos` (JSON) and `memory`. */
export function encodeMemory({ hashes, features, labels, logits, others, ...about }: Memory): Uint8Array {
  const tensors = new Map<string, StoredTensor>([
    ["features", matrix32(features)],
    ["logits", matrix32(logits)],
    ["labels", integers(labels)],
    ["other_labels", integers(others.labels)],
    ["other_photos", { type: "uint8", dims: [others.hashes.length, 32], bytes: hashBytes(others.hashes) }],
  ]);
  const metadata = new Map([
    ["photos", JSON.stringify(hashes)],
    ["memory", JSON.stringify({ format: 1, ...about })],
  ]);
  return encodeSafetensors(tensors, metadata);
}

/**
 * What a model folder remembers of its training photos; null where it has no memory: made with `--no-memory`, by an
 * earlier version, or by training a network. Throws E_BUNDLE where the folder is no model folder or the file is damaged.
 */
export async function readMemory(folder: string): Promise<Memory | null> {
  return await readFrom(folder, memoryFile);
}

/** What a trained network's folder keeps to train its head again; null where it keeps nothing. Throws as `readMemory`. */
export async function readReplay(folder: string): Promise<Memory | null> {
  return await readFrom(folder, replayFile);
}

async function readFrom(folder: string, file: string): Promise<Memory | null> {
  const record = await readBundleRecord(folder);
  if (!(file in record.files)) return null;
  const path = join(folder, file);
  try {
    return decodeMemory(await readFile(path), record.labels.length);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RootstockError("E_BUNDLE", `${JSON.stringify(path)}: ${reason}`, {
      hint: "Copy the model folder again; `rootstock verify` names what is damaged.",
      cause,
    });
  }
}

function decodeMemory(bytes: Uint8Array, classCount: number): Memory {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const hashes = JSON.parse(metadata.get("photos") ?? "[]") as string[];
  const { format, ...about } = JSON.parse(metadata.get("memory") ?? "{}") as { format?: number } & Pick<
    Memory,
    "scores" | "draw" | "pipeline"
  >;
  if (format !== 1) throw damaged("memory format 1", String(format));
  const floats = (name: string): Matrix => {
    const { dims, bytes: data } = required(tensors, name, "float32", 2);
    return createMatrix(dims[0]!, dims[1]!, new Float32Array(aligned(data).buffer));
  };
  const whole = (name: string): Int32Array =>
    new Int32Array(aligned(required(tensors, name, "int32", 1).bytes).buffer);
  const [features, logits, labels] = [floats("features"), floats("logits"), whole("labels")];
  const others = {
    hashes: hashesOf(required(tensors, "other_photos", "uint8", 2).bytes),
    labels: whole("other_labels"),
  };
  const rows = [features.rows, logits.rows, labels.length];
  if (rows.some((count) => count !== hashes.length))
    throw damaged(`${hashes.length} rows everywhere`, rows.join(", "));
  if (others.hashes.length !== others.labels.length || logits.columns !== classCount)
    throw damaged(`${classCount} classes`, `${logits.columns}`);
  return { hashes, features, labels, logits, others, ...about };
}

function required(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  type: StoredTensor["type"],
  rank: number,
): StoredTensor {
  const tensor = tensors.get(name);
  if (tensor?.type === type && tensor.dims.length === rank) return tensor;
  throw damaged(`tensor "${name}" of ${type}`, tensor === undefined ? "none" : tensor.type);
}

function damaged(expected: string, got: string): RootstockError {
  return new RootstockError("E_BUNDLE", `expected ${expected}, got ${got}.`);
}

function matrix32({ rows, columns, data }: Matrix): StoredTensor {
  return { type: "float32", dims: [rows, columns], bytes: bytesOf(data) };
}

function integers(values: Int32Array): StoredTensor {
  return { type: "int32", dims: [values.length], bytes: bytesOf(values) };
}

/** A copy that begins at an address of its own. */
function aligned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

function hashBytes(hashes: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(hashes.join(""), "hex"));
}

function hashesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString("hex");
  return Array.from({ length: bytes.length / 32 }, (_, i) => text.slice(64 * i, 64 * (i + 1)));
}
