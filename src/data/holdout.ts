import type { Manifest, ManifestRow } from "./manifest.ts";

/** Row indices by role. */
export interface HoldoutSplit {
  /** Rows for fitting and folds. */
  readonly training: Int32Array;
  /** Rows scored once at the end; empty where the data set marks none. */
  readonly holdout: Int32Array;
}

/**
 * The rows of `test`, else of `validation`, are the holdout; everything else trains.
 * A training row in one group with a holdout row (a copy of the same picture, say) would leak: it is in neither.
 * `readManifest` names such rows in an E_LEAK warning.
 */
export function holdoutOf({ rows }: Pick<Manifest, "rows">): HoldoutSplit {
  const mark = rows.some(({ split }) => split === "test") ? "test" : "validation";
  const isHoldout = ({ split }: ManifestRow): boolean => split === mark;
  const held = new Set(rows.filter(isHoldout).flatMap(({ group }) => group ?? []));
  const leaks = ({ group }: ManifestRow): boolean => group !== undefined && held.has(group);
  const indices = Int32Array.from(rows.keys());
  return {
    holdout: indices.filter((i) => isHoldout(rows[i]!)),
    training: indices.filter((i) => !isHoldout(rows[i]!) && !leaks(rows[i]!)),
  };
}

/** Rows that `holdoutOf` leaves out because a picture of their group is in the holdout. */
export function leakingRows(manifest: Pick<Manifest, "rows">): ManifestRow[] {
  const { training, holdout } = holdoutOf(manifest);
  const used = new Set([...training, ...holdout]);
  return manifest.rows.filter((_, i) => !used.has(i));
}

/** Classes with pictures in the holdout and none that train, copies of holdout pictures left out. */
export function holdoutOnlyClasses({ rows, classes }: Pick<Manifest, "rows" | "classes">): string[] {
  const { training, holdout } = holdoutOf({ rows });
  const labels = (indices: Int32Array): Set<string | null> =>
    new Set([...indices].map((i) => rows[i]!.label));
  const [taught, judged] = [labels(training), labels(holdout)];
  return classes.filter((name) => judged.has(name) && !taught.has(name));
}
