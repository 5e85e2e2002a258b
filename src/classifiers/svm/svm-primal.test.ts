import { expect, test } from "vitest";
import { createMatrix } from "../../base/matrix.ts";
import { createPause } from "../../base/pause.ts";
import { createRandom } from "../../base/random.ts";
import { rowProducts } from "../../base/products.ts";
import { solveDual, startDual } from "./svm-dual.ts";
import { solveWithFeatures, startFeatures } from "./svm-primal.ts";
import { addConstant, oneAgainstRest } from "./svm-problem.ts";

const random = createRandom(4);
const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
const features = createMatrix(
  60,
  4,
  Float32Array.from({ length: 240 }, (_, at) => random.normal() + 0.6 * (Math.floor(at / 4) % 2)),
);

for (const loss of ["hinge", "squared-hinge"])
  test(`solveWithFeatures: with ${loss} it finds the scores that solveDual finds on the Gram matrix`, async () => {
    const side = oneAgainstRest(labels, 1, { C: 0.7, loss, classWeights: "none" });
    const solver = { tolerance: 1e-8, maxUpdates: 1e6, pause: createPause(undefined) };
    const problem = { gram: addConstant(rowProducts(features, features), 1), ...side };
    const onGram = startDual(problem);
    const onFeatures = startFeatures({ features, ...side });
    expect(await solveDual(problem, onGram, solver)).toBe(true);
    expect(await solveWithFeatures({ features, ...side }, onFeatures, { ...solver, seed: 1 })).toBe(true);
    for (let i = 0; i < 60; i += 1) {
      const row = [...features.data.subarray(i * 4, i * 4 + 4), 1];
      const score = row.reduce((sum, value, j) => sum + value * onFeatures.weights[j]!, 0);
      const viaResidual = side.signs[i]! - onGram.residual[i]! - side.ridge[i]! * onGram.beta[i]!;
      expect(Math.abs(score - viaResidual)).toBeLessThan(1e-5);
    }
  });
