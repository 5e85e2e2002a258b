import type { Algebra } from "../base/algebra.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, argmax, rowOf, selectRows } from "../base/matrix.ts";
import { createPause } from "../base/pause.ts";
import { createRandom } from "../base/random.ts";
import { testDisagreement } from "./disagreement.ts";
import { expectedMix, mixOf, predictedCounts, testMix } from "./label-shift.ts";
import { drawMatching } from "./match-mix.ts";
import { meanDiscrepancy } from "./mmd.ts";
import { type MixEstimates, estimateMix } from "./mix-intervals.ts";
import { leastSample, poolSamples } from "./pooled-sample.ts";
import { classifierTwoSample } from "./two-sample.ts";

/** What a model learnt from. */
export interface KnownPhotos {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Shape: N. */
  readonly labels: Int32Array;
  /** By fits that did not see the row; NaN where there is none. Shape: N x K. */
  readonly probabilities: Matrix;
  /** Of everything it learnt from, which may be more than these rows. Shape: K. */
  readonly classCounts: readonly number[];
}

/** What came afterwards, and the model did not learn from. */
export interface ArrivedPhotos {
  /** Shape: M x D. */
  readonly features: Matrix;
  /** Shape: M x K. */
  readonly probabilities: Matrix;
  /** -1 where nobody has said. Shape: M. */
  readonly labels: Int32Array;
}

/** Whether the photos are of another kind: compared with known ones in the mix that the new ones seem to have. */
export interface KindFinding {
  readonly isShifted: boolean;
  readonly p: number;
  /** Of a classifier that tries to tell known from new, on photos it did not learn from; 0.5: it cannot. */
  readonly accuracy: number;
  readonly auc: number;
  /** The second opinion, which raises no alarm by itself. */
  readonly discrepancy: { readonly squared: number; readonly p: number; readonly bandwidth: number };
  readonly secondOpinionAgrees: boolean;
  /** Photos of each side that were compared. */
  readonly compared: { readonly known: number; readonly arrived: number };
  /** The compared new photos, the most shifted first. */
  readonly ranked: readonly { readonly row: number; readonly score: number }[];
}

/** Whether the classes come in other shares. */
export interface MixFinding extends MixEstimates {
  readonly isShifted: boolean;
  /** Shares of the photos that are called each class: of known ones held out, and of new ones. Shape: K. */
  readonly called: { readonly known: readonly number[]; readonly arrived: readonly number[] };
  readonly statistic: number;
  readonly p: number;
  /** Shares that the model was trained under. Shape: K. */
  readonly trained: readonly number[];
  /** False where the kind of photo has changed: calls may then differ for that reason. */
  readonly isReliable: boolean;
}

/** Whether labels mean what they meant. */
export interface MeaningFinding {
  readonly isShifted: boolean;
  readonly p: number;
  /** The class with the largest excess of disagreement; -1 where there is none. */
  readonly label: number;
  /** Shares of labels that the model would not have given, of known photos held out and of new ones. */
  readonly disagreement: { readonly known: number; readonly arrived: number };
  readonly labelled: number;
  readonly isReliable: boolean;
}

/** All findings. */
export interface ShiftFindings {
  /** Chance of any alarm where nothing changed, and the share of it that each of the tests is given. */
  readonly falseAlarmRate: number;
  readonly level: number;
  readonly kind: KindFinding;
  readonly mix: MixFinding;
  /** Null where no new photo has a label of the model's. */
  readonly meaning: MeaningFinding | null;
}

/** How a shift is judged. */
export interface JudgeShiftOptions extends WorkOptions {
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Of all tests together; default 0.05. */
  readonly falseAlarmRate?: number | undefined;
  readonly permutations?: number | undefined;
  readonly algebra?: Algebra | undefined;
}

/** Photos of a side that the tests of kind look at; their time grows with the cube. */
const mostCompared = 500;
/** Known photos that are compared although their classes cannot have the new mix. */
const leastMatched = 100;

/**
 * Three questions about new photos, each a test that is exact under "nothing changed", together at most
 * `falseAlarmRate` (Bonferroni). Has the mix changed: the calls of held-out known photos against those of new ones. Has
 * the kind changed: a classifier and MMD on features, against known photos drawn in the estimated new mix. Have labels
 * changed meaning: labels the model would not give, class by class. Where the kind has changed the other two may only
 * show that, and say so. Throws E_DATA below five photos of either side.
 */
