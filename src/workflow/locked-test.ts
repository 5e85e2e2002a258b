import { resolve } from "node:path";
import { listRuns } from "../runs/read-run.ts";
import type { RunRecord } from "../runs/run-record.ts";
import type { RunSettings } from "./describe-run.ts";
import type { Study } from "./study.ts";

/**
 * The locked test set of a run that has scored it, with the looks at it: the complete runs in the same folder that did so on the same
 * data, and this one. Null where none was asked for.
 */
export async function lookAtLocked(
  { holdout }: Pick<Study, "holdout">,
  { data, out, options }: Pick<RunSettings, "data" | "out" | "options">,
): Promise<NonNullable<RunRecord["lockedTest"]> | null> {
  const { lockTest: share } = options;
  if (share === undefined) return null;
  const earlier = (await listRuns(out)).filter(
    (one) =>
      "run" in one &&
      one.run.status === "complete" &&
      one.run.lockedTest != null &&
      resolve(one.run.dataset.path) === resolve(data),
  );
  return { share, images: holdout.length, looks: earlier.length + 1 };
}
