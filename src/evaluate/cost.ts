/** What a model costs whoever uses it. */
export interface Cost {
  /** Of the delivered model's numbers, in millions of bytes. */
  readonly megabytes: number;
  /** From a decoded photo to its class, one at a time. */
  readonly milliseconds: number;
}

/** What the cheapest is chosen by. */
export interface Priced {
  readonly name: string;
  /** What measuring it took. */
  readonly seconds: number;
  readonly cost?: Cost | undefined;
  readonly complexity?: readonly number[];
}

/** Times differ from run to run by this factor without a reason. */
const noise = 1.5;

/**
 * The cheapest of some methods, the first of which stands at the head of a ranking: among those whose time for a prediction is
 * within noise of the least, those with the smallest model; of those the simplest, then the first. Where no prediction was timed the head, unless
 * another was measured three times faster.
 */
export function cheapestOf<P extends Priced>(ranked: readonly P[]): P {
  const head = ranked[0]!;
  if (ranked.some(({ cost }) => cost === undefined)) {
    const fastest = ranked.reduce((best, one) => (one.seconds < best.seconds ? one : best));
    return head.seconds >= 3 * fastest.seconds ? fastest : head;
  }
  const quick = within(ranked, ({ cost }) => cost!.milliseconds, noise);
  const small = within(quick, ({ cost }) => cost!.megabytes, 1.02);
  return small.reduce((best, one) => (isSimpler(one, best) ? one : best));
}

function within<P>(all: readonly P[], valueOf: (one: P) => number, factor: number): P[] {
  const least = Math.min(...all.map(valueOf));
  return all.filter((one) => valueOf(one) <= factor * least);
}

function isSimpler({ complexity: a = [] }: Priced, { complexity: b = [] }: Priced): boolean {
  return (a.map((place, i) => place - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0) < 0;
}
