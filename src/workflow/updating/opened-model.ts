import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BundleRecord } from "../../bundle/bundle-record.ts";
import { readBundleRecord } from "../../bundle/load-model.ts";
import { type Memory, readMemory, readReplay } from "../../bundle/memory.ts";
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
  /** Of a trained network what its head can be trained again from. */
  readonly memory: Memory | null;
  /** Whether its network was trained on its photos, so that its features are its own and have seen them. */
  readonly isTrained: boolean;
  readonly statistics: Statistics | null;
  /** sha256 of its training photos; null where its folder does not tell. */
  readonly hashes: ReadonlySet<string> | null;
  readonly network: Model;
}

/** Opens a model folder for an update. Throws E_BUNDLE where it is none, or a file in it is damaged. */
export async function openForUpdate(folder: string): Promise<OpenedModel> {
  const record = await readBundleRecord(folder);
  const [version, memory, replay, statistics, hashes, bytes] = await Promise.all([
    hashFile(join(folder, "rootstock.json")),
    readMemory(folder),
    readReplay(folder),
    readStatistics(folder),
    readTrainingHashes(folder, record),
    readFile(join(folder, "onnx", "model.onnx")),
  ]);
  return {
    folder,
    record,
    version,
    memory: memory ?? replay,
    isTrained: replay !== null,
    statistics,
    hashes,
    network: decodeModel(bytes),
  };
}
