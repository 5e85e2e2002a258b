import { type Matrix, createMatrix, rowOf, selectRows, viewRows } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import type { PipelineRecord } from "../classifiers/pipeline.ts";
import type { Memory, MemoryScores } from "./memory.ts";

/** Beyond so many photos a memory keeps a draw of them. */
export const memoryRowLimit = 20_000;

/** Of a class that a draw would leave with fewer, so many are kept, where there is room for as many of every class. */
const leastPerClass = 20;

/** Everything a model has learnt from, row by row. */
export interface MemorySource {
  /** sha256 of each photo. Shape: N. */
  readonly hashes: readonly string[];
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Class index of each row among the model's own. Shape: N. */
  readonly labels: Int32Array;
  /** Out-of-fold, temperature applied; null where there are none. Shape: N x K. */
  readonly logits: Matrix | null;
  readonly classCount: number;
  readonly scores: MemoryScores;
  readonly pipeline: PipelineRecord;
  /** Photos without features, which stay so. */
  readonly others?: Memory["others"] | undefined;
}

/** The memory of these rows: all of them, or beyond the limit a draw of each class in proportion, the others by hash and label. */
export function drawMemory(
  source: MemorySource,
  { seed, limit = memoryRowLimit }: { seed: number; limit?: number },
): Memory {
  const { hashes, features, labels, classCount, logits, scores, pipeline, others: known } = source;
  const kept = drawRows(labels, classCount, { seed, limit });
  const isKept = new Set(kept);
  const others = Int32Array.from(labels.keys()).filter((row) => !isKept.has(row));
  return {
    hashes: Array.from(kept, (row) => hashes[row]!),
    features: viewRows(features, kept),
    labels: kept.map((row) => labels[row]!),
    logits: scoresOf(kept, logits, classCount),
    scores: logits === null ? "none" : scores,
    pipeline,
    others: {
      hashes: [...(known?.hashes ?? []), ...Array.from(others, (row) => hashes[row]!)],
      labels: joined(
        known?.labels,
        others.map((row) => labels[row]!),
      ),
    },
    draw: { limit, seed },
  };
}

/**
 * Rows that stay within the limit, ascending: all, or of each class its share of the limit, at least twenty where there is
 * room, drawn by the seed. Shape: N labels -> at most `limit`.
 */
export function drawRows(
  labels: Int32Array,
  classCount: number,
  { seed, limit }: { seed: number; limit: number },
): Int32Array {
  const rows = Int32Array.from(labels.keys());
  if (rows.length <= limit) return rows;
  const least = Math.min(leastPerClass, Math.floor(limit / classCount));
  const byClass = Array.from({ length: classCount }, (_, k) => [...rows].filter((row) => labels[row] === k));
  const floors = byClass.map((members) => Math.min(members.length, least));
  const room = limit - floors.reduce((sum, count) => sum + count, 0);
  const above = rows.length - floors.reduce((sum, count) => sum + count, 0);
  const random = createRandom(seed).fork("memory");
  let [before, given] = [0, 0];
  const drawn = byClass.flatMap((members, k) => {
    before += members.length - floors[k]!;
    const share = Math.floor((room * before) / above) - given; // what is rounded off goes to the next class
    given += share;
    return random
      .fork(k)
      .shuffle(members)
      .slice(0, floors[k]! + share);
  });
  return Int32Array.from(drawn).sort();
}

function scoresOf(rows: Int32Array, logits: Matrix | null, classCount: number): Matrix {
  if (logits !== null) return selectRows(logits, rows);
  const none = createMatrix(rows.length, classCount);
  none.data.fill(Number.NaN);
  return none;
}

/** The named columns alone. Shapes: N x M -> N x K. */
export function selectColumns(matrix: Matrix, columns: readonly number[]): Matrix {
  const out = createMatrix(matrix.rows, columns.length);
  for (let i = 0; i < matrix.rows; i += 1) {
    const row = rowOf(matrix, i);
    columns.forEach((column, k) => (out.data[i * columns.length + k] = row[column]!));
  }
  return out;
}

function joined(a: Int32Array = new Int32Array(0), b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
