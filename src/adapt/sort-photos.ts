import type { Algebra } from "../base/algebra.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, argmax, rowOf, selectRows, softmaxRows } from "../base/matrix.ts";
import { createPause } from "../base/pause.ts";
import { type Acceptance, type Promised, acceptUpTo } from "./accept.ts";
import { clusterRows } from "./clusters.ts";
import { type Typicality, measureTypicality } from "./novelty.ts";
import { orderQueue } from "./queue/order-queue.ts";

/** Photos whose label is known. */
export interface KnownPhotos {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Class index; −1 where it does not count for acceptance. Shape: N. */
  readonly labels: Int32Array;
  /** By a model that had not learnt the photo; a row of NaN does not count for acceptance. Shape: N x K. */
  readonly logits: Matrix;
}

/** Photos without a label. */
export interface FreshPhotos {
  /** Shape: M x D. */
  readonly features: Matrix;
  /** Calibrated. Shape: M x K. */
  readonly probabilities: Matrix;
}

/** Where a photo belongs: its label can be taken over, a person should look, or it is like nothing known. */
export type Pile = "accepted" | "look" | "foreign";

/** How photos are sorted. */
export interface SortOptions extends Promised, Pick<WorkOptions, "signal"> {
  readonly seed: number;
  readonly algebra?: Algebra | undefined;
  /** The share of photos of a known kind that may be called foreign; default 0.05. */
  readonly foreignShare?: number | undefined;
}

/** What was found of each photo. */
export interface JudgedPhotos {
  readonly piles: readonly Pile[];
  /** 1 less how usual it is among known photos, 0 to 1. Shape: M. */
  readonly novelty: Float64Array;
  readonly acceptance: Acceptance;
  /** A photo is accepted only where its novelty is at most this, whatever the model says. */
  readonly noveltyLimit: number;
}

/** The same with the order in which to look, and groups. */
export interface SortedPhotos extends JudgedPhotos {
  /** Rows of the pile to look at, the most valuable first. */
  readonly queue: Int32Array;
  /** The group of each foreign row, the largest group 0; −1 of others. Shape: M. */
  readonly groups: Int32Array;
  readonly groupCount: number;
}

/** Photos more novel than all but this share of the known ones are never accepted, foreign or not. */
const leastUsual = 0.15;
/** Nor is it more than this share that is held back. */
const mostHeldBack = 0.5;
/** Foreign photos are counted among those that are this unusual. */
const unusual = 0.1;

/**
 * Sorts photos into three piles. Foreign: the stricter of two witnesses calls it unlike the known ones (of those a share
 * `foreignShare` is called so at most). Accepted: as sure as calibration says it has to be for the promise, and usual. What
 * "usual" asks for grows with the share of foreign photos in the folder, for some of them pass as known: the promise is one
 * about photos of the known kind, and is kept by letting few others near it. Calibration photos go through the same gate.
 * To look at: the rest.
 */
export async function judgePhotos(
  known: KnownPhotos,
  fresh: FreshPhotos,
  options: SortOptions,
): Promise<JudgedPhotos> {
  const { algebra, seed, signal } = options;
  const usual = await measureTypicality(known.features, fresh.features, { algebra, seed, signal });
  return placePhotos({ known, fresh, usual }, options);
}

/** The same of photos whose typicality is known already. */
export function placePhotos(
  { known, fresh, usual }: { known: KnownPhotos; fresh: FreshPhotos; usual: Typicality },
  options: Promised & Pick<SortOptions, "foreignShare">,
): JudgedPhotos {
  const { foreignShare = 0.05 } = options;
  const gate = Math.min(mostHeldBack, leastUsual + excess(usual.known, usual.fresh));
  const acceptance = acceptUpTo(calibrationOf(known, usual.known, gate), options);
  const piles = Array.from(usual.fresh, (share, row): Pile => {
    if (share <= foreignShare / 2) return "foreign";
    const confidence = highest(rowOf(fresh.probabilities, row));
    return share >= gate && confidence >= acceptance.threshold ? "accepted" : "look";
  });
  return { piles, novelty: usual.fresh.map((share) => 1 - share), acceptance, noveltyLimit: 1 - gate };
}

/** Judges photos, puts those to look at in the order in which labels teach most, and foreign ones in groups. */
export async function sortPhotos(
  known: KnownPhotos,
  fresh: FreshPhotos,
  options: SortOptions,
): Promise<SortedPhotos> {
  const { algebra, seed, signal } = options;
  const pause = createPause(signal);
  const judged = await judgePhotos(known, fresh, options);
  const { piles } = judged;
  const rowsIn = (pile: Pile): Int32Array =>
    Int32Array.from(piles.keys()).filter((row) => piles[row] === pile);
  const [look, foreign] = [rowsIn("look"), rowsIn("foreign")];
  const queued = {
    features: selectRows(fresh.features, look),
    probabilities: selectRows(fresh.probabilities, look),
    labelled: known.features,
  };
  const { order } = await orderQueue(queued, { pause, algebra });
  const clusters = await clusterRows(selectRows(fresh.features, foreign), { seed, pause, algebra });
  const groups = new Int32Array(piles.length).fill(-1);
  foreign.forEach((row, i) => (groups[row] = clusters.groups[i]!));
  const queue = order.map((at) => look[at]!);
  return { ...judged, queue, groups, groupCount: clusters.count };
}

/** How much larger the share of unusual photos is among new ones than among known ones, never below 0. */
function excess(known: Float64Array, fresh: Float64Array): number {
  const share = (values: Float64Array): number =>
    values.filter((value) => value <= unusual).length / Math.max(1, values.length);
  return Math.max(0, share(fresh) - share(known));
}

function calibrationOf(
  { labels, logits }: KnownPhotos,
  usual: Float64Array,
  gate: number,
): { confidence: number[]; correct: number[] } {
  const probabilities = softmaxRows(logits);
  const rows = [...labels.keys()].filter(
    (row) => labels[row]! >= 0 && usual[row]! >= gate && Number.isFinite(rowOf(logits, row)[0]!),
  );
  return {
    confidence: rows.map((row) => highest(rowOf(probabilities, row))),
    correct: rows.map((row) => Number(argmax(rowOf(probabilities, row)) === labels[row])),
  };
}

const highest = (values: Float32Array): number => values[argmax(values)]!;
