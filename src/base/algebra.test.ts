import { expect, test } from "vitest";
import { type Algebra, plainAlgebra, stoppableAlgebra } from "./algebra.ts";
import {
  type SquareMatrix,
  cholesky,
  choleskyInSteps,
  solveCholesky,
  solveCholeskyInSteps,
} from "./linear-algebra.ts";
import { createMatrix } from "./matrix.ts";
import { createPause } from "./pause.ts";
import { createRandom } from "./random.ts";

/** A Aᵀ + I, positive definite. */
function positive(size: number): SquareMatrix {
  const random = createRandom(size);
  const a = Float64Array.from({ length: size * size }, () => random.normal());
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < size; k += 1) sum += a[i * size + k]! * a[j * size + k]!;
      data[i * size + j] = sum;
    }
  return { size, data };
}

test.each([1, 3, 4, 7, 30])(
  "Cholesky in steps gives the digits of Cholesky at once, of %i rows",
  async (size) => {
    const pause = createPause(undefined);
    const matrix = positive(size);
    const right = Float64Array.from({ length: 5 * size }, (_, i) => Math.sin(i));
    const lower = await choleskyInSteps(matrix, pause);
    expect(lower).toEqual(cholesky(matrix));
    expect(await solveCholeskyInSteps(lower, right, pause)).toEqual(solveCholesky(lower, right));
    const again = lower.data.map((_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += lower.data[i * size + k]! * lower.data[j * size + k]!;
      return sum - matrix.data[at]!;
    });
    expect(Math.max(...again.map(Math.abs))).toBeLessThan(1e-11 * size);
  },
);

test("Cholesky in steps throws the signal's reason between two rows", async () => {
  const stop = new AbortController();
  let pauses = 0;
  const pause = async (): Promise<void> => {
    if ((pauses += 1) === 3) stop.abort(new Error("enough"));
    stop.signal.throwIfAborted();
  };
  await expect(choleskyInSteps(positive(30), pause)).rejects.toThrow("enough");
  expect(pauses).toBe(3);
});

test("stoppableAlgebra: the same products; once the signal fires none is waited for", async () => {
  const a = createMatrix(2, 2, Float32Array.of(1, 2, 3, 4));
  const stop = new AbortController();
  const algebra = stoppableAlgebra(plainAlgebra, stop.signal);
  expect(await algebra.multiply(a, a)).toEqual(await plainAlgebra.multiply(a, a));
  expect(await algebra.multiplyTransposed(a, a)).toEqual(await plainAlgebra.multiplyTransposed(a, a));
  const never: Algebra = {
    multiply: async () => await new Promise(() => undefined),
    multiplyTransposed: async () => await new Promise(() => undefined),
  };
  const waiting = stoppableAlgebra(never, stop.signal).multiply(a, a);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(stoppableAlgebra(never, stop.signal).multiplyTransposed(a, a)).rejects.toThrow("enough");
});
