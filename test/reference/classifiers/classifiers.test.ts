import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Matrix,
  argmax,
  createMatrix,
  matrixFrom,
  rowOf,
  softmaxRows,
} from "../../../src/base/matrix.ts";
import type { Classifier, FittedClassifier, HyperParameters } from "../../../src/classifiers/classifier.ts";
import { classifierTable } from "../../../src/classifiers/classifier-table.ts";
import { defineClassifier } from "../../../src/classifiers/define-classifier.ts";
import { softmaxLearner } from "../../../src/classifiers/softmax/softmax-regression.ts";
import { linearSvmLearner } from "../../../src/classifiers/svm/linear-svm.ts";
import { intensityOf } from "../../../src/classifiers/lda/ledoit-wolf.ts";
import { fitTemperature } from "../../../src/classifiers/temperature.ts";
import { openEngine } from "../../../src/engine/open-engine.ts";
import { asFloat32 } from "../../../src/graph/tensor.ts";

/** Numbers of classifiers.py, by scikit-learn, libsvm, liblinear and SciPy. */
interface Reference {
  readonly features: number[][];
  readonly labels: number[];
  readonly svmHinge: { decision: number[][]; objective: number[] };
  readonly svmSquaredHinge: { decision: number[][]; objective: number[] };
  readonly svmBalancedBinary: { decision: number[] };
  readonly kernelSvmBinary: { intercept: number; decision: number[] };
  readonly bayes: { mean: number[][]; variance: number[][]; jointLogLikelihood: number[][] };
  readonly lda: { logProbability: number[][]; autoShrinkage: number; autoLogProbability: number[][] };
  readonly softmax: { logProbability: number[][]; objective: number };
  readonly ridge: number[][];
  readonly nearestMean: number[];
  readonly neighbours: number[][];
  readonly temperature: { logits: number[][]; temperature: number };
}

const references = JSON.parse(readFileSync("test/reference/classifiers/classifiers.json", "utf8")) as Record<
  string,
  Reference
>;

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

/** Those of the table, and the solvers of many rows on these few. */
const classifiers: Readonly<Record<string, Classifier>> = {
  ...classifierTable,
  "svm of many rows": defineClassifier(linearSvmLearner(() => true)),
  "softmax of many rows": defineClassifier(softmaxLearner(() => true)),
};

