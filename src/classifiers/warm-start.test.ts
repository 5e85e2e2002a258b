import { afterAll, describe, expect, test } from "vitest";
import { createMatrix, selectRows } from "../base/matrix.ts";
import { openEngine } from "../engine/open-engine.ts";
import type { Classifier, HyperParameters } from "./classifier.ts";
import { type LabelledFeatures, gaussianClasses, logitDifference } from "./conformance/labelled-features.ts";
import { defineClassifier } from "./define-classifier.ts";
import { softmaxLearner } from "./softmax/softmax-regression.ts";
import { stateMatrix, stateVector } from "./state.ts";
import { linearSvmLearner } from "./svm/linear-svm.ts";
import type { WarmStart } from "./warm-start.ts";

// A fit that begins from an earlier model ends where a cold one ends, sooner.

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

interface Way {
  readonly name: string;
  readonly classifier: Classifier;
  readonly columns: number;
  readonly parameters: HyperParameters;
  /** What the solver's own tests allow between two ways to one optimum. */
  readonly within: number;
}

const softmax = (isMany: boolean): Classifier => defineClassifier(softmaxLearner(() => isMany));
const svm = (isMany: boolean): Classifier => defineClassifier(linearSvmLearner(() => isMany));
const ways: readonly Way[] = [
  { name: "svm on a Gram matrix", classifier: svm(false), columns: 60, parameters: { C: 1 }, within: 1e-4 },
  { name: "svm on few columns", classifier: svm(false), columns: 8, parameters: { C: 0.1 }, within: 1e-4 },
  { name: "svm of many rows", classifier: svm(true), columns: 60, parameters: { C: 1 }, within: 1e-3 },
  {
    name: "softmax of more columns than rows",
    classifier: softmax(false),
    columns: 400,
    parameters: { C: 30 },
    within: 1e-4,
  },
  {
    name: "softmax of fewer columns",
    classifier: softmax(false),
    columns: 20,
    parameters: { C: 30 },
    within: 1e-4,
  },
  {
    name: "softmax of many rows",
    classifier: softmax(true),
    columns: 60,
    parameters: { C: 30 },
    within: 1e-3,
  },
];

describe.each(ways)("$name", ({ classifier, columns, parameters, within }) => {
  const all = gaussianClasses([100, 100, 100], { columns, distance: 0.4, scale: 1 / Math.sqrt(columns) });

  const fitOn = async (
    set: LabelledFeatures,
    start?: WarmStart,
  ): Promise<{ logits: typeof set.features; steps: number; start: WarmStart }> => {
    let steps = 0;
    const fitted = await classifier.fit(set.features, set.labels, parameters, {
      classCount: set.classCount,
      engine,
      algebra: engine.algebra,
      start,
      countSteps: (count) => (steps += count),
    });
    const [weights, bias] = [stateMatrix(fitted.state, "weight"), stateVector(fitted.state, "bias")];
    return { logits: fitted.logits(all.features), steps, start: { weights, bias, known: new Uint8Array(0) } };
  };
  const rowsOf = (keep: (row: number) => boolean, classCount: number): LabelledFeatures => {
    const rows = Int32Array.from(all.labels.keys()).filter(keep);
    return {
      features: selectRows(all.features, rows),
      labels: rows.map((row) => all.labels[row]!),
      classCount,
    };
  };

  test("after one in a hundred photos more: the optimum of a cold fit, in nine tenths of its steps or fewer", async () => {
    const isKnown = (row: number): boolean => row % 100 !== 0;
    const before = await fitOn(rowsOf(isKnown, 3));
    const cold = await fitOn(all);
    const known = Uint8Array.from(all.labels.keys(), (row) => (isKnown(row) ? 1 : 0));
    const warm = await fitOn(all, { ...before.start, known });
    expect(logitDifference(cold.logits, warm.logits)).toBeLessThan(within);
    expect(warm.steps).toBeLessThan(0.9 * cold.steps);
  });

  test("with a class that it did not know, whose weights begin at zero: the optimum of a cold fit", async () => {
    const { start } = await fitOn(rowsOf((row) => all.labels[row] !== 2, 2));
    const weights = createMatrix(3, columns);
    weights.data.set(start.weights.data);
    const known = Uint8Array.from(all.labels, (label) => (label === 2 ? 0 : 1));
    const cold = await fitOn(all);
    const warm = await fitOn(all, { weights, bias: Float32Array.of(...start.bias, 0), known });
    expect(logitDifference(cold.logits, warm.logits)).toBeLessThan(within);
  });
});
