import { type Matrix, rowOf } from "../base/matrix.ts";

/** From which familiarity on a photo is taken for one of the classes, so that `keep` of the classes' own photos are. */
export interface FamiliarityLevel {
  /** The share of photos of the classes that keeps its answer, at least. */
  readonly keep: number;
  readonly familiarity: number;
}

/** What tells photos of none of the classes apart, learnt from photos that a model had not seen. */
export interface UnknownRule {
  /** Photos that the levels come from. */
  readonly photos: number;
  /** Ascending in `keep`; those that so few photos cannot promise are absent. */
  readonly levels: readonly FamiliarityLevel[];
}

/** Shares that are promised: 80 % to 99.5 %, in steps of half a percent. */
const promised = Array.from({ length: 40 }, (_, i) => (160 + i) / 200);

/**
 * How much evidence a model finds for any of its classes: log Σ exp of its logits, which is low where none of them is high. Shape: K.
 * Source: Liu et al., "Energy-based Out-of-distribution Detection" (2020), equation 4, with the sign turned.
 */
export function familiarityOf(logits: Float32Array): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
}

/**
 * Split conformal prediction: of n photos that were held out and one more from where they came, each is equally likely to be the
 * least familiar. So the k-th least familiarity, k = ⌊(n + 1)(1 - keep)⌋, turns a photo of the classes away at most 1 - keep of the
 * times, whatever the model. Rows of NaN, which no fold held out, do not count. Shape: N x K; null without a row.
 * Source: Vovk, Gammerman & Shafer, "Algorithmic Learning in a Random World" (2005); coverage by simulation.
 */
export function unknownRule(logits: Matrix): UnknownRule | null {
  const known = Array.from({ length: logits.rows }, (_, row) => familiarityOf(rowOf(logits, row)))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  if (known.length === 0) return null;
  const levels = promised.flatMap((keep) => {
    const k = Math.floor((known.length + 1) * (1 - keep) + 1e-9);
    return k === 0 ? [] : [{ keep, familiarity: known[k - 1]! }];
  });
  return { photos: known.length, levels };
}

/** The least familiarity that keeps its answer where at least `keep` of the classes' photos shall; null where that was not promised. */
export function familiarityFor({ levels }: UnknownRule, keep: number): number | null {
  return levels.find((level) => level.keep >= keep - 1e-9)?.familiarity ?? null;
}
