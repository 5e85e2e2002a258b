/** What every benchmark is given. */
export interface BenchOptions {
  /** Interpreter that has the peers; null leaves them out. */
  readonly python: string | null;
  /** A data folder in place of the benchmark's own. */
  readonly data: string | null;
  /** Only the cases whose title has these words; null for all. */
  readonly only: string | null;
  /** Ours and the peers run in turn so many times; medians count. */
  readonly rounds: number;
}

/** A table, and the numbers behind it. */
export interface BenchResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Every single measurement. */
  readonly raw: unknown;
}

/** The middle value; the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
