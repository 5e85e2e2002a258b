import { expect, test } from "vitest";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { createPause } from "../../base/pause.ts";
import { rowProducts } from "../../base/products.ts";
import { createRandom } from "../../base/random.ts";
import type { HyperParameters } from "../classifier.ts";
import {
  type DualPoint,
  type DualProblem,
  continueDual,
  dualObjective,
  dualityGap,
  solveDual,
  startDual,
} from "./svm-dual.ts";
import { warnUnsettled } from "../solver-warning.ts";
import { type PairSide, bestPair } from "./svm-pair.ts";
import { addConstant, oneAgainstRest } from "./svm-problem.ts";

const rows = 240;
const columns = 400;
const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
const gram = addConstant(positiveGram(), 1);
const tolerance = 1e-6;

/** Positive features, as after a ReLU: every two rows share most of their direction. Some rows are copies. */
function positiveGram(): Matrix {
  const random = createRandom(8);
  const features = createMatrix(rows, columns);
  features.data.forEach((_, at) => {
    const row = Math.floor(at / columns);
    features.data[at] = Math.abs(random.normal() + 0.5 * Math.sin((at % columns) * (1 + (row % 3)))) / 20;
  });
  for (const copy of [60, 61, 62]) features.data.copyWithin(copy * columns, 0, columns);
  return rowProducts(features, features);
}

function problemOf(parameters: HyperParameters): DualProblem {
  return { gram, ...oneAgainstRest(labels, 0, { classWeights: "none", ...parameters }) };
}

async function solve(problem: DualProblem, start: DualPoint = startDual(problem)): Promise<DualPoint> {
  const options = { tolerance, maxUpdates: 1e6, pause: createPause(undefined) };
  expect(await solveDual(problem, start, options)).toBe(true);
  return start;
}

/** The largest gain per unit that the bounds still allow, from the coefficients alone. */
function largestViolation({ signs, upper, ridge }: DualProblem, beta: Float64Array): number {
  return beta.reduce((worst, value, i) => {
    const score = beta.reduce((sum, other, j) => sum + gram.data[i * rows + j]! * other, 0);
    const rise = signs[i]! * (signs[i]! - score - ridge[i]! * value);
    const alpha = signs[i]! * value;
    expect(alpha).toBeGreaterThanOrEqual(0);
    expect(alpha).toBeLessThanOrEqual(upper[i]!);
    return Math.max(worst, alpha < upper[i]! ? rise : 0, alpha > 0 ? -rise : 0);
  }, 0);
}

for (const loss of ["hinge", "squared-hinge"])
  for (const C of [0.01, 1, 100])
    test(`solveDual: with ${loss} and C ${C} no row is left to gain by, rows that were set aside included`, async () => {
      const problem = problemOf({ C, loss });
      const { beta } = await solve(problem);
      expect(largestViolation(problem, beta)).toBeLessThan(tolerance * 1.01);
    });

test("continueDual: from any other C, loss and weights it leads to the optimum that a fresh start finds", async () => {
  const settings = [
    { C: 100, loss: "hinge" },
    { C: 0.1, loss: "hinge" },
    { C: 1, loss: "squared-hinge" },
    { C: 1, loss: "hinge", classWeights: "auto" },
    { C: 0.5, loss: "hinge" },
  ];
  let last: { problem: DualProblem; point: DualPoint } | undefined;
  for (const parameters of settings) {
    const problem = problemOf(parameters);
    const start = last ? continueDual(last.problem, problem, last.point) : startDual(problem);
    const point = await solve(problem, start);
    expect(largestViolation(problem, point.beta)).toBeLessThan(tolerance * 1.01);
    const fresh = dualObjective(problem, await solve(problem));
    expect(Math.abs(dualObjective(problem, point) / fresh - 1)).toBeLessThan(1e-8);
    last = { problem, point };
  }
});

test("solveDual: stops where its steps are used up, and says so", async () => {
  const problem = problemOf({ C: 100, loss: "hinge" });
  const point = startDual(problem);
  const options = { tolerance, maxUpdates: 100, pause: createPause(undefined) };
  expect(await solveDual(problem, point, options)).toBe(false);
});

for (const loss of ["hinge", "squared-hinge"])
  test(`dualityGap: with ${loss} all of the objective at the start, and nothing at the optimum`, async () => {
    const problem = problemOf({ C: 1, loss });
    expect(dualityGap(problem, startDual(problem))).toBe(1);
    expect(dualityGap(problem, await solve(problem))).toBeLessThan(1e-5);
  });

test("warnUnsettled: a gap that nobody would see is not told, a larger one with its size", () => {
  const told: unknown[] = [];
  const report = (event: unknown): void => void told.push(event);
  warnUnsettled("svm", { report }, 1e-4);
  warnUnsettled("svm", { report }, 0.029);
  warnUnsettled("softmax", { report });
  expect(told).toMatchObject([
    {
      code: "W_NOT_CONVERGED",
      message: expect.stringContaining("stopped 2.9 % above its optimum") as string,
    },
    { message: expect.stringContaining("stopped before it reached its tolerance") as string },
  ]);
});

test("bestPair: no point of a grid within the bounds is better, for the same direction twice as well", () => {
  const random = createRandom(2);
  for (let round = 0; round < 300; round += 1) {
    const side = (): PairSide => ({
      value: random.next(),
      slope: 4 * random.normal(),
      curvature: 2,
      lower: 0,
      upper: 1,
    });
    const [a, b] = [side(), side()];
    const shared = [2, -2, 4 * random.next() - 2][round % 3]!;
    const gain = (x: number, y: number): number => {
      const [s, t] = [x - a.value, y - b.value];
      return a.slope * s + b.slope * t - s * s - t * t - shared * s * t;
    };
    const found = gain(...bestPair(a, b, shared));
    const grid = Array.from({ length: 21 * 21 }, (_, at) => gain((at % 21) / 20, Math.floor(at / 21) / 20));
    expect(Math.max(...grid) - found).toBeLessThan(1e-9);
  }
});
