import { selectRows } from "../base/matrix.ts";
import { accuracyInterval } from "../evaluate/accuracy-interval.ts";
import type { CrossValidation } from "../evaluate/cross-validate.ts";
import { scoreLogits } from "../evaluate/score.ts";
import type { Training } from "../evaluate/training.ts";
import { chosenValues } from "../runs/chosen-values.ts";
import type { MeasuredRecipe } from "../runs/run-record.ts";

/** The rows that were judged. */
interface Judged {
  readonly rows: Int32Array;
  /** Of these rows. */
  readonly labels: readonly number[];
  readonly groups: readonly string[];
}

type Joined = Pick<
  MeasuredRecipe,
  | "accuracy"
  | "macroF1"
  | "foldAccuracies"
  | "chosen"
  | "perClass"
  | "confusion"
  | "logLoss"
  | "brier"
  | "calibration"
> & {
  readonly training: readonly Training[];
  readonly seconds: { readonly fit: number; readonly predict: number };
};

/**
 * The rounds of a repeated cross-validation as one measurement. Accuracy and macro F1 are means over the rounds; the interval counts
 * every photo once, however often it was judged. Folds follow each other round by round; what is shown photo by photo, and the
 * rest, is of the first round.
 */
export function joinRounds(rounds: readonly CrossValidation[], { rows, labels, groups }: Judged): Joined {
  const scores = rounds.map(({ outOfFoldLogits }) =>
    scoreLogits(selectRows(outOfFoldLogits, rows), labels, groups),
  );
  const { perClass, confusion, logLoss, brier, calibration } = scores[0]!;
  const right = Array.from(rows, (row, i) =>
    mean(rounds.map(({ predictions }) => (predictions[row] === labels[i] ? 1 : 0))),
  );
  const training = rounds.flatMap((round) => round.training);
  return {
    accuracy: accuracyInterval(right, groups),
    macroF1: mean(scores.map(({ macroF1 }) => macroF1)),
    foldAccuracies: rounds.flatMap(({ foldAccuracies }) => foldAccuracies),
    chosen: rounds.flatMap((round) => round.chosen).map((chosen, f) => chosenValues(chosen, training[f])),
    perClass,
    confusion,
    logLoss,
    brier,
    calibration,
    training,
    seconds: {
      fit: rounds.reduce((sum, { seconds }) => sum + seconds.fit, 0),
      predict: rounds.reduce((sum, { seconds }) => sum + seconds.predict, 0),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