export async function judgeShift(
  known: KnownPhotos,
  arrived: ArrivedPhotos,
  options: JudgeShiftOptions = {},
): Promise<ShiftFindings> {
  const { falseAlarmRate = 0.05, seed = 0 } = options;
  requireEnough(known, arrived);
  const scored = Int32Array.from(known.labels.keys()).filter(
    (row) => !Number.isNaN(rowOf(known.probabilities, row)[0]),
  );
  const held = { probabilities: selectRows(known.probabilities, scored), labels: known.labels };
  const heldLabels = Int32Array.from(scored, (row) => held.labels[row]!);
  const labelled = Int32Array.from(arrived.labels.keys()).filter((row) => arrived.labels[row]! >= 0);
  const level = falseAlarmRate / (labelled.length > 0 ? 3 : 2);
  const kind = await judgeKind(known, arrived, { ...options, seed, level });
  const isReliable = !kind.isShifted;
  const called = [predictedCounts(held.probabilities), predictedCounts(arrived.probabilities)] as const;
  const test = testMix(...called, { seed });
  const estimates = await estimateMix(
    { probabilities: held.probabilities, labels: heldLabels, classCounts: known.classCounts },
    arrived.probabilities,
    { seed, pause: createPause(options.signal) },
  );
  const agreement = (probabilities: Matrix, labels: Int32Array) => ({
    labels,
    disagrees: Uint8Array.from(labels, (label, i) => Number(argmax(rowOf(probabilities, i)) !== label)),
  });
  const judged = testDisagreement(
    agreement(held.probabilities, heldLabels),
    agreement(
      selectRows(arrived.probabilities, labelled),
      Int32Array.from(labelled, (row) => arrived.labels[row]!),
    ),
    { classCount: known.classCounts.length, seed },
  );
  return {
    falseAlarmRate,
    level,
    kind,
    mix: {
      isShifted: test.p <= level,
      ...test,
      ...estimates,
      called: { known: [...mixOf(called[0])], arrived: [...mixOf(called[1])] },
      trained: [...mixOf(known.classCounts)],
      isReliable,
    },
    meaning:
      labelled.length === 0
        ? null
        : {
            isShifted: judged.p <= level,
            p: judged.p,
            label: judged.label,
            disagreement: { known: judged.known, arrived: judged.arrived },
            labelled: labelled.length,
            isReliable,
          },
  };
}

async function judgeKind(
  known: KnownPhotos,
  arrived: ArrivedPhotos,
  { level, seed, ...options }: JudgeShiftOptions & { level: number; seed: number },
): Promise<KindFinding> {
  const mix = expectedMix(arrived.probabilities, mixOf(known.classCounts));
  const matched = drawMatching(known.labels, mix, { limit: mostCompared, least: leastMatched, seed });
  const all = createRandom(seed).fork("compared").shuffle(arrived.labels.keys());
  const rows = Int32Array.from(all.slice(0, mostCompared)).sort();
  const sample = await poolSamples(selectRows(known.features, matched), selectRows(arrived.features, rows), {
    ...options,
    seed,
  });
  const { accuracy, auc, p, scores } = await classifierTwoSample(sample);
  const discrepancy = await meanDiscrepancy(sample);
  const ranked = Array.from(rows, (row, i) => ({ row, score: scores[i]! }));
  return {
    isShifted: p <= level,
    p,
    accuracy,
    auc,
    discrepancy,
    secondOpinionAgrees: discrepancy.p <= level === p <= level,
    compared: { known: matched.length, arrived: rows.length },
    ranked: ranked.sort((a, b) => b.score - a.score),
  };
}

function requireEnough(known: KnownPhotos, arrived: ArrivedPhotos): void {
  const counts = [known.labels.length, arrived.labels.length];
  if (Math.min(...counts) >= leastSample) return;
  throw new RootstockError(
    "E_DATA",
    `drift: expected at least ${leastSample} photos that the model knows and as many new ones, got ${counts.join(" and ")}.`,
    { hint: "Collect more photos: from 50 on a test finds what matters." },
  );
}
