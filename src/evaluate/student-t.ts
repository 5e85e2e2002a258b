import { incompleteBeta } from "../base/incomplete-beta.ts";

/** The standard normal's 97.5 % point: half the width of a 95 % interval, in standard errors. */
export const z95 = 1.959963984540054;

/**
 * Student's 97.5 % point for `degrees` of freedom (at least 1); it tends to `z95`.
 * Exact for 1 and 2 degrees, else the Cornish-Fisher expansion z + Σ gᵢ(z) / νⁱ, good to 0.3 % at 3 degrees and
 * 0.01 % from 8 on. Source: Abramowitz & Stegun, 26.7.5. Witness: SciPy `t.ppf(0.975, ν)`.
 */
export function studentT95(degrees: number): number {
  if (degrees === 1) return Math.tan(Math.PI * 0.475);
  if (degrees === 2) return 0.95 / Math.sqrt(2 * 0.975 * 0.025);
  const z = z95;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}

/**
 * Two-sided: the chance that |T| is at least |t| for Student's T with `degrees` of freedom (above 0).
 * P = I_x(ν / 2, 1 / 2) with x = ν / (ν + t²). Source: Abramowitz & Stegun, 26.7.1. Witness: SciPy `2 * t.sf(|t|, ν)`.
 */
export function studentTails(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? 1 : 0;
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}
