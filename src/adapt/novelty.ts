import type { Algebra } from "../base/algebra.ts";
import { createRandom } from "../base/random.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { type Pause, createPause } from "../base/pause.ts";
import { nearestRows } from "../classifiers/neighbours/nearest-rows.ts";
import { shiftRows } from "../classifiers/neighbours/reference-rows.ts";
import { centreColumns } from "../classifiers/transforms/centre-columns.ts";
import { ownTypicality, typicality } from "./conformal.ts";
import { ridgeScores } from "./ridge-scores.ts";
import { stackRows, unitRows } from "./unit-rows.ts";

/** What looking for strange rows takes. */
export interface NoveltyOptions extends Pick<WorkOptions, "signal"> {
  readonly algebra?: Algebra | undefined;
  /** Decides the parts of the known rows. */
  readonly seed: number;
}

/** How usual rows are, in (0, 1]: of rows of the known kind a share p is below p. */
export interface Typicality {
  /** Of each known row among the others. Shape: N. */
  readonly known: Float64Array;
  /** Shape: M. */
  readonly fresh: Float64Array;
}

/** The distance to the neighbour of this rank is a row's strangeness. */
const neighbour = 5;
/** The known rows take turns in this many parts. */
const parts = 5;
/** Fewer new rows say nothing of what they have in common. */
const fewest = 20;
/** Of the ridge regression that tells known from new rows, all of length 1. */
const penalty = 3;

/**
 * How usual new rows are among known ones by two witnesses, the stricter of which counts: the distance to the fifth nearest
 * known row (a row like none of them), and a linear classifier that tells known rows from new ones (rows which have
 * something in common that known rows have not: a new class arrives in numbers). A row is called foreign where the result
 * is at most half of the share of known rows that may be called so, for there are two witnesses.
 * Shapes: N x D, M x D. N at least 2.
 */
export async function measureTypicality(
  known: Matrix,
  fresh: Matrix,
  { algebra, seed, signal }: NoveltyOptions,
): Promise<Typicality> {
  const pause = createPause(signal);
  const [own, others] = [unitRows(known), unitRows(fresh)];
  const near = await nearTypicality(own, others, { algebra, pause });
  if (fresh.rows < fewest || known.rows < fewest) return near;
  const apart = await learnedTypicality(own, others, { algebra, seed, signal });
  const stricter = (a: Float64Array, b: Float64Array): Float64Array => a.map((p, i) => Math.min(p, b[i]!));
  return { known: stricter(near.known, apart.known), fresh: stricter(near.fresh, apart.fresh) };
}

/**
 * By the distance to the fifth nearest known row; a known row is not its own neighbour.
 * Shapes: N x D, M x D, rows of length 1. Source: Sun et al., Out-of-Distribution Detection with Deep Nearest Neighbors
 * (2022). Witness: scikit-learn's NearestNeighbors.
 */
export async function nearTypicality(
  known: Matrix,
  fresh: Matrix,
  { algebra, pause }: { algebra?: Algebra | undefined; pause: Pause },
): Promise<Typicality> {
  const { centred, means } = centreColumns(known);
  const moved = shiftRows(fresh, Float32Array.from(means));
  const rank = Math.min(neighbour, known.rows - 1);
  const own = await distancesOf(centred, centred, { rank, isOwn: true, algebra, pause });
  const others = await distancesOf(moved, centred, { rank, isOwn: false, algebra, pause });
  return { known: ownTypicality(own), fresh: typicality(own, others) };
}

/** Squared distances to the neighbour of a rank, a row itself not counted where it is among them. */
async function distancesOf(
  queries: Matrix,
  references: Matrix,
  options: { rank: number; isOwn: boolean; algebra?: Algebra | undefined; pause: Pause },
): Promise<Float64Array> {
  const { rank, isOwn, algebra, pause } = options;
  const k = isOwn ? rank + 1 : rank;
  const out = new Float64Array(queries.rows);
  const [asking, asked] = [allRows(queries), allRows(references)];
  for await (const { from, rows, nearest } of nearestRows(asking, asked, { k, algebra, pause }))
    for (let i = 0; i < rows; i += 1) {
      const found = Array.from({ length: k }, (_, n) => i * nearest.k + n);
      const others = isOwn ? found.filter((at) => nearest.indices[at] !== from + i) : found;
      out[from + i] = nearest.distances[others[rank - 1]!]!;
    }
  return out;
}

/**
 * By ridge regressions that tell known rows from new ones. In each, one part of the known rows stands with the new rows
 * against the others; what it says of the rows of that part is what it says of known rows that it takes for new.
 * Their ranks over all parts make the result, as in cross-conformal prediction.
 * Shapes: N x D, M x D, rows of length 1.
 * Sources: Marandon, Lei, Mary & Roquain, Adaptive novelty detection with false discovery rate guarantee (2024); Vovk,
 * Cross-conformal predictors (2015).
 */
export async function learnedTypicality(
  known: Matrix,
  fresh: Matrix,
  { algebra, seed, signal }: NoveltyOptions,
): Promise<Typicality> {
  const place = createRandom(seed)
    .fork("novelty")
    .shuffle(Array.from({ length: known.rows }, (_, i) => i % parts));
  const targets = createMatrix(known.rows + fresh.rows, parts);
  for (let row = 0; row < targets.rows; row += 1)
    for (let part = 0; part < parts; part += 1)
      targets.data[row * parts + part] = row >= known.rows || place[row] === part ? 1 : 0;
  const scores = await ridgeScores(stackRows(known, fresh), targets, { penalty, algebra });
  const own = new Float64Array(known.rows);
  const sums = new Float64Array(fresh.rows);
  for (let part = 0; part < parts; part += 1) {
    signal?.throwIfAborted();
    const among = [...place.keys()].filter((row) => place[row] === part);
    const ofKnown = among.map((row) => scores.data[row * parts + part]!);
    const ofFresh = Array.from(sums, (_, i) => scores.data[(known.rows + i) * parts + part]!);
    ownTypicality(ofKnown).forEach((p, i) => (own[among[i]!] = p));
    typicality(ofKnown, ofFresh).forEach((p, i) => (sums[i]! += p * (1 + among.length) - 1));
  }
  return { known: own, fresh: sums.map((count) => (1 + count) / (1 + known.rows)) };
}

function allRows(matrix: Matrix): { matrix: Matrix; rows: Int32Array } {
  return { matrix, rows: Int32Array.from({ length: matrix.rows }, (_, row) => row) };
}
