import { createRandom } from "../base/random.ts";

/** Whether labels agree with a model less than they used to. */
export interface DisagreementTest {
  readonly p: number;
  /** The class whose new labels disagree most beyond the old ones; -1 where there is none. */
  readonly label: number;
  /** Shares of labels that the model does not say, of the known and the arrived, over all classes that have both. */
  readonly known: number;
  readonly arrived: number;
}

/** A label and whether the model says another. */
export interface Agreement {
  readonly labels: Int32Array;
  /** 1: another. Shape: N. */
  readonly disagrees: Uint8Array;
}

/**
 * Permutation test within classes: of the photos of one class, known and arrived, it is dealt out anew who disagrees. The
 * statistic is the largest excess of disagreement of any class, in standard errors, so that one class whose meaning changed
 * is found among many. Exact where nothing changed. Shapes: N, M.
 */
export function testDisagreement(
  known: Agreement,
  arrived: Agreement,
  { classCount, seed = 0, permutations = 1999 }: { classCount: number; seed?: number; permutations?: number },
): DisagreementTest {
  const strata = Array.from({ length: classCount }, (_, k) => stratumOf(known, arrived, k)).filter(
    ({ pool, drawn }) => drawn > 0 && drawn < pool.length,
  );
  const excesses = strata.map((stratum) => excess(stratum, stratum.seen));
  const largest = Math.max(0, ...excesses);
  const random = createRandom(seed).fork("disagreement");
  let atLeast = 1;
  for (let p = 0; p < permutations; p += 1) {
    const drawn = strata.map((stratum) => excess(stratum, deal(stratum, random.integer)));
    if (Math.max(0, ...drawn) >= largest - 1e-12) atLeast += 1;
  }
  const sum = (of: (stratum: Stratum) => number): number => strata.reduce((total, one) => total + of(one), 0);
  return {
    p: atLeast / (1 + permutations),
    label: largest > 0 ? strata[excesses.indexOf(largest)]!.label : -1,
    known:
      sum(({ wrong, seen }) => wrong - seen) /
      Math.max(
        1,
        sum(({ pool, drawn }) => pool.length - drawn),
      ),
    arrived:
      sum(({ seen }) => seen) /
      Math.max(
        1,
        sum(({ drawn }) => drawn),
      ),
  };
}

interface Stratum {
  readonly label: number;
  /** 1: disagrees; of both samples. */
  readonly pool: number[];
  /** How many of the pool arrived, how many of all disagree, and of the arrived. */
  readonly drawn: number;
  readonly wrong: number;
  readonly seen: number;
}

function stratumOf(known: Agreement, arrived: Agreement, label: number): Stratum {
  const of = ({ labels, disagrees }: Agreement): number[] =>
    [...disagrees].filter((_, i) => labels[i] === label);
  const [old, recent] = [of(known), of(arrived)];
  const count = (flags: number[]): number => flags.reduce((a, b) => a + b, 0);
  return {
    label,
    pool: [...old, ...recent],
    drawn: recent.length,
    wrong: count(old) + count(recent),
    seen: count(recent),
  };
}

/** Disagreements among the arrived above what a random deal gives, over its standard deviation (hypergeometric). */
function excess({ pool, drawn, wrong }: Stratum, seen: number): number {
  const n = pool.length;
  const share = wrong / n;
  const variance = (drawn * share * (1 - share) * (n - drawn)) / Math.max(1, n - 1);
  return variance > 0 ? (seen - drawn * share) / Math.sqrt(variance) : 0;
}

/** Draws who arrived; counts those who disagree. */
function deal({ pool, drawn }: Stratum, integer: (limit: number) => number): number {
  let seen = 0;
  for (let i = 0; i < drawn; i += 1) {
    const j = i + integer(pool.length - i);
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
    seen += pool[i]!;
  }
  return seen;
}
