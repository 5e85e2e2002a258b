import type { WorkOptions } from "../base/events.ts";

/** Tells that a solver used up its steps before its tolerance; the fit goes on with where it stands. */
export function warnUnsettled(name: string, { report }: WorkOptions): void {
  report?.({
    type: "warning",
    code: "W_NOT_CONVERGED",
    message: `${name}: the solver stopped before it reached its tolerance. Scale the features, or use a smaller C.`,
  });
}
