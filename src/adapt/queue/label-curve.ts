import type { Algebra } from "../../base/algebra.ts";
import { selectRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { createRandom } from "../../base/random.ts";
import { repeatedFolds, stratifiedFolds } from "../../data/folds.ts";
import type { Estimate } from "../../evaluate/accuracy-interval.ts";
import { resampledInterval } from "../../evaluate/resampled-test.ts";
import { fewerColumns } from "./fewer-columns.ts";
import { type LabelledPhotos, type Spending, labelOrders, spendLabels } from "./spend-labels.ts";

/** Accuracy after so many labels; the gain is the queue's over random order, draw by draw. */
export interface LabelPoint {
  readonly labels: number;
  readonly queue: Estimate;
  readonly random: Estimate;
  readonly gain: Estimate;
}

/** What labels are worth by the order in which they are given. */
export interface MeasuredCurve {
  readonly photos: number;
  readonly classes: number;
  readonly judged: number;
  readonly draws: number;
  readonly points: readonly LabelPoint[];
}

/** Which photos, and what keeps copies on one side. */
export interface CurveOptions {
  /** Rows that take part. */
  readonly rows: Int32Array;
  readonly groups: readonly string[];
  readonly seed: number;
  readonly algebra: Algebra;
  readonly pause: Pause;
}

/** About so many photos take part at most; every step costs their number squared. */
const mostPhotos = 1000;
/** So many classes at most, so that every one is seen among few labels. */
const mostClasses = 50;
/** A class of fewer photos is left out. */
const fewestOfClass = 5;
/** With fewer photos the steps of a curve would be smaller than what chance does to them. */
const fewestPhotos = 60;
/** Of the regression on rows of length 1, which some networks lay close together and others far apart. */
const penalties = [0.3, 0.1, 0.03];
const folds = 5;
/** Labels of each class to begin with: at most so many. */
const firstOfClass = 5;
/** Times the labels that it begins with: how far a curve goes, at most three fifths of the pool. */
const reach = 4;
const steps = 4;
/** Fits cost the labels cubed. */
const mostLabels = 300;

/**
 * Accuracy against labels spent on photos whose labels are known, in the queue's order and in random order. Two rounds of
 * five folds (one, where many photos make them dear), copies on one side: a fold is judged, the rest are a pool of which a few
 * of each class are labelled to begin with. Of many photos a sample takes part, of many classes a draw. Null where the photos
 * are too few. The same seed gives the same numbers. Shapes: N x D, N.
 */
export async function labelCurve(
  photos: LabelledPhotos,
  options: CurveOptions,
): Promise<MeasuredCurve | null> {
  const { seed, algebra, pause } = options;
  const rows = takingPart(photos, options);
  const classes = [...new Set(rows.map((row) => photos.labels[row]!))].sort((a, b) => a - b);
  if (rows.length < fewestPhotos || classes.length < 2) return null;
  const chosen = {
    features: await fewerColumns(selectRows(photos.features, rows), { algebra, pause }),
    labels: rows.map((row) => classes.indexOf(photos.labels[row]!)),
    classCount: classes.length,
  };
  const pool = Math.floor((rows.length * (folds - 1)) / folds);
  const first = Math.max(2, Math.min(firstOfClass, Math.floor(pool / (8 * classes.length))));
  const checkpoints = checkpointsOf(first * classes.length, pool);
  if (checkpoints.length < 3) return null;
  const repeats = rows.length > 500 || checkpoints.at(-1)! > 150 ? 1 : 2;
  const draws = drawParts(chosen, { ...options, rows, first, repeats });
  const isSeen = ({ known }: Spending): boolean => new Set(known.map((row) => chosen.labels[row])).size > 1;
  if (!draws.every(isSeen)) return null;
  const curves = { queue: [] as number[][], random: [] as number[][] };
  for (const [draw, parts] of draws.entries())
    for (const order of labelOrders) {
      await pause();
      const spend = { order, checkpoints, seed: seed + draw, penalties, algebra, pause };
      curves[order].push(await spendLabels(chosen, parts, spend));
    }
  return {
    photos: rows.length,
    classes: classes.length,
    judged: draws[0]!.judged.length,
    draws: draws.length,
    points: checkpoints.map((labels, at) => pointAt(curves, { labels, at })),
  };
}

function pointAt(
  { queue, random }: Record<"queue" | "random", number[][]>,
  { labels, at }: { labels: number; at: number },
): LabelPoint {
  const [ours, theirs] = [queue.map((curve) => curve[at]!), random.map((curve) => curve[at]!)];
  const gain = resampledInterval(
    ours.map((accuracy, draw) => accuracy - theirs[draw]!),
    { folds },
  );
  const share = (values: readonly number[]): Estimate => {
    const { mean, low, high } = resampledInterval(values, { folds });
    return { mean, low: Math.max(0, low), high: Math.min(1, high) };
  };
  return { labels, queue: share(ours), random: share(theirs), gain };
}

/** Ascending, evenly apart, each once. */
function checkpointsOf(first: number, pool: number): number[] {
  const last = Math.min(reach * first, mostLabels, Math.floor(pool * 0.6));
  const all = Array.from({ length: steps + 1 }, (_, i) => Math.round(first + (i * (last - first)) / steps));
  return all.filter((count, i) => i === 0 || count > all[i - 1]!);
}

/** Rows of classes with photos enough, of at most so many classes, and a sample of them with groups whole. */
function takingPart({ labels }: LabelledPhotos, { rows, groups, seed }: CurveOptions): Int32Array {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
  const usable = [...counts].filter(([, count]) => count >= fewestOfClass).map(([label]) => label);
  const drawn = createRandom(seed)
    .fork("label curve")
    .shuffle(usable.sort((a, b) => a - b))
    .slice(0, mostClasses);
  const kept = new Set(drawn);
  const all = rows.filter((row) => kept.has(labels[row]!));
  const parts = Math.ceil(all.length / mostPhotos);
  return parts <= 1 ? all : stratifiedFolds(labels, groups, { folds: parts, seed, rows: all })[0]!.test;
}

function drawParts(
  { labels, classCount }: LabelledPhotos,
  { rows, groups, seed, first, repeats }: CurveOptions & { first: number; repeats: number },
): Spending[] {
  const own = Array.from(rows, (row) => groups[row]!);
  const rounds = repeatedFolds(labels, own, { repeats, folds, seed });
  return rounds.flat().map(({ train, test }, draw) => {
    const pool = createRandom(seed).fork(`label curve ${draw}`).shuffle(train);
    const known = Array.from({ length: classCount }, (_, label) =>
      pool.filter((row) => labels[row] === label).slice(0, first),
    ).flat();
    const spent = new Set(known);
    return { judged: [...test], known, open: pool.filter((row) => !spent.has(row)) };
  });
}
