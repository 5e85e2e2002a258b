import { drawBeta } from "../base/beta.ts";
import type { Random } from "../base/random.ts";

/** Examples and their target distributions, row by row. Shapes: n x size, n x classes. */
export interface MixableRows {
  readonly examples: Float32Array;
  readonly distribution: Float32Array;
}

/**
 * Mixup of one batch, in place: with λ from Beta(α, α) and a random partner j for each row i,
 * x ← λ xᵢ + (1 - λ) xⱼ and t ← λ tᵢ + (1 - λ) tⱼ. Every row is the partner of one.
 * `alpha` above 0: small, and nearly all batches stay as they are; 1, and λ is uniform. Returns λ.
 * Source: Zhang et al. 2018, mixup: Beyond Empirical Risk Minimization, one λ a batch as in its code.
 */
export function mixBatch(batch: MixableRows, how: { rows: number; alpha: number; random: Random }): number {
  return mixTogether([batch.examples, batch.distribution], how);
}

/** The same for any arrays that have `rows` rows each: examples, and whatever is known of them. */
export function mixTogether(
  parts: readonly Float32Array[],
  { rows, alpha, random }: { rows: number; alpha: number; random: Random },
): number {
  const share = drawBeta(random, alpha, alpha);
  const partners = random.shuffle(Array(rows).keys());
  for (const values of parts) mixRows(values, partners, share);
  return share;
}

function mixRows(values: Float32Array, partners: readonly number[], share: number): void {
  const before = values.slice();
  const size = values.length / partners.length;
  for (const [i, partner] of partners.entries()) {
    const [to, from] = [i * size, partner * size];
    for (let k = 0; k < size; k += 1)
      values[to + k] = share * before[to + k]! + (1 - share) * before[from + k]!;
  }
}

/** 1 at each row's class. Shapes: n labels -> n x classes. */
export function oneHotRows(labels: Int32Array, classCount: number): Float32Array {
  const out = new Float32Array(labels.length * classCount);
  for (const [i, label] of labels.entries()) out[i * classCount + label] = 1;
  return out;
}
