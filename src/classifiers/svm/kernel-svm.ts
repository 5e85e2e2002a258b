import { type Matrix, createMatrix, rowOf, selectRows } from "../../base/matrix.ts";
import { centreColumns } from "../transforms/centre-columns.ts";
import { requireBetween, requireWord } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import { gramMatrix, scoreRows, selectBlock } from "../gram.ts";
import type { FoldScorer, LearnOptions, Learned, Learner, TrainingSet } from "../learner.ts";
import { gramRowLimit, hasEngine } from "../many-rows/many-rows.ts";
import { distancesFromGram } from "../neighbours/reference-rows.ts";
import { warnUnsettled } from "../solver-warning.ts";
import { tellPart } from "../tell-share.ts";
import { type LandmarkCounts, fitOnLandmarks, scoreOnLandmarks } from "./kernel-many-rows.ts";
import { kernelModel, rbf, restoreKernelModel } from "./kernel-model.ts";
import { oneAgainstRest } from "./svm-problem.ts";
import { type KernelPoint, biasOf, continueKernel, solveKernel, startKernel } from "./svm-smo.ts";

const fitTolerance = 1e-5;
const tuningTolerance = 1e-3;

/**
 * Up to how many rows the kernel is exact, and how many landmarks stand for it beyond. Where the Gram matrix may no longer
 * be had, both take the same time (see bench/RESULTS.md, "A kernel by landmarks").
 */
export interface KernelRules {
  readonly exactRows: number;
  readonly landmarks: LandmarkCounts;
}

const kernelRules: KernelRules = { exactRows: gramRowLimit, landmarks: { tuning: 512, fit: 1024 } };

/**
 * SVM with the kernel exp(−γ ‖x − z‖²), hinge loss and a free bias, one against the rest: K problems, where
 * scikit-learn's SVC solves K(K − 1) / 2 pairs and votes. One score per class is what softmax and temperature need.
 * `gamma` is in units of 1 / Σⱼ varⱼ: 1 is scikit-learn's gamma="scale" for columns of equal mean.
 * `classWeights: "auto"` weighs both sides of each problem alike: C n / (2 n±).
 * Of more than 4,096 rows, where there is an engine, the kernel is approximated by landmarks (Nyström) and the loss is the
 * squared hinge: see kernel-many-rows.ts. Else distances come from one Gram matrix for all folds and candidates; along C each solution starts the next.
 * Witness: libsvm by scikit-learn's SVC on two classes (objective, bias, decision values).
 */
export function kernelSvmLearner(rules: Partial<KernelRules> = {}): Learner {
  const { exactRows, landmarks } = { ...kernelRules, ...rules };
  const isMany = ({ rows }: Matrix): boolean => rows > exactRows;
  return {
    name: "svm-rbf",
    defaults: { C: 10, gamma: 1, classWeights: "none" },
    grid: [0.3, 1].flatMap((gamma) => [1, 3, 10, 30].map((C) => ({ C, gamma }))),
    checkParameters: (parameters) => {
      requireBetween(parameters, "svm-rbf", { C: [0, Infinity], gamma: [0, Infinity] });
      requireWord(parameters, "classWeights", { subject: "svm-rbf", words: ["none", "auto"] });
    },
    fit: async (set, parameters, options) =>
      isMany(set.features) && hasEngine(options)
        ? await fitOnLandmarks(set, parameters, { ...options, landmarks })
        : await fitExactly(set, parameters, options),
    restore: restoreKernelModel,
    shareFolds: async (features, options) =>
      isMany(features) && hasEngine(options)
        ? scoreOnLandmarks(features, { ...options, landmarks })
        : scoreFolds(distancesFromGram(await gramMatrix(centreColumns(features).centred, options.algebra))),
  };
}

/** RBF-kernel SVM as a classifier: `svm-rbf`. */
export const kernelSvm = defineClassifier(kernelSvmLearner());

