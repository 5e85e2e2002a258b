/** Sums over the centred rows from which the Ledoit-Wolf intensity follows. */
export interface SpreadSums {
  /** N */
  readonly rows: number;
  /** D */
  readonly columns: number;
  /** Σᵢ ‖rᵢ‖², the trace of RᵀR. */
  readonly squares: number;
  /** Σᵢ ‖rᵢ‖⁴. */
  readonly fourths: number;
  /** ‖RᵀR‖²F, the same as ‖RRᵀ‖²F: so the Gram matrix serves where D is large. */
  readonly frobenius: number;
}

/**
 * Ledoit and Wolf's shrinkage intensity s in [0, 1] for (1 − s) S + s μI with S = RᵀR / N, μ = tr S / D.
 * s = min(β, δ) / δ, β = (Σ‖rᵢ‖⁴ / N − ‖S‖²F) / (N D), δ = (‖S‖²F − D μ²) / D.
 * 1 when S is already a multiple of the identity or zero.
 * Source: Ledoit and Wolf 2004, A well-conditioned estimator. Witness: sklearn.covariance.ledoit_wolf_shrinkage.
 */
export function ledoitWolfShrinkage({ rows, columns, squares, fourths, frobenius }: SpreadSums): number {
  const mean = squares / (rows * columns);
  const norm = frobenius / rows ** 2;
  const delta = norm / columns - mean ** 2;
  if (!(delta > 0)) return 1;
  const beta = (fourths / rows - norm) / (rows * columns);
  return Math.min(1, Math.max(0, beta) / delta);
}

/** A fixed intensity above 0 and up to 1, or "auto" for Ledoit and Wolf's. */
export type Shrinkage = number | "auto";

/** The intensity as a number; never quite 0, so that Σ can be inverted. */
export function intensityOf(shrinkage: Shrinkage, sums: SpreadSums): number {
  return shrinkage === "auto" ? Math.max(1e-6, ledoitWolfShrinkage(sums)) : shrinkage;
}
