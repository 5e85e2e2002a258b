import type { Manifest } from "./manifest.ts";

/** Row indices by role. */
export interface HoldoutSplit {
  /** Rows for fitting and folds. */
  readonly training: Int32Array;
  /** Rows scored once at the end; empty where the data set marks none. */
  readonly holdout: Int32Array;
}

/**
 * The rows of `test`, else of `validation`, are the holdout; everything else trains.
 * A training row in one group with a holdout row (a copy of the same picture, say) would leak: it joins the holdout's
 * side as neither, that is, it is left out of training.
 */
export function holdoutOf({ rows }: Manifest): HoldoutSplit {
  const mark = rows.some(({ split }) => split === "test") ? "test" : "validation";
  const indices = Int32Array.from(rows.keys());
  const holdout = indices.filter((i) => rows[i]!.split === mark);
  const held = new Set([...holdout].map((i) => rows[i]!.group).filter((group) => group !== undefined));
  return {
    holdout,
    training: indices.filter((i) => rows[i]!.split !== mark && !held.has(rows[i]!.group ?? "")),
  };
}
