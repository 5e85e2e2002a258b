import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BundleRecord } from "../../bundle/bundle-record.ts";
import { readBundleRecord } from "../../bundle/load-model.ts";
import { type Memory, readMemory } from "../../bundle/memory.ts";
import { type Statistics, readStatistics } from "../../bundle/statistics.ts";
import { readTrainingHashes } from "../../bundle/training-hashes.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { Model } from "../../graph/graph.ts";
import { decodeModel } from "../../graph/onnx/decode-model.ts";

/** A model folder with all that a new version is made from. */
export interface OpenedModel {
  readonly folder: string;
  readonly record: BundleRecord;
  /** Digest of the record, which names this version. */
  readonly version: string;
  readonly memory: Memory | null;
  readonly statistics: Statistics | null;
  /** sha256 of its training photos; null where its folder does not tell. */
  readonly hashes: ReadonlySet<string> | null;
  readonly network: Model;
}

/** Opens a model folder for an update. Throws E_BUNDLE where it is none, or a file in it is damaged. */
export async function openForUpdate(folder: string): Promise<OpenedModel> {
  const record = await readBundleRecord(folder);
  const [version, memory, statistics, hashes, bytes] = await Promise.all([
    hashFile(join(folder, "rootstock.json")),
    readMemory(folder),
    readStatistics(folder),
    readTrainingHashes(folder, record),
    readFile(join(folder, "onnx", "model.onnx")),
  ]);
  return { folder, record, version, memory, statistics, hashes, network: decodeModel(bytes) };
}