for (const shape of ["tall", "wide"]) {
  const reference = references[shape]!;
  const features = matrixFrom(reference.features);
  const labels = Int32Array.from(reference.labels);
  const binary = labels.map((label) => Number(label === 0));
  const fit = async (
    name: string,
    parameters: HyperParameters,
    target = { labels, classCount: 3 },
  ): Promise<FittedClassifier> =>
    await classifiers[name]!.fit(features, target.labels, parameters, {
      classCount: target.classCount,
      engine,
    });
  const two = { labels: binary, classCount: 2 };

  describe(`${shape} data (40 x ${features.columns})`, () => {
    for (const [loss, C, numbers, tolerance] of [
      ["hinge", 2, reference.svmHinge, { decision: 5e-5, objective: 2e-5 }],
      ["squared-hinge", 0.5, reference.svmSquaredHinge, { decision: 2e-5, objective: 1e-7 }],
    ] as const)
      test(`svm, ${loss}: liblinear's decision values to ${tolerance.decision}, objectives to ${tolerance.objective}`, async () => {
        const fitted = await fit("svm", { C, loss });
        const logits = fitted.logits(features);
        expect(furthest(logits, numbers.decision)).toBeLessThan(tolerance.decision);
        for (const [k, expected] of numbers.objective.entries())
          expect(
            Math.abs(primalObjective(fitted, logits, { labels, k, C, loss }) / expected - 1),
          ).toBeLessThan(tolerance.objective);
      });
    test("svm, classWeights auto on two classes: liblinear's balanced decision values to 2e-5", async () => {
      const logits = (await fit("svm", { C: 0.5, classWeights: "auto" }, two)).logits(features);
      const decision = Array.from(labels, (_, i) => [logits.data[i * 2 + 1]!]);
      expect(furthest(matrixFrom(decision), column(reference.svmBalancedBinary.decision))).toBeLessThan(2e-5);
    });
    test("svm-rbf on two classes: libsvm's decision values and bias to 2e-5", async () => {
      const fitted = await fit("svm-rbf", { C: 3, gamma: 1 }, two);
      const logits = fitted.logits(features);
      const decision = Array.from(labels, (_, i) => [logits.data[i * 2 + 1]!]);
      expect(furthest(matrixFrom(decision), column(reference.kernelSvmBinary.decision))).toBeLessThan(2e-5);
      const bias = asFloat32(fitted.state.get("bias")!)[1]!;
      expect(Math.abs(bias - reference.kernelSvmBinary.intercept)).toBeLessThan(2e-5);
    });
    test("bayes without shrinkage: GaussianNB's means, variances and joint log-likelihood to 1e-6", async () => {
      const fitted = await fit("bayes", { shrinkage: 0 });
      const { mean, variance, jointLogLikelihood } = reference.bayes;
      expect(relative(asFloat32(fitted.state.get("mean")!), mean.flat(), 0.1)).toBeLessThan(1e-6);
      expect(relative(asFloat32(fitted.state.get("variance")!), variance.flat())).toBeLessThan(1e-6);
      expect(relative(fitted.logits(features).data, jointLogLikelihood.flat(), 1)).toBeLessThan(1e-6);
    });
    test("lda at shrinkage 0.3: scikit-learn's log probabilities to 1e-4", async () => {
      const logits = (await fit("lda", { shrinkage: 0.3 })).logits(features);
      expect(furthest(logSoftmax(logits), reference.lda.logProbability)).toBeLessThan(1e-4);
    });
    test("lda, automatic: ledoit_wolf_shrinkage's intensity, and scikit-learn's log probabilities with it", async () => {
      expect(Math.abs(intensityFrom(features, labels) - reference.lda.autoShrinkage)).toBeLessThan(1e-6);
      const logits = (await fit("lda", {})).logits(features);
      expect(furthest(logSoftmax(logits), reference.lda.autoLogProbability)).toBeLessThan(1e-4);
    });
    for (const way of ["softmax", "softmax of many rows"])
      test(`${way}: LogisticRegression's log probabilities to 5e-5 and objective to 1e-6`, async () => {
        const fitted = await fit(way, { C: 2 });
        const logProbability = logSoftmax(fitted.logits(features));
        expect(furthest(logProbability, reference.softmax.logProbability)).toBeLessThan(5e-5);
        const loss = labels.reduce((sum, label, i) => sum - logProbability.data[i * 3 + label]!, 0);
        const objective = squaredNorm(asFloat32(fitted.state.get("weight")!)) / 2 + 2 * loss;
        expect(Math.abs(objective / reference.softmax.objective - 1)).toBeLessThan(1e-6);
      });
    test("svm of many rows, squared hinge: liblinear's decision values to 1e-4, objectives to 1e-7", async () => {
      const [C, loss] = [0.5, "squared-hinge" as const];
      const fitted = await fit("svm of many rows", { C, loss });
      const logits = fitted.logits(features);
      const { decision, objective } = reference.svmSquaredHinge;
      expect(furthest(logits, decision)).toBeLessThan(1e-4);
      for (const [k, expected] of objective.entries())
        expect(Math.abs(primalObjective(fitted, logits, { labels, k, C, loss }) / expected - 1)).toBeLessThan(
          1e-7,
        );
    });
    test("svm of many rows, classWeights auto: liblinear's balanced decision values to 1e-4", async () => {
      const logits = (await fit("svm of many rows", { C: 0.5, classWeights: "auto" }, two)).logits(features);
      const decision = Array.from(labels, (_, i) => [logits.data[i * 2 + 1]!]);
      expect(furthest(matrixFrom(decision), column(reference.svmBalancedBinary.decision))).toBeLessThan(1e-4);
    });
    test("ridge: RidgeClassifier's decision values to 1e-5", async () => {
      const logits = (await fit("ridge", { alpha: 2 })).logits(features);
      expect(furthest(logits, reference.ridge)).toBeLessThan(1e-5);
    });
    test("knn with 5 neighbours: KNeighborsClassifier's vote shares to 1e-6", async () => {
      const logits = (await fit("knn", { k: 5 })).logits(features);
      const shares = logits.data.map((logit) => (Math.exp(logit) * 6 - 1 / 3) / 5);
      expect(furthest({ ...logits, data: shares }, reference.neighbours)).toBeLessThan(1e-6);
    });
    test("nearest-mean: NearestCentroid's predictions", async () => {
      const logits = (await fit("nearest-mean", {})).logits(features);
      expect(reference.labels.map((_, i) => argmax(rowOf(logits, i)))).toEqual(reference.nearestMean);
    });
    test("temperature: SciPy's minimum to 1e-5", () => {
      const { logits, temperature } = reference.temperature;
      const found = fitTemperature(matrixFrom(logits), labels, Int32Array.from(labels.keys()));
      expect(Math.abs(found / temperature - 1)).toBeLessThan(1e-5);
    });
  });
}

