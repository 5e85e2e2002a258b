import { RootstockError } from "../../base/errors.ts";
import { type Matrix, argmax, createMatrix, rowOf } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import { createModel } from "../../graph/create-model.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { Classifier, FitOptions, FittedClassifier, HyperParameters } from "../classifier.ts";
import { type LabelledFeatures, logitDifference } from "./labelled-features.ts";

/** A promise of the contract, by name, to be run by whatever runs your tests. */
export interface Check {
  readonly name: string;
  /** Throws E_VERIFY with what was expected and what was found. */
  run(): Promise<void>;
}

/** Where a classifier keeps less than the suite asks, with the reason. */
export interface Deviation {
  /** Largest difference of logits, as a share of max(1, their range); the suite asks for 1e-4. */
  readonly allowed: number;
  readonly reason: string;
}

/** A classifier under examination, with one set of hyper-parameters. */
export interface Subject {
  readonly classifier: Classifier;
  readonly parameters: HyperParameters;
  /** Also what computes the exported graphs. */
  readonly engine: Engine;
  /** Of every fit, beside the class count. */
  readonly common: Omit<FitOptions, "classCount">;
  readonly outOfFold?: Deviation | undefined;
  readonly rowOrder?: Deviation | undefined;
}

/** One promise: resolves when the subject keeps it. */
export type Examine = (subject: Subject) => Promise<void>;

/** Largest difference that rounding explains. */
export const strict = 1e-4;

/** Fits the subject to a set. */
export async function fitTo(
  { classifier, parameters, common }: Subject,
  { features, labels, classCount }: LabelledFeatures,
  signal?: AbortSignal,
): Promise<FittedClassifier> {
  return await classifier.fit(features, labels, parameters, { classCount, ...common, signal });
}

/** Throws E_VERIFY in the house's form unless `isKept`. */
export function requireKept(isKept: boolean, expected: string, got: unknown): void {
  if (!isKept) throw new RootstockError("E_VERIFY", `expected ${expected}, got ${String(got)}.`);
}

/** Throws unless `got` is at most `limit`; NaN is never. */
export function requireAtMost(got: number, limit: number, what: string): void {
  requireKept(got <= limit, `${what} of at most ${limit}`, got);
}

/** Throws unless the logits name at least 85 % of the rows rightly. */
export function requireLearnt(logits: Matrix, { labels }: LabelledFeatures): void {
  const right = labels.reduce((sum, label, i) => sum + Number(argmax(rowOf(logits, i)) === label), 0);
  requireKept(right / labels.length > 0.85, "an accuracy above 0.85", right / labels.length);
}

/** Throws unless every logit is finite. */
export function requireFiniteLogits({ data }: Matrix): void {
  const wrong = data.find((value) => !Number.isFinite(value));
  requireKept(wrong === undefined, "finite logits", wrong);
}

/** Throws unless `work` throws an error whose code, or else name, is `code` and whose message has `words`. */
export async function requireRefused(work: () => unknown, code: string, words = ""): Promise<void> {
  const outcome = await Promise.resolve()
    .then(work)
    .then(
      () => "no error",
      (error: unknown) => error,
    );
  const { code: found, name, message } = outcome as { code?: unknown; name?: unknown; message?: unknown };
  const isRight = (found === code || name === code) && String(message).includes(words);
  requireKept(isRight, `${code}${words && ` with "${words}"`}`, outcome);
}

/** Largest difference between the logits in memory and those of the exported graph. */
export async function onnxDifference(
  engine: Engine,
  fitted: FittedClassifier,
  features: Matrix,
): Promise<number> {
  await using session = await engine.load(createModel(fitted.toGraph()));
  const input = floatTensor([features.rows, features.columns], features.data.slice());
  const { logits } = await session.run({ features: input });
  const [rows, columns] = logits!.dims as [number, number];
  return logitDifference(fitted.logits(features), createMatrix(rows, columns, asFloat32(logits!)));
}
