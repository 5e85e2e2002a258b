import type { Fact } from "./fact.ts";
import { shortText } from "./short-text.ts";
import { type Refused, describeSystemError, isSystemError } from "./system-error.ts";

/**
 * Every stable error code. Users and scripts may branch on these, so a code is never renamed.
 * Rooms add theirs here, beside the exit code that a command ends with when nothing catches the error.
 */
export const errorCodes = {
  // usage: exit 2
  E_USAGE: 2,
  E_OPTION: 2,
  E_VERSION: 2,
  E_RECIPE: 2,
  // data: exit 3
  E_DATA: 3,
  E_DATA_NOT_FOUND: 3,
  E_MANIFEST: 3,
  E_CLASS_TOO_SMALL: 3,
  E_ONE_CLASS: 3,
  E_LABEL_CONFLICT: 3,
  E_LABEL_MISSING: 3,
  E_DUPLICATE: 3,
  E_NEAR_DUPLICATE: 3,
  E_IMBALANCE: 3,
  E_LEAK: 3,
  E_UNLABELLED: 3,
  E_LEDGER: 3,
  E_SPLITS: 3,
  E_HOLDOUT_ONLY: 3,
  E_CLASS_NAMES: 3,
  E_IMAGE: 3,
  E_IMAGE_EMPTY: 3,
  E_IMAGE_TYPE: 3,
  E_IMAGE_TRUNCATED: 3,
  E_IMAGE_ANIMATED: 3,
  E_IMAGE_TOO_LARGE: 3,
  E_IMAGE_LINK: 3,
  E_IMAGE_OUTSIDE: 3,
  E_IMAGE_UNREADABLE: 3,
  E_IMAGE_CHANGED: 3,
  E_IMAGE_MISSING: 3,
  E_IMAGE_STRAY: 3,
  E_IMAGE_BLANK: 3,
  E_IMAGE_EXTENSION: 3,
  // a gate or a verification not met: exit 4
  E_VERIFY: 4,
  // everything else failed: exit 1
  E_INTERNAL: 1,
  E_BACKBONE: 1,
  E_CARD: 1,
  E_LAYER: 1,
  E_CHECKSUM: 1,
  E_ONNX: 1,
  E_ONNX_EXTERNAL: 1,
  E_OPERATOR: 1,
  E_SHAPE: 1,
  E_NO_GRADIENT: 1,
  E_ENGINE: 1,
  E_FEATURES: 1,
  E_FIT: 1,
  E_CLASSIFIER: 1,
  E_NAN: 1,
  E_CACHE: 1,
  E_FILE: 1,
  E_DISK_FULL: 1,
  E_LOCK: 1,
  E_SAFETENSORS: 1,
  E_PICKLE: 1,
  E_PICKLE_GLOBAL: 1,
  E_WEIGHTS: 1,
  E_ZIP: 1,
  E_DOWNLOAD: 1,
  E_OFFLINE: 1,
  E_BUNDLE: 1,
  E_CHECKPOINT: 1,
  E_RUN: 1,
  E_TIME: 1,
  E_QUEUE: 1,
  // stopped by the user: exit 130
  E_ABORTED: 130,
} as const;

/** One of `errorCodes`. */
export type ErrorCode = keyof typeof errorCodes;

/**
 * The one error class.
 * Message form: `subject: expected X, got Y, where.`; the next step for the user goes into `hint`.
 *
 * @example
 * throw new RootstockError("E_LAYER", `layer "conv9": no such layer in alexnet. It has conv1, conv2.`,
 *   { hint: "Choose one of them with --layer." });
 */
export class RootstockError extends Error {
  override readonly name = "RootstockError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? "";
  }
}

/** An error as plain data, the form used in every JSON output. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  /** What the message says, as data; absent where nobody has put it so. */
  readonly fact?: Fact;
}

/**
 * Any thrown value as plain data: an abort becomes `E_ABORTED`, a refusal of the system `E_FILE` or `E_DISK_FULL` in
 * words, anything else `E_INTERNAL`.
 */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof RootstockError) return { code: error.code, message: error.message, hint: error.hint };
  if (isAbort(error)) return { code: "E_ABORTED", message: "Interrupted.", hint: "" };
  if (isSystemError(error)) return describeSystemError(error);
  return { code: "E_INTERNAL", message: error instanceof Error ? error.message : String(error), hint: "" };
}

/** What the system refused as an error of ours; any other thrown value as it is. */
export function explained(error: unknown, refused: Refused = {}): unknown {
  if (!isSystemError(error)) return error;
  const { code, message, hint } = describeSystemError(error, refused);
  return new RootstockError(code, message, { hint, cause: error });
}

/** True for the error that an aborted signal throws, and for our own `E_ABORTED`. */
export function isAbort(error: unknown): boolean {
  if (error instanceof RootstockError) return error.code === "E_ABORTED";
  return error instanceof Error && error.name === "AbortError";
}

/**
 * The first five of a list and how many follow, each quoted: `"a", "b", "c" and 4 more`.
 * Complete lists would drown the message; a silent cut would hide the size of the problem.
 */
export function quoteList(items: readonly string[], limit = 5): string {
  const shown = items.slice(0, limit).map((item) => JSON.stringify(shortText(item, 200)));
  const rest = items.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