/** ½ (‖w‖² + b²) + C Σ loss of class k against the rest. */
function primalObjective(
  fitted: FittedClassifier,
  logits: Matrix,
  { labels, k, C, loss }: { labels: Int32Array; k: number; C: number; loss: "hinge" | "squared-hinge" },
): number {
  const d = fitted.dimensions;
  const weights = asFloat32(fitted.state.get("weight")!).subarray(k * d, (k + 1) * d);
  const bias = asFloat32(fitted.state.get("bias")!)[k]!;
  const losses = labels.reduce((sum, label, i) => {
    const slack = Math.max(0, 1 - (label === k ? 1 : -1) * logits.data[i * logits.columns + k]!);
    return sum + (loss === "hinge" ? slack : slack ** 2);
  }, 0);
  return (squaredNorm(weights) + bias ** 2) / 2 + C * losses;
}

/** Ledoit and Wolf's intensity by its definition: sums over the D x D covariance, in plain loops. */
function intensityFrom(features: Matrix, labels: Int32Array): number {
  const { rows, columns } = features;
  const residuals = Array.from({ length: rows }, (_, i) => {
    const mates = [...labels.keys()].filter((row) => labels[row] === labels[i]);
    return Array.from(
      rowOf(features, i),
      (value, j) => value - mates.reduce((sum, row) => sum + rowOf(features, row)[j]!, 0) / mates.length,
    );
  });
  const norms = residuals.map((row) => squaredNorm(row));
  const covariance = Array.from({ length: columns ** 2 }, (_, at) =>
    residuals.reduce((sum, row) => sum + row[at % columns]! * row[Math.floor(at / columns)]!, 0),
  );
  return intensityOf("auto", {
    rows,
    columns,
    squares: norms.reduce((sum, norm) => sum + norm, 0),
    fourths: squaredNorm(norms),
    frobenius: squaredNorm(covariance),
  });
}

function logSoftmax(logits: Matrix): Matrix {
  const probabilities = softmaxRows(logits);
  const out = createMatrix(logits.rows, logits.columns);
  for (let i = 0; i < logits.rows; i += 1) {
    const top = argmax(rowOf(logits, i));
    const shift = Math.log(rowOf(probabilities, i)[top]!) - rowOf(logits, i)[top]!;
    rowOf(out, i).set(rowOf(logits, i).map((value) => value + shift));
  }
  return out;
}

function furthest(actual: Matrix, expected: readonly number[][]): number {
  const flat = expected.flat();
  if (flat.length !== actual.data.length) return Infinity;
  return flat.reduce((worst, value, at) => Math.max(worst, Math.abs(value - actual.data[at]!)), 0);
}

/** Largest difference as a share of the expected size, or of `least` where that is larger. */
function relative(actual: Float32Array, expected: readonly number[], least = 0): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce(
    (worst, value, at) => Math.max(worst, Math.abs(value - actual[at]!) / Math.max(least, Math.abs(value))),
    0,
  );
}

function column(values: readonly number[]): number[][] {
  return values.map((value) => [value]);
}

function squaredNorm(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value * value, 0);
}
