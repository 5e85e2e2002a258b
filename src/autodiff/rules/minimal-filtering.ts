/**
 * A convolution of a stretch of numbers with a kernel by few multiplications: `tile` outputs of a kernel of r taps from
 * n = tile + r - 1 products in place of tile · r. y = Aᵀ [(G g) ⊙ (Bᵀ d)], ⊙ entry by entry.
 */
export interface MinimalFiltering {
  /** How many products. */
  readonly points: number;
  /** Aᵀ, tile x n: outputs of products. */
  readonly outputs: readonly (readonly number[])[];
  /** G, n x r: what each product takes of the kernel. */
  readonly kernel: readonly (readonly number[])[];
  /** Bᵀ, n x n: what each product takes of the input. */
  readonly inputs: readonly (readonly number[])[];
}

/** Outputs that one tile gives along an axis. */
export const tileLength = 4;

/**
 * Where both polynomials are evaluated, by the kernel's length; infinity comes last by itself. Halves and twos keep the
 * matrices' entries small: the root mean square error of float32 is 1e-6 with 6 products and 2e-6 with 8, where a plain
 * convolution has 3e-7.
 */
const finitePoints: Readonly<Record<number, readonly number[]>> = {
  3: [0, -1, 1, 0.5, -2],
  5: [0, 1, -1, 2, -2, 0.5, -0.5],
};

/** Kernel lengths that there are points for. */
export function isFilterable(taps: number): boolean {
  return Object.hasOwn(finitePoints, taps);
}

/**
 * The matrices for a kernel of 3 or 5 taps and tiles of 4: products of polynomials through their values at points.
 * Source: Winograd 1980, Arithmetic complexity of computations; Lavin and Gray 2016, arXiv:1509.09308; on the points
 * Barabasz et al. 2020, arXiv:1803.10986. Witness: the convolution itself in float64.
 */
export function minimalFiltering(taps: number): MinimalFiltering {
  const points = finitePoints[taps]!;
  const others = (i: number): number[] => points.filter((_, j) => j !== i);
  const powers = (point: number, count: number): number[] =>
    Array.from({ length: count }, (_, exponent) => point ** exponent);
  const last = (count: number): number[] => Array.from({ length: count }, (_, i) => Number(i === count - 1));
  const kernel = points.map((point, i) => {
    const scale = others(i).reduce((product, other) => product * (point - other), 1);
    return powers(point, taps).map((power) => power / scale);
  });
  return {
    points: points.length + 1,
    outputs: last(tileLength).map((isLast, row) => [...points.map((point) => point ** row), isLast]),
    kernel: [...kernel, last(taps)],
    inputs: [...points.map((_, i) => [...withRoots(others(i)), 0]), withRoots(points)],
  };
}

/** Coefficients of Π (x - root), the constant one first. */
function withRoots(roots: readonly number[]): number[] {
  let coefficients = [1];
  for (const root of roots) {
    const before = coefficients;
    coefficients = [0, ...before].map((shifted, i) => shifted - root * (before[i] ?? 0));
  }
  return coefficients;
}
