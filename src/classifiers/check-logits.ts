import { RootstockError } from "../base/errors.ts";
import type { Matrix } from "../base/matrix.ts";
import { shortText } from "../base/short-text.ts";

const hint =
  "The fault is in the classifier's code: `classifierChecks` of rootstock/testing finds such faults in seconds, on data of its own.";

/** The error about a classifier that does not do what the contract says. */
export function brokenContract(
  subject: string,
  expected: string,
  got: unknown,
  cause?: unknown,
): RootstockError {
  const told = typeof got === "object" && got !== null ? JSON.stringify(got) : String(got);
  const message = `${subject}: expected ${expected}, got ${shortText(told, 300)}.`;
  return new RootstockError("E_CLASSIFIER", message, { hint, cause });
}

/** How many logits there have to be: N x K. */
export interface LogitsShape {
  readonly rows: number;
  readonly columns: number;
}

/** Throws E_CLASSIFIER unless it is a float32 matrix of this shape. */
export function requireLogitsShape(
  logits: unknown,
  { rows, columns }: LogitsShape,
  subject: string,
): asserts logits is Matrix {
  const { data, ...shape } = (logits ?? {}) as Partial<Matrix>;
  const isOfShape = shape.rows === rows && shape.columns === columns && data?.length === rows * columns;
  if (data instanceof Float32Array && isOfShape) return;
  throw brokenContract(subject, `logits ${rows} x ${columns} as a matrix of float32`, shapeOf(logits));
}

/** Throws E_CLASSIFIER unless it is a float32 matrix of this shape with finite numbers, at least in the rows `of`. */
export function requireLogits(
  logits: unknown,
  shape: LogitsShape,
  subject: string,
  of?: ReadonlySet<number>,
): asserts logits is Matrix {
  requireLogitsShape(logits, shape, subject);
  const { data, columns } = logits;
  const isAsked = (i: number): boolean => of?.has(Math.floor(i / columns)) ?? true;
  const at = data.findIndex((value, i) => !Number.isFinite(value) && isAsked(i));
  if (at < 0) return;
  const where = `row ${Math.floor(at / columns)}, class ${at % columns}`;
  throw brokenContract(subject, "finite logits", `${data[at]} in ${where}`);
}

function shapeOf(value: unknown): string {
  if (value instanceof Promise) return "a promise (logits is not async)";
  if (typeof value !== "object" || value === null) return String(value);
  const { rows, columns, data } = value as Partial<Matrix>;
  const kind = data == null ? "no data" : `${data.length} values as ${data.constructor.name}`;
  return `${rows} x ${columns} with ${kind}`;
}
