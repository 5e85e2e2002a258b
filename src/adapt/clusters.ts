import type { Algebra } from "../base/algebra.ts";
import { type Matrix, rowOf } from "../base/matrix.ts";
import type { Pause } from "../base/pause.ts";
import { createRandom } from "../base/random.ts";
import { distancesTo } from "../classifiers/neighbours/reference-rows.ts";
import { principalComponents } from "../classifiers/transforms/principal-components.ts";
import { type Grouping, kMeans } from "./k-means.ts";
import { unitRows } from "./unit-rows.ts";

/** What clustering takes. */
export interface ClusterOptions {
  readonly seed: number;
  readonly pause: Pause;
  readonly algebra?: Algebra | undefined;
}

/** Foreign rows in groups, the largest first. */
export interface Clusters {
  /** The group of each row. Shape: N. */
  readonly groups: Int32Array;
  readonly count: number;
  /** How far the groups stand apart: the mean simplified silhouette; 0 for one group. */
  readonly silhouette: number;
  /** A row's distance to the middle of its group. Shape: N. */
  readonly distances: Float64Array;
}

/** More groups are more than anyone wants to look through. */
const most = 20;
/** A group of a class that may be new has about this many rows, at least. */
const fewestInGroup = 5;
/** Below this, groups are no further apart than the rows of one. */
const leastApart = 0.1;
/** Distances in very many columns say little; rows are compared in the directions in which they vary most. */
const directions = 32;

/**
 * Groups of foreign rows that may be new classes: k-means over rows of length 1 in their 32 leading directions, for every k
 * up to a fifth of the rows and 20; the k whose groups stand furthest apart by the mean simplified silhouette, of equals the
 * smaller, and one group where none reaches 0.1. The seed decides the starts. Shape: N x D.
 * Sources: Lloyd 1982; Arthur & Vassilvitskii 2007; Hruschka, Campello & de Castro 2004 for the silhouette about the groups'
 * means, whose cost grows with N k.
 */
export async function clusterRows(features: Matrix, options: ClusterOptions): Promise<Clusters> {
  const { seed, pause } = options;
  if (features.rows === 0)
    return { groups: new Int32Array(0), count: 0, silhouette: 0, distances: new Float64Array(0) };
  const rows = await leadingColumns(unitRows(features), options);
  const random = createRandom(seed).fork("clusters");
  let best = { grouping: kMeans(rows, 1, random), silhouette: leastApart };
  for (let k = 2; k <= Math.min(most, Math.floor(rows.rows / fewestInGroup)); k += 1) {
    await pause();
    const grouping = kMeans(rows, k, random.fork(k));
    const silhouette = simplifiedSilhouette(rows, grouping);
    if (silhouette > best.silhouette) best = { grouping, silhouette };
  }
  return largestFirst(rows, best);
}

/** Mean over the rows of (b − a) / max(a, b): a the distance to the own centre, b to the nearest other. In [−1, 1]. */
export function simplifiedSilhouette(rows: Matrix, { centres, groups }: Grouping): number {
  const distances = distancesTo({ rows: centres, offset: new Float32Array(centres.columns) }, rows);
  let sum = 0;
  groups.forEach((group, i) => {
    const row = rowOf(distances, i);
    const own = Math.sqrt(row[group]!);
    const other = Math.sqrt(
      row.reduce((least, value, k) => (k === group ? least : Math.min(least, value)), Infinity),
    );
    sum += (other - own) / Math.max(own, other, Number.MIN_VALUE);
  });
  return sum / rows.rows;
}

async function leadingColumns(rows: Matrix, { seed, pause, algebra }: ClusterOptions): Promise<Matrix> {
  const count = Math.min(directions, rows.columns, rows.rows - 1);
  if (count < 1 || count === rows.columns) return rows;
  const fitted = await principalComponents(count).fit(rows, [rows.columns], {
    seed,
    pause,
    ...(algebra && { algebra }),
  });
  return fitted.apply(rows);
}

function largestFirst(rows: Matrix, best: { grouping: Grouping; silhouette: number }): Clusters {
  const { centres, groups } = best.grouping;
  const sizes = new Int32Array(centres.rows);
  for (const group of groups) sizes[group]! += 1;
  const order = [...sizes.keys()]
    .filter((group) => sizes[group]! > 0)
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const rank = new Map(order.map((group, place) => [group, place]));
  const distances = distancesTo({ rows: centres, offset: new Float32Array(centres.columns) }, rows);
  return {
    groups: groups.map((group) => rank.get(group)!),
    count: order.length,
    silhouette: centres.rows === 1 ? 0 : best.silhouette,
    distances: Float64Array.from(groups, (group, i) => Math.sqrt(distances.data[i * centres.rows + group]!)),
  };
}
