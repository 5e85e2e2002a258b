import { type Matrix, argmax, createMatrix, rowOf } from "../../base/matrix.ts";
import {
  type Examine,
  fitTo,
  onnxDifference,
  requireAtMost,
  requireFiniteLogits,
  requireKept,
  requireLearnt,
  requireRefused,
  strict,
} from "./check.ts";
import { gaussianClasses, interleavedFolds, logitDifference } from "./labelled-features.ts";

/** Columns of `gaussianClasses` where nothing else is said. */
const columns = 12;

/** What a classifier promises where data are few, odd or wrong. */
export const edgeChecks: Readonly<Record<string, Examine>> = {
  "two classes are enough": async (subject) => {
    const data = gaussianClasses([12, 15], { distance: 2 });
    const logits = (await fitTo(subject, data)).logits(data.features);
    requireKept(logits.columns === 2, "2 logits a row", logits.columns);
    requireLearnt(logits, data);
  },
  "a class of one image keeps its logits finite and the others learnable": async (subject) => {
    const data = gaussianClasses([15, 1, 15], { distance: 2 });
    const logits = (await fitTo(subject, data)).logits(data.features);
    requireFiniteLogits(logits);
    requireLearnt(logits, data);
  },
  "a class without a row never wins, in memory, restored and as ONNX": async (subject) => {
    const fitted = await fitTo(subject, gaussianClasses([15, 0, 15, 0]));
    const probes = gaussianClasses([20, 20, 20, 20], { seed: 11, scale: 5 }).features;
    const logits = fitted.logits(probes);
    requireKept(logits.columns === 4, "4 logits a row", logits.columns);
    const winners = new Set(Array.from({ length: probes.rows }, (_, i) => argmax(rowOf(logits, i))));
    requireKept(!winners.has(1) && !winners.has(3), "no winner but 0 and 2", [...winners].sort());
    const restored = subject.classifier.restore(fitted.state, fitted.parameters);
    requireAtMost(logitDifference(restored.logits(probes), logits), 0, "a difference after restoring");
    const difference = await onnxDifference(subject.engine, fitted, probes);
    requireAtMost(difference, strict, "a difference between memory and ONNX");
  },
  "a fold whose training part lacks a class is scored": async ({ classifier, parameters, common }) => {
    const { features, labels } = gaussianClasses([15, 1, 15], { distance: 2 });
    const settings = { classCount: 3, ...common };
    const folds = interleavedFolds(labels.length);
    const [scores] = await classifier.outOfFold(features, labels, folds, [parameters], settings);
    requireFiniteLogits(scores!);
    const winner = argmax(rowOf(scores!, 15));
    requireKept(winner !== 1, "another class than the one that was not there", winner);
  },
  "one class alone is refused": async (subject) => {
    await requireRefused(() => fitTo(subject, gaussianClasses([9, 0])), "E_ONE_CLASS");
  },
  "constant columns, and nothing but constant columns, keep the logits finite": async (subject) => {
    const data = gaussianClasses([15, 15], { distance: 2 });
    for (let i = 0; i < data.features.rows; i += 1) data.features.data.fill(3, i * columns, i * columns + 4);
    const logits = (await fitTo(subject, data)).logits(data.features);
    requireFiniteLogits(logits);
    requireLearnt(logits, data);
    const flat = { ...data, features: createMatrix(30, columns, new Float32Array(30 * columns).fill(2)) };
    requireFiniteLogits((await fitTo(subject, flat)).logits(flat.features));
  },
  "features a million times larger are learnt, and exported": async (subject) => {
    const data = gaussianClasses([15, 15, 15], { distance: 2, scale: 1e6 });
    const fitted = await fitTo(subject, data);
    requireFiniteLogits(fitted.logits(data.features));
    requireLearnt(fitted.logits(data.features), data);
    const difference = await onnxDifference(subject.engine, fitted, data.features);
    requireAtMost(difference, strict, "a difference between memory and ONNX");
  },
  "a feature that is not a number is refused by row and column": async (subject) => {
    const data = gaussianClasses([10, 10]);
    const fitted = await fitTo(subject, data);
    const holed = { ...data, features: withHole(data.features, 3, 5) };
    await requireRefused(() => fitTo(subject, holed), "E_NAN", "row 3, column 5");
    await requireRefused(() => fitted.logits(holed.features), "E_NAN", "row 3, column 5");
  },
  "features of another width and unknown parameters are refused": async (subject) => {
    const data = gaussianClasses([10, 10]);
    const fitted = await fitTo(subject, data);
    const narrow = createMatrix(1, 5);
    await requireRefused(() => fitted.logits(narrow), "E_SHAPE", `expected ${columns} features`);
    await requireRefused(() => fitTo({ ...subject, parameters: { colour: 1 } }, data), "E_OPTION");
  },
  "an abort before and during the fit stops it": async (subject) => {
    const data = gaussianClasses([40, 40, 40], { columns: 60 });
    await requireRefused(() => fitTo(subject, data, AbortSignal.abort()), "AbortError");
    const { classifier, parameters, common } = subject;
    const folds = interleavedFolds(120);
    const endless = Array.from({ length: 20_000 }, () => parameters);
    const settings = { classCount: 3, ...common, signal: AbortSignal.timeout(60) };
    const work = classifier.outOfFold(data.features, data.labels, folds, endless, settings);
    await requireRefused(() => work, "TimeoutError");
  },
};

function withHole({ rows, columns, data }: Matrix, row: number, column: number): Matrix {
  const holed = data.slice();
  holed[row * columns + column] = Number.NaN;
  return createMatrix(rows, columns, holed);
}
