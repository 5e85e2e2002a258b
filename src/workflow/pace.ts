import type { ExpectedCost } from "../recipes/expected-cost.ts";

/** How long the recipes of a run take: first a rough ratio of one to the other, then what their first folds took. */
export interface Pace {
  /** The plans by name, cheapest first; what averages others after them. */
  readonly order: readonly string[];
  /** Says what the first fold of a plan took. */
  learn(name: string, foldSeconds: number): void;
  /** Says that a plan is over, whatever came out. */
  finish(name: string): void;
  /** Of one fold: as it was, else by what others took; null where nothing tells. */
  foldSeconds(name: string): number | null;
  /** Of all folds of a plan and the fit that scores the holdout. */
  wholeSeconds(foldSeconds: number): number;
  /** The fit of the model that is delivered, at its dearest. */
  deliverySeconds(): number;
  /** Of plans that have not begun; `uncounted`: those of which nothing tells. */
  waiting(): { readonly seconds: number; readonly uncounted: readonly string[] };
}

/** The pace of plans on so many folds and rounds of them (default 1), `expected` being what is known of each by its name. */
export function openPace(
  expected: ReadonlyMap<string, ExpectedCost>,
  { folds, rounds = 1, hasHoldout }: { folds: number; rounds?: number; hasHoldout: boolean },
): Pace {
  const learnt = new Map<string, number>();
  const begun = new Set<string>();
  /** A fit on all rows has more of them than one of a fold. */
  const onAllRows = folds / (folds - 1);
  const foldSeconds = (name: string): number | null => {
    const known = learnt.get(name);
    if (known !== undefined) return known;
    const { kind, cost } = expected.get(name)!;
    const alike = [...learnt].filter(([other]) => expected.get(other)!.kind === kind);
    if (alike.length === 0) return null;
    const spent = alike.reduce((sum, [, seconds]) => sum + seconds, 0);
    return (cost * spent) / alike.reduce((sum, [other]) => sum + expected.get(other)!.cost, 0);
  };
  const wholeSeconds = (fold: number): number => fold * (folds * rounds + (hasHoldout ? onAllRows : 0));
  return {
    order: [...expected.keys()].toSorted(
      (a, b) =>
        lastOf(expected.get(a)!) - lastOf(expected.get(b)!) || expected.get(a)!.cost - expected.get(b)!.cost,
    ),
    learn: (name, seconds) => {
      begun.add(name);
      learnt.set(name, seconds);
    },
    finish: (name) => begun.add(name),
    foldSeconds,
    wholeSeconds,
    deliverySeconds: () => onAllRows * Math.max(0, ...learnt.values()),
    waiting: () => {
      const names = [...expected.keys()].filter((name) => !begun.has(name));
      const guesses = names.map((name) => foldSeconds(name));
      return {
        seconds: guesses.reduce<number>((sum, guess) => sum + wholeSeconds(guess ?? 0), 0),
        uncounted: names.filter((_, i) => guesses[i] === null),
      };
    },
  };
}

function lastOf({ kind }: ExpectedCost): number {
  return Number(kind === "blend");
}
