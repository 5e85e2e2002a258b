import { type Matrix, createMatrix, rowOf } from "./matrix.ts";

/** A row-major float64 matrix: entry (i, j) is `data[i * columns + j]`. */
export interface Matrix64 {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Dense products in float64, where sums must keep all their digits. */
export interface Algebra64 {
  /** A Bᵀ. Shapes: N x D, M x D -> N x M. */
  multiplyTransposed(a: Matrix64, b: Matrix64): Promise<Matrix64>;
  /** Aᵀ B. Shapes: N x D, N x M -> D x M. */
  transposedMultiply(a: Matrix64, b: Matrix64): Promise<Matrix64>;
}

/**
 * The dense products that classifiers need. The engine offers a fast one (ONNX Runtime as BLAS);
 * `plainAlgebra` is the witness and the fallback where there is no engine. Float32 in and out.
 */
export interface Algebra {
  /** A Bᵀ. Shapes: N x D, M x D -> N x M. The Gram matrix is `multiplyTransposed(X, X)`. */
  multiplyTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** A B. Shapes: N x D, D x M -> N x M. */
  multiply(a: Matrix, b: Matrix): Promise<Matrix>;
  /** The same in float64; plain loops when absent. */
  readonly float64?: Algebra64;
}

/** Plain loops in float64. */
export const plainAlgebra64: Algebra64 = {
  async multiplyTransposed(a, b) {
    const data = new Float64Array(a.rows * b.rows);
    for (let i = 0; i < a.rows; i += 1) {
      const left = a.data.subarray(i * a.columns, (i + 1) * a.columns);
      for (let j = 0; j < b.rows; j += 1)
        data[i * b.rows + j] = dot(left, b.data.subarray(j * b.columns, (j + 1) * b.columns));
    }
    return { rows: a.rows, columns: b.rows, data };
  },
  async transposedMultiply(a, b) {
    const data = new Float64Array(a.columns * b.columns);
    for (let i = 0; i < a.rows; i += 1)
      for (let j = 0; j < a.columns; j += 1) {
        const factor = a.data[i * a.columns + j]!;
        if (factor === 0) continue;
        for (let k = 0; k < b.columns; k += 1)
          data[j * b.columns + k]! += factor * b.data[i * b.columns + k]!;
      }
    return { rows: a.columns, columns: b.columns, data };
  },
};

/** Plain loops with float64 accumulation. */
export const plainAlgebra: Algebra = {
  float64: plainAlgebra64,
  async multiplyTransposed(a, b) {
    const out = createMatrix(a.rows, b.rows);
    for (let i = 0; i < a.rows; i += 1) {
      const left = rowOf(a, i);
      for (let j = 0; j < b.rows; j += 1) out.data[i * b.rows + j] = dot(left, rowOf(b, j));
    }
    return out;
  },
  async multiply(a, b) {
    const out = createMatrix(a.rows, b.columns);
    const sums = new Float64Array(b.columns);
    for (let i = 0; i < a.rows; i += 1) {
      sums.fill(0);
      for (let k = 0; k < a.columns; k += 1) {
        const value = a.data[i * a.columns + k]!;
        for (let j = 0; j < b.columns; j += 1) sums[j]! += value * b.data[k * b.columns + j]!;
      }
      out.data.set(sums, i * b.columns);
    }
    return out;
  },
};

/** The same products, keeping the last A Aᵀ: tuning and the fit after it ask for the Gram matrix of one value. */
export function rememberGram(algebra: Algebra): Algebra {
  let last: { of: Matrix; gram: Promise<Matrix> } | undefined;
  return {
    ...algebra,
    multiplyTransposed: async (a, b) => {
      if (a !== b) return await algebra.multiplyTransposed(a, b);
      if (last?.of !== a) last = { of: a, gram: algebra.multiplyTransposed(a, a) };
      return await last.gram;
    },
  };
}

/** The same products; once the signal fires they throw its reason at once, and what was under way is dropped. */
export function stoppableAlgebra(algebra: Algebra, signal: AbortSignal | undefined): Algebra {
  if (signal === undefined) return algebra;
  const { float64 } = algebra;
  return {
    multiplyTransposed: async (a, b) => await unlessAborted(algebra.multiplyTransposed(a, b), signal),
    multiply: async (a, b) => await unlessAborted(algebra.multiply(a, b), signal),
    ...(float64 && {
      float64: {
        multiplyTransposed: async (a, b) => await unlessAborted(float64.multiplyTransposed(a, b), signal),
        transposedMultiply: async (a, b) => await unlessAborted(float64.transposedMultiply(a, b), signal),
      },
    }),
  };
}

/** Not by `Promise.race`: that would keep every result as long as the signal lives. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Σ aᵢ bᵢ in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
