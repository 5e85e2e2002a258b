import { type Matrix, createMatrix, rowOf, selectRows } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import { distancesTo } from "../classifiers/neighbours/reference-rows.ts";

/** Rows in groups about their means. */
export interface Grouping {
  /** Shape: K x D. */
  readonly centres: Matrix;
  /** The centre of each row. Shape: N. */
  readonly groups: Int32Array;
  /** Σ of the squared distances to the own centre. */
  readonly inertia: number;
}

const mostRounds = 100;

/**
 * Lloyd's algorithm from given centres until no row changes its group. A centre without rows stays where it was.
 * Shapes: N x D, K x D. Witness: scikit-learn's KMeans from the same centres.
 */
export function groupFrom(rows: Matrix, start: Matrix): Grouping {
  let centres = start;
  let groups: Int32Array = new Int32Array(rows.rows).fill(-1);
  for (let round = 0; round < mostRounds; round += 1) {
    const next = nearestCentres(rows, centres);
    if (next.every((group, i) => group === groups[i])) break;
    groups = next;
    centres = meansOf(rows, groups, centres);
  }
  return { centres, groups, inertia: inertiaOf(rows, centres, groups) };
}

/** k-means from the best of a few starts by k-means++ (Arthur & Vassilvitskii 2007). */
export function kMeans(rows: Matrix, k: number, random: Random, starts = 4): Grouping {
  const tried = Array.from({ length: starts }, (_, i) => groupFrom(rows, spread(rows, k, random.fork(i))));
  return tried.reduce((best, grouping) => (grouping.inertia < best.inertia ? grouping : best));
}

/** k rows, each drawn with a chance in proportion to its squared distance to those drawn before. */
function spread(rows: Matrix, k: number, random: Random): Matrix {
  const chosen = [random.integer(rows.rows)];
  const least = new Float64Array(rows.rows).fill(Infinity);
  while (chosen.length < k) {
    distancesTo(asReferences(selectRows(rows, chosen.slice(-1))), rows).data.forEach(
      (distance, i) => (least[i] = Math.min(least[i]!, distance)),
    );
    const total = least.reduce((sum, distance) => sum + distance, 0);
    let rest = random.next() * total;
    const drawn = least.findIndex((distance) => (rest -= distance) < 0);
    chosen.push(drawn === -1 ? random.integer(rows.rows) : drawn);
  }
  return selectRows(rows, chosen);
}

function nearestCentres(rows: Matrix, centres: Matrix): Int32Array {
  const distances = distancesTo(asReferences(centres), rows);
  return Int32Array.from({ length: rows.rows }, (_, i) => {
    const row = rowOf(distances, i);
    return row.indexOf(row.reduce((least, value) => Math.min(least, value), Infinity));
  });
}

function meansOf(rows: Matrix, groups: Int32Array, before: Matrix): Matrix {
  const { rows: k, columns } = before;
  const sums = new Float64Array(k * columns);
  const counts = new Int32Array(k);
  groups.forEach((group, i) => {
    counts[group]! += 1;
    const row = rowOf(rows, i);
    for (let j = 0; j < columns; j += 1) sums[group * columns + j]! += row[j]!;
  });
  const data = Float32Array.from(sums, (sum, at) => {
    const count = counts[Math.floor(at / columns)]!;
    return count === 0 ? before.data[at]! : sum / count;
  });
  return createMatrix(k, columns, data);
}

function inertiaOf(rows: Matrix, centres: Matrix, groups: Int32Array): number {
  const distances = distancesTo(asReferences(centres), rows);
  return groups.reduce((sum, group, i) => sum + distances.data[i * centres.rows + group]!, 0);
}

function asReferences(rows: Matrix): { rows: Matrix; offset: Float32Array } {
  return { rows, offset: new Float32Array(rows.columns) };
}
