import type { Groups } from "../data/folds.ts";
import type { Estimate } from "./accuracy-interval.ts";
import { totalByGroup } from "./groups.ts";
import { studentT95, studentTails } from "./student-t.ts";

/** A method as a cross-validation, repeated or not, has seen it. */
export interface Resampled {
  /** Of every fold, one round after the other. Shape: R K. */
  readonly foldAccuracies: readonly number[];
  /** 1 right, 0 wrong, in the first round. Shape: N. */
  readonly correct: ArrayLike<number>;
}

/** What two methods were judged on. */
export interface ResampledOptions {
  /** K: the folds of one round. */
  readonly folds: number;
  readonly groups?: Groups | undefined;
}

/** Whether one method is better than another on data like these, trained on other photos too. */
export interface ResampledComparison {
  /** Mean accuracy of A minus that of B, in [-1, 1]. */
  readonly difference: number;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Two-sided: the chance of a difference at least this large if A and B were equally good. */
  readonly pValue: number;
  /** R: the rounds that both were judged in. */
  readonly repeats: number;
}

/**
 * The corrected resampled t-test: t = d / sqrt((1 / J + n₂ / n₁) s²), where d is the mean of the J = R K differences of
 * accuracy in a fold, s² their variance, and n₂ / n₁ = 1 / (K - 1) the test photos to each that trains. The second term is
 * the correction: the models of two folds have seen mostly the same photos, so their figures say less than J independent
 * ones would.
 *
 * With one round J is K, and five figures say next to nothing of a variance: after a correction for fifteen pairs t would have
 * to be 6.6. So there s² comes from the photos, K σ² / N with σ² the variance of a photo's difference, copies counted as one;
 * and with several rounds it is never less than that, so that a few photos that happen to agree prove nothing.
 *
 * Shapes: R K fold accuracies and N outcomes of A and of B; rounds that only one has are left out.
 * Source: Nadeau & Bengio, Machine Learning 52 (2003); for repeated folds Bouckaert & Frank, PAKDD 2004. Type I error by
 * simulation: `bench/referee.ts`. Witness: SciPy.
 */
export function compareResampled(a: Resampled, b: Resampled, options: ResampledOptions): ResampledComparison {
  const { folds } = options;
  const count = Math.min(a.foldAccuracies.length, b.foldAccuracies.length);
  const repeats = Math.max(1, Math.floor(count / folds));
  const photos = photoDifferences(a.correct, b.correct, options);
  if (repeats === 1) return decide(photos.mean, { ...photos, repeats, folds });
  const differences = Array.from(
    { length: repeats * folds },
    (_, i) => a.foldAccuracies[i]! - b.foldAccuracies[i]!,
  );
  const { mean, variance } = momentsOf(differences);
  return decide(mean, {
    centre: mean,
    variance: Math.max(variance, photos.variance),
    degrees: differences.length - 1,
    repeats,
    folds,
  });
}

interface Evidence {
  /** Middle of the interval; it is what is tested. */
  readonly centre: number;
  /** Of the difference in one fold. */
  readonly variance: number;
  readonly degrees: number;
}

function decide(
  difference: number,
  { centre, variance, degrees, repeats, folds }: Evidence & { repeats: number; folds: number },
): ResampledComparison {
  const error = Math.sqrt((1 / (repeats * folds) + 1 / (folds - 1)) * variance);
  const half = studentT95(degrees) * error;
  return {
    difference,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    pValue: centre === 0 ? 1 : studentTails(centre / error, degrees),
    repeats,
  };
}

/**
 * The mean of one figure a fold over whole rounds of folds, with the 95 % interval of the same test: half its width is
 * t sqrt((1 / J + 1 / (K - 1)) s²). Shape: J >= 2 values, K folds a round. Source: Nadeau & Bengio (2003).
 */
export function resampledInterval(values: readonly number[], { folds }: { folds: number }): Estimate {
  const { mean, variance } = momentsOf(values);
  const half = studentT95(values.length - 1) * Math.sqrt((1 / values.length + 1 / (folds - 1)) * variance);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * The mean of the photos' differences, and the variance that it gives to the difference in one fold. One group of +1 and one of
 * -1 are added, as in `comparePaired`: without them two methods that answer alike on few photos would be known to be equal.
 */
function photoDifferences(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { folds, groups }: ResampledOptions,
): Evidence & { readonly mean: number } {
  const differences = Array.from(a, (value, i) => value - b[i]!);
  const totals = [...totalByGroup(differences, groups), { count: 1, sum: 1 }, { count: 1, sum: -1 }];
  const rows = differences.length + 2;
  const sum = differences.reduce((x, y) => x + y, 0);
  const centre = sum / rows;
  const squares = totals.reduce((all, total) => all + (total.sum - centre * total.count) ** 2, 0);
  return {
    mean: differences.length === 0 ? 0 : sum / differences.length,
    centre,
    variance: (folds * squares) / rows ** 2,
    degrees: totals.length - 1,
  };
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((x, y) => x + y, 0) / values.length;
  const squares = values.reduce((x, y) => x + (y - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
