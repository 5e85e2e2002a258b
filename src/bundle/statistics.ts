import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { PipelineRecord } from "../classifiers/pipeline.ts";
import type { ClassTally, TallyDetail } from "../classifiers/statistics/class-tally.ts";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "../files/safetensors.ts";
import { partOf, prefixed } from "../graph/named-tensors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { readBundleRecord } from "./load-model.ts";
import { restoreTallies, tallyState } from "./tally-state.ts";

/** The file in a model folder by which it is updated without its photos: what the rows of each class left behind. */
export const statisticsFile = "statistics.safetensors";

/** How a model that can be updated exactly came to be: transforms and hyper-parameters, which are held, and the classes' sums. */
export interface Statistics {
  readonly pipeline: PipelineRecord;
  /** Of the transforms: `transforms.0.offset`, ... */
  readonly transforms: ReadonlyMap<string, Tensor>;
  readonly detail: TallyDetail;
  /** In the order of the model's labels; null where they would be too large to carry, and the memory has to do. */
  readonly tallies: readonly ClassTally[] | null;
}

/** The file's bytes. */
export function encodeStatistics({ pipeline, transforms, detail, tallies }: Statistics): Uint8Array {
  const tensors = new Map<string, StoredTensor>([
    ...(transforms as ReadonlyMap<string, Tensor & { type: "float32" }>),
    ...(tallies === null ? [] : prefixed(tallyState(tallies), "classes.")),
  ]);
  const metadata = new Map([
    ["pipeline", JSON.stringify(pipeline)],
    ["statistics", JSON.stringify({ format: 1, detail })],
  ]);
  return encodeSafetensors(tensors, metadata);
}

/** What a model folder can be updated exactly from; null where it has none. Throws E_BUNDLE where the file is damaged. */
export async function readStatistics(folder: string): Promise<Statistics | null> {
  const record = await readBundleRecord(folder);
  if (!(statisticsFile in record.files)) return null;
  const path = join(folder, statisticsFile);
  try {
    return decodeStatistics(await readFile(path), record.labels.length);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RootstockError("E_BUNDLE", `${JSON.stringify(path)}: ${reason}`, {
      hint: "Copy the model folder again; `rootstock verify` names what is damaged.",
      cause,
    });
  }
}

function decodeStatistics(bytes: Uint8Array, classCount: number): Statistics {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const about = JSON.parse(metadata.get("statistics") ?? "{}") as { format?: number; detail: TallyDetail };
  if (about.format !== 1)
    throw new RootstockError("E_BUNDLE", `expected statistics of format 1, got ${about.format}.`);
  const classes = partOf(tensors, "classes.");
  const tallies = classes.size === 0 ? null : restoreTallies(classes, about.detail);
  if (tallies !== null && tallies.length !== classCount)
    throw new RootstockError("E_BUNDLE", `expected ${classCount} classes, got ${tallies.length}.`);
  return {
    pipeline: JSON.parse(metadata.get("pipeline")!) as PipelineRecord,
    transforms: new Map([...tensors].filter(([name]) => name.startsWith("transforms."))),
    detail: about.detail,
    tallies,
  };
}
