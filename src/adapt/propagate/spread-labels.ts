import type { Algebra } from "../../base/algebra.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { nearestRows } from "../../classifiers/neighbours/nearest-rows.ts";

/** Rows joined with their nearest, as lists: row i has entries from `starts[i]` to `starts[i + 1]`. Symmetric. */
export interface NeighbourGraph {
  readonly starts: Int32Array;
  readonly others: Int32Array;
  /** D^(−1/2) W D^(−1/2). */
  readonly weights: Float64Array;
}

/**
 * The k nearest neighbours' graph with weights wᵢⱼ = exp(−2 d²ᵢⱼ / (sᵢ sⱼ)), s the distance to a row's k-th neighbour, made
 * symmetric by the mean and divided by √(degree) on either side. Shape: N x D.
 * Sources: Zelnik-Manor & Perona 2004 for the scales; Zhou et al. 2004 for the division.
 */
export async function neighbourGraph(
  rows: Matrix,
  { k, algebra, pause }: { k: number; algebra?: Algebra | undefined; pause: Pause },
): Promise<NeighbourGraph> {
  const all = { matrix: rows, rows: Int32Array.from({ length: rows.rows }, (_, row) => row) };
  const found: { other: number; distance: number }[][] = [];
  for await (const { from, rows: count, nearest } of nearestRows(all, all, { k: k + 1, algebra, pause }))
    for (let i = 0; i < count; i += 1) {
      const at = Array.from({ length: nearest.k }, (_, n) => i * nearest.k + n);
      const others = at.filter((one) => nearest.indices[one] !== from + i).slice(0, k);
      found.push(others.map((one) => ({ other: nearest.indices[one]!, distance: nearest.distances[one]! })));
    }
  const scales = found.map((list) => Math.sqrt(list.at(-1)?.distance ?? 0));
  const joined = found.map(() => new Map<number, number>());
  found.forEach((list, i) => {
    for (const { other, distance } of list) {
      const half = Math.exp((-2 * distance) / Math.max(scales[i]! * scales[other]!, Number.MIN_VALUE)) / 2;
      joined[i]!.set(other, (joined[i]!.get(other) ?? 0) + half);
      joined[other]!.set(i, (joined[other]!.get(i) ?? 0) + half);
    }
  });
  return divided(joined);
}

/**
 * Labels spread over a graph: F = (1 − a) Σₜ aᵗ Sᵗ Y, by repeated F ← a S F + (1 − a) Y; Y has 1 / n of a class of n labelled
 * rows at each of them. Returned with rows that sum to 1; a row that no label reached is all 0.
 * Shapes: N labels, −1 where there is none -> N x K. Source: Zhou et al., Learning with Local and Global Consistency (2004).
 * Witness: the closed form by NumPy.
 */
export function spreadLabels(
  { starts, others, weights }: NeighbourGraph,
  labels: Int32Array,
  { classCount, share = 0.9, rounds = 60 }: { classCount: number; share?: number; rounds?: number },
): Matrix {
  const counts = new Int32Array(classCount);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  const given = new Float64Array(labels.length * classCount);
  labels.forEach((label, i) => label >= 0 && (given[i * classCount + label] = (1 - share) / counts[label]!));
  let spread = given.slice();
  for (let round = 0; round < rounds; round += 1) {
    const next = given.slice();
    for (let i = 0; i < labels.length; i += 1)
      for (let at = starts[i]!; at < starts[i + 1]!; at += 1)
        for (let c = 0; c < classCount; c += 1)
          next[i * classCount + c]! += share * weights[at]! * spread[others[at]! * classCount + c]!;
    spread = next;
  }
  return rowShares(spread, classCount);
}

function divided(joined: readonly ReadonlyMap<number, number>[]): NeighbourGraph {
  const roots = joined.map((list) => Math.sqrt([...list.values()].reduce((sum, weight) => sum + weight, 0)));
  const starts = new Int32Array(joined.length + 1);
  joined.forEach(({ size }, i) => (starts[i + 1] = starts[i]! + size));
  const others = new Int32Array(starts.at(-1)!);
  const weights = new Float64Array(others.length);
  joined.forEach((list, i) => {
    let at = starts[i]!;
    for (const [other, weight] of [...list].sort(([a], [b]) => a - b)) {
      others[at] = other;
      weights[at] = weight / Math.max(roots[i]! * roots[other]!, Number.MIN_VALUE);
      at += 1;
    }
  });
  return { starts, others, weights };
}

function rowShares(values: Float64Array, classCount: number): Matrix {
  const out = createMatrix(values.length / classCount, classCount);
  for (let from = 0; from < values.length; from += classCount) {
    const row = values.subarray(from, from + classCount);
    const sum = row.reduce((total, value) => total + value, 0);
    if (sum > 0)
      out.data.set(
        row.map((value) => value / sum),
        from,
      );
  }
  return out;
}
