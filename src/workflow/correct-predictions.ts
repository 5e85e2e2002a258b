import { type ClassMix, correctForMix, expectedMix, mixOf } from "../adapt/label-shift.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { WorkEvent } from "../base/events.ts";
import { formatPercent } from "../base/format-number.ts";
import { argmax, matrixFrom } from "../base/matrix.ts";
import { readBundleRecord } from "../bundle/load-model.ts";
import type { Prediction } from "../bundle/run-model.ts";
import { tell } from "../words/fact.ts";
import type { UnknownAnswer } from "./answer-unknown.ts";
import { readPrior } from "./read-prior.ts";

/** `predict --json`, one line an image: the prediction, or the error of an image that could not be used. */
export type PredictionLine =
  | ({ readonly path: string } & Prediction &
      Partial<UnknownAnswer> & {
        /** The mix of classes that the probabilities were corrected for, by label; absent where they were not. */
        readonly prior?: Readonly<Record<string, number>>;
      })
  | { readonly path: string; readonly error: ErrorRecord };

/** Below so many photos an estimated mix is a guess. */
const enoughForMix = 50;

/** What probabilities are corrected by. */
export interface Correction {
  /** The mix that the model learnt under. Shape: K. */
  readonly trained: ClassMix;
  /** What was asked for; null: to be estimated. */
  readonly mix: ClassMix | null;
}

/** What `prior` asks for; null for nothing. Throws E_OPTION for a bad one. */
export async function readCorrection(folder: string, prior: string | undefined): Promise<Correction | null> {
  if (prior === undefined) return null;
  const { data, labels } = await readBundleRecord(folder);
  return {
    trained: mixOf(data.classCounts),
    mix: prior.trim() === "estimated" ? null : readPrior(prior, labels),
  };
}

/** The mix by expectation maximisation over the photos that could be used. */
export function estimateFrom(
  lines: readonly PredictionLine[],
  { trained, labels, report }: Correction & { labels: readonly string[]; report: (event: WorkEvent) => void },
): ClassMix {
  const rows = lines.flatMap((line) => ("error" in line ? [] : [vectorOf(line, labels)]));
  if (rows.length < enoughForMix)
    report({ type: "warning", code: "W_FEW_PHOTOS", ...tell("fewForMix", { images: rows.length }) });
  const mix = rows.length === 0 ? trained : expectedMix(matrixFrom(rows), trained);
  sayMix(mix, labels, report);
  return mix;
}

/** Tells the mix that is taken. */
export function sayMix(mix: ClassMix, labels: readonly string[], report: (event: WorkEvent) => void): void {
  const shares = labels.map((label, k) => `${label} ${formatPercent(mix[k]!)}`);
  report({ type: "notice", ...tell("priorTaken", { shares }) });
}

/** A prediction under another mix; an error stays one. */
export function correctLine(
  line: PredictionLine,
  { trained, mix, labels }: { trained: ClassMix; mix: ClassMix; labels: readonly string[] },
): PredictionLine {
  if ("error" in line) return line;
  const corrected = correctForMix(vectorOf(line, labels), trained, mix);
  const best = argmax(corrected);
  const byLabel = (values: ClassMix): Record<string, number> =>
    Object.fromEntries(labels.map((label, k) => [label, values[k]!]));
  return {
    path: line.path,
    label: line.isUnknown === true ? line.label : labels[best]!,
    probability: corrected[best]!,
    probabilities: byLabel(corrected),
    prior: byLabel(mix),
    ...(line.isUnknown !== undefined && { isUnknown: line.isUnknown, nearest: labels[best]! }),
  };
}

function vectorOf({ probabilities }: Prediction, labels: readonly string[]): number[] {
  return labels.map((label) => probabilities[label]!);
}