async function fitExactly(
  { features, labels, classCount }: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<Learned> {
  const { centred, means } = centreColumns(features);
  const distances = distancesFromGram(await gramMatrix(centred, options.algebra));
  const gamma = scaledGamma(distances, parameters);
  const path = { kernel: rbf(distances, gamma), labels, classCount, candidates: [parameters] };
  const [solution] = await solvePath(path, { ...options, tolerance: fitTolerance });
  return supportModel({ centred, means, gamma }, solution!);
}

/** Coefficients of the training rows for each class, and the biases. Shapes: K of n, K. */
interface Solution {
  readonly coefficients: Float64Array[];
  readonly offsets: Float64Array;
}

function scoreFolds(distances: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const block = selectBlock(distances, train, train);
    const cross = selectBlock(distances, test, train);
    const scores = Array<Matrix>(candidates.length);
    const gammas = [...new Set(candidates.map(({ gamma }) => gamma))];
    for (const [g, gammaParameter] of gammas.entries()) {
      const path = candidates.flatMap((parameters, c) =>
        parameters["gamma"] === gammaParameter ? [{ parameters, c }] : [],
      );
      const gamma = scaledGamma(block, path[0]!.parameters);
      const along = path.map(({ parameters }) => parameters);
      const problem = { kernel: rbf(block, gamma), labels, classCount, candidates: along };
      const solutions = await solvePath(problem, {
        ...options,
        tell: tellPart(options.tell, g, gammas.length),
        tolerance: tuningTolerance,
      });
      const products = rbf(cross, gamma);
      for (const [i, { c }] of path.entries())
        scores[c] = scoreRows(products, solutions[i]!.coefficients, solutions[i]!.offsets);
    }
    return scores;
  };
}

/** One solution per candidate; all share the kernel. */
async function solvePath(
  path: {
    kernel: Matrix;
    labels: Int32Array;
    classCount: number;
    candidates: readonly HyperParameters[];
  },
  options: LearnOptions & { tolerance: number },
): Promise<Solution[]> {
  const { kernel, labels, classCount, candidates } = path;
  const solutions = candidates.map((): Solution => ({
    coefficients: [],
    offsets: new Float64Array(classCount),
  }));
  for (let k = 0; k < classCount; k += 1) {
    let last: KernelPoint | undefined;
    for (const [c, parameters] of candidates.entries()) {
      await options.pause();
      options.tell((k + c / candidates.length) / classCount);
      const { signs, upper: costs } = oneAgainstRest(labels, k, { ...parameters, loss: "hinge" });
      const problem = { kernel, signs, costs };
      const point = last ? continueKernel(problem, last) : startKernel(problem);
      const maxUpdates = 1000 * kernel.rows;
      if (!(await solveKernel(problem, point, { ...options, maxUpdates }))) warnUnsettled("svm-rbf", options);
      solutions[c]!.coefficients.push(Float64Array.from(point.beta));
      solutions[c]!.offsets[k] = biasOf(problem, point);
      last = point;
    }
  }
  return solutions;
}

/** γ = gamma / Σⱼ varⱼ, since the mean squared distance between rows is 2 Σⱼ varⱼ. */
function scaledGamma({ data }: Matrix, { gamma }: HyperParameters): number {
  const spread = data.reduce((sum, value) => sum + value, 0) / data.length / 2;
  return Math.fround(Number(gamma) / (spread || 1));
}

/** Only rows with a coefficient in some class are kept. */
function supportModel(
  { centred, means, gamma }: { centred: Matrix; means: Float64Array; gamma: number },
  { coefficients, offsets }: Solution,
): Learned {
  const used = Int32Array.from(Array(centred.rows).keys()).filter((i) =>
    coefficients.some((row) => row[i] !== 0),
  );
  const rows = used.length > 0 ? used : Int32Array.of(0);
  const kept = createMatrix(coefficients.length, rows.length);
  coefficients.forEach((row, k) => rowOf(kept, k).set(Float64Array.from(rows, (i) => row[i]!)));
  return kernelModel({
    support: { rows: selectRows(centred, rows), offset: Float32Array.from(means) },
    coefficients: kept,
    bias: Float32Array.from(offsets),
    gamma,
  });
}
