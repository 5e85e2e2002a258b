import { type Matrix, argmax, createMatrix, rowOf } from "../../base/matrix.ts";
import { drawMemory } from "../../bundle/draw-memory.ts";
import type { Memory } from "../../bundle/memory.ts";
import type { Statistics } from "../../bundle/statistics.ts";
import type { UpdateKind, UpdateStart } from "../../bundle/bundle-record.ts";
import type { PipelineRecord } from "../../classifiers/pipeline.ts";
import type { Choice } from "../../evaluate/method.ts";
import type { Graph } from "../../graph/graph.ts";
import type { KnownPhoto } from "./known-photos.ts";
import { logitRows } from "./known-photos.ts";

/** A photo of a new version, under its class of now. */
export interface VersionPhoto extends KnownPhoto {
  readonly label: string;
}

/** What a new version of a model is. */
export interface NewVersion {
  readonly kind: UpdateKind;
  /** How the solver of a fit anew began; null where none was. */
  readonly start: UpdateStart | null;
  /** Steps that the solver took; null where it counts none. */
  readonly steps: number | null;
  /** Sorted, each with at least one photo. */
  readonly labels: readonly string[];
  readonly classCounts: readonly number[];
  /** `features` -> `logits` in the order of `labels`. */
  readonly classifier: Graph;
  readonly chosen: Choice;
  readonly memory: Memory | null;
  readonly statistics: Statistics | null;
  /** How photos that were there before fare with the model before and with this one; null where none is remembered. */
  readonly oldPhotos: OldPhotos | null;
}

/** Accuracy on photos that the model had learnt from before, and still has. */
export interface OldPhotos {
  readonly photos: number;
  readonly before: number;
  readonly after: number;
  /** `held out`: by fits that had not seen the photo; `seen`: both models had learnt from it. */
  readonly scores: "held out" | "seen";
}

/** Photos as rows with their features, and their class among `labels`. Shapes: n x D, n. */
export function rowsOf(
  photos: readonly VersionPhoto[],
  labels: readonly string[],
  dimensions: number,
): { features: Matrix; labels: Int32Array } {
  const features = createMatrix(photos.length, dimensions);
  photos.forEach(({ features: row }, i) => features.data.set(row!, i * dimensions));
  const index = new Map(labels.map((label, k) => [label, k]));
  return { features, labels: Int32Array.from(photos, ({ label }) => index.get(label)!) };
}

/** The memory of a version; those without features are remembered by hash and class. */
export function memoryOf(
  photos: readonly VersionPhoto[],
  version: {
    readonly labels: readonly string[];
    readonly pipeline: PipelineRecord;
    readonly before: Memory;
    /** Held out, of the photos that have features; default: what they had. */
    readonly logits?: Matrix | undefined;
  },
): Memory {
  const { labels, pipeline, before } = version;
  const known = photos.filter(({ features }) => features !== null);
  const bare = photos.filter(({ features }) => features === null);
  const { columns } = before.features;
  return drawMemory(
    {
      hashes: known.map(({ sha256 }) => sha256),
      ...rowsOf(known, labels, columns),
      logits: version.logits ?? logitRows(known, labels),
      classCount: labels.length,
      scores: version.logits === undefined ? before.scores : "inner folds",
      pipeline,
      others: {
        hashes: bare.map(({ sha256 }) => sha256),
        labels: Int32Array.from(bare, ({ label }) => labels.indexOf(label)),
      },
    },
    { seed: before.draw.seed, limit: before.draw.limit },
  );
}

/** The share of rows whose largest logit is that of their label. Rows without logits do not count. */
export function accuracyOf(logits: Matrix, labels: ArrayLike<number>): number {
  let [right, all] = [0, 0];
  for (let i = 0; i < logits.rows; i += 1) {
    const row = rowOf(logits, i);
    if (!row.every(Number.isFinite)) continue;
    all += 1;
    if (argmax(row) === labels[i]) right += 1;
  }
  return right / all;
}
