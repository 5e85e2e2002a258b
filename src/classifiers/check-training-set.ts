import { RootstockError } from "../base/errors.ts";
import type { Matrix } from "../base/matrix.ts";
import type { HyperParameters } from "./classifier.ts";

/** Throws E_NAN naming the first row and column that is not finite, and how many follow. */
export function requireFinite(features: Matrix, subject: string): void {
  if (areFinite(features.data)) return;
  const first = features.data.findIndex((value) => !Number.isFinite(value));
  const count = features.data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  const [row, column] = [Math.floor(first / features.columns), first % features.columns];
  throw new RootstockError(
    "E_NAN",
    `${subject}: expected finite features, got ${features.data[first]} in row ${row}, column ${column}` +
      (count > 1 ? `, and ${count - 1} more.` : "."),
    { hint: "The backbone overflowed or its file is damaged: check its card's preprocessing." },
  );
}

/** x − x is 0 for every finite x, and NaN for the others: a sum needs no call and no branch for each value. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]! - values[at]!;
  return sum === 0;
}

/** Throws E_SHAPE unless there is one label per row, each a class index, and at least one column; E_NAN as above. */
export function checkTrainingSet(
  features: Matrix,
  labels: Int32Array,
  { classCount, subject }: { classCount: number; subject: string },
): void {
  if (labels.length !== features.rows || features.columns === 0)
    throw new RootstockError(
      "E_SHAPE",
      `${subject}: expected one label per row and at least one column, got ${labels.length} labels for ` +
        `${features.rows} x ${features.columns} features.`,
    );
  const wrong = labels.findIndex((label) => label < 0 || label >= classCount);
  if (wrong >= 0)
    throw new RootstockError(
      "E_SHAPE",
      `${subject}: expected class indices from 0 to ${classCount - 1}, got ${labels[wrong]} in row ${wrong}.`,
    );
  requireFinite(features, subject);
}

/** Throws E_SHAPE when features of another width reach a fitted classifier, E_NAN when they are not finite. */
export function checkFeatures(features: Matrix, dimensions: number, subject: string): void {
  if (features.columns !== dimensions)
    throw new RootstockError(
      "E_SHAPE",
      `${subject}: expected ${dimensions} features, as in training, got ${features.columns}.`,
      { hint: "Use the same backbones, layer and pooling as in training." },
    );
  requireFinite(features, subject);
}

/**
 * Defaults overlaid with what was given. Throws E_OPTION naming every unknown parameter and every wrong type:
 * a misspelt one would silently do nothing. Where the default is "auto", a number is right as well.
 */
export function completeParameters(
  given: HyperParameters,
  defaults: HyperParameters,
  subject: string,
): HyperParameters {
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const example = defaults[name];
    if (example === undefined)
      return [`no parameter "${name}" (it has ${Object.keys(defaults).join(", ") || "none"})`];
    const isNumber = typeof value === "number" && Number.isFinite(value);
    if (typeof example === "number" ? isNumber : typeof value === typeof example) return [];
    if (example === "auto" && isNumber) return [];
    const expected = example === "auto" ? 'a number or "auto"' : `a ${typeof example}`;
    return [`"${name}" must be ${expected}, got ${JSON.stringify(value)}`];
  });
  if (problems.length > 0) throw new RootstockError("E_OPTION", `${subject}: ${problems.join("; ")}.`);
  return { ...defaults, ...given };
}

/** The range of numeric parameters, in the form `{ C: [0, Infinity] }`: both ends are excluded. */
export function requireBetween(
  parameters: HyperParameters,
  subject: string,
  ranges: Readonly<Record<string, readonly [low: number, high: number]>>,
): void {
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const value = Number(parameters[name]);
    if (!(value > low && value < high))
      throw new RootstockError(
        "E_OPTION",
        `${subject}: expected ${name} above ${low} and below ${high}, got ${value}.`,
      );
  }
}

/** Throws E_OPTION unless the parameter is one of the words. */
export function requireWord(
  parameters: HyperParameters,
  name: string,
  { subject, words }: { subject: string; words: readonly string[] },
): void {
  if (!words.includes(String(parameters[name])))
    throw new RootstockError(
      "E_OPTION",
      `${subject}: expected ${name} to be ${words.join(" or ")}, got ${JSON.stringify(parameters[name])}.`,
    );
}
