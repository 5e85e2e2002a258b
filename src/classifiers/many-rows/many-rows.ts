import type { Matrix } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import type { LearnOptions } from "../learner.ts";

/**
 * Rows from which products with all of them beat their Gram matrix. Tuned fits of `svm` (512 columns, 10 classes, two busy
 * cores): 1,000 rows take 4.8 s against 2.4 s on the Gram matrix, 2,000 rows 7.5 s against 12.2 s, 4,000 rows 9 s against
 * 28 s.
 */
const switchRows = 1536;

/** The Gram matrix of this many rows takes 64 MiB; more rows never have one. */
export const gramRowLimit = 4096;

/** Where solvers take products with all rows: the Gram matrix is larger than the rows themselves, or too large. */
export function hasManyRows({ rows, columns }: Matrix): boolean {
  return rows > gramRowLimit || rows > Math.max(switchRows, 2 * columns);
}

/** Options of a fit that has a runtime to hold rows. */
export type WithEngine = LearnOptions & { readonly engine: Engine };

/** Whether there is a runtime to hold the rows; without one, solvers walk through them. */
export function hasEngine(options: LearnOptions): options is WithEngine {
  return options.engine !== undefined;
}
