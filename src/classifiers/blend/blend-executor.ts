import { RootstockError } from "../../base/errors.ts";
import type { Executor, FitResult, FitTask } from "../../evaluate/executor.ts";
import type { Matrix } from "../../base/matrix.ts";
import { type Blend, blendFolds, blendLogits } from "./blend.ts";

/** A recipe that is blended: its name, and its results for tasks, from where they are kept. */
export interface BlendMember {
  readonly name: string;
  results(tasks: readonly FitTask[]): Promise<readonly FitResult[]>;
}

/** An executor, and what it came to. */
export interface BlendExecutor {
  readonly executor: Executor;
  /** Chosen on all rows that folds held out: what a delivered blend has. Throws E_INTERNAL before the folds are done. */
  whole(): Blend;
}

/**
 * Answers the tasks of a cross-validation with the members' answers, blended: nothing is fitted. A fold's weights come from
 * the other folds; those for the holdout from all of them, so the folds come first. Seconds are the members' together.
 */
export function blendExecutor(members: readonly BlendMember[], labels: Int32Array): BlendExecutor {
  let latest: Blend | null = null;
  const whole = (): Blend => {
    if (latest !== null) return latest;
    throw new RootstockError("E_INTERNAL", "blend: expected its folds before its holdout.");
  };
  const executor: Executor = async function* (tasks) {
    const results = await Promise.all(members.map((member) => member.results(tasks)));
    const blends = blendsOf(tasks, results);
    for (const [t, { weights, temperature, logits }] of blends.entries()) {
      const own = results.map((of) => of[t]!.seconds);
      const sum = (key: "fit" | "predict"): number => own.reduce((total, one) => total + one[key], 0);
      const seconds = { fit: sum("fit"), predict: sum("predict") };
      yield { logits, chosen: { ...named(weights), temperature }, seconds };
    }
  };
  return { executor, whole };

  function blendsOf(
    tasks: readonly FitTask[],
    results: readonly (readonly FitResult[])[],
  ): readonly (Blend & { logits: Matrix })[] {
    const logitsOf = results.map((of) => of.map(({ logits }) => logits));
    if (tasks.every(({ fold }) => fold === "holdout"))
      return tasks.map((_, t) => {
        const own = logitsOf.map((of) => of[t]!);
        return { ...whole(), logits: blendLogits(own, whole()) };
      });
    const blended = blendFolds(
      logitsOf,
      labels,
      tasks.map(({ test }) => test),
    );
    latest ??= blended.whole; // of several rounds the first
    return blended.folds;
  }

  /** Members of weight 0 are left out. */
  function named(weights: readonly number[]): Record<string, number> {
    const entries = members.map(({ name }, m) => [name, weights[m]!] as const);
    return Object.fromEntries(entries.filter(([, weight]) => weight > 0));
  }
}
