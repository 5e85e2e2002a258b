import type { WorkOptions } from "../base/events.ts";
import { tell } from "../words/fact.ts";

/** Share of the objective that a solver may leave without a word: no score is then off by what anybody would see. */
const gapAllowed = 1e-3;

/**
 * Tells that a solver used up its steps before its tolerance; the fit goes on with where it stands. `gap` is the duality
 * gap, a share of the objective, null where it is not known: a small one is not worth a warning, a large one is told.
 */
export function warnUnsettled(name: string, { report }: WorkOptions, gap: number | null = null): void {
  if (gap !== null && !(gap > gapAllowed)) return;
  report?.({
    type: "warning",
    code: "W_NOT_CONVERGED",
    ...tell("unsettled", { name, gap }),
  });
}
