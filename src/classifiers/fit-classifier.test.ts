import { afterAll, expect, test } from "vitest";
import { openEngine } from "../engine/open-engine.ts";
import { classifierTable } from "./classifier-table.ts";
import { gaussianClasses, logitDifference } from "./conformance/labelled-features.ts";
import * as library from "./fit-classifier.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

const byName: Readonly<Record<string, library.Fit<object>>> = {
  svm: library.fitLinearSvm,
  "svm-rbf": library.fitKernelSvm,
  bayes: library.fitGaussianBayes,
  lda: library.fitLda,
  softmax: library.fitSoftmax,
  ridge: library.fitRidge,
  knn: library.fitNearestNeighbours,
  "nearest-mean": library.fitNearestMean,
  mlp: library.fitMlp,
};
const { features, labels } = gaussianClasses([12, 9, 7]);

test("every classifier has a fit function, and every fit function a classifier", () => {
  expect(Object.keys(byName).sort()).toEqual(Object.keys(classifierTable).sort());
  expect(new Set(Object.values(byName))).toEqual(new Set(Object.values(library)));
});

test.each(Object.keys(byName))(
  "%s: the fit function is the classifier's fit with its defaults",
  async (name) => {
    const fitted = await byName[name]!(features, [...labels], { engine, seed: 4 });
    const { fit } = classifierTable[name]!;
    const same = await fit(features, labels, {}, { classCount: 3, seed: 4, engine });
    expect(fitted.kind).toBe(name);
    expect(logitDifference(fitted.logits(features), same.logits(features))).toBe(0);
  },
);

test("hyper-parameters and settings stand side by side; a class without a row may be counted", async () => {
  const fitted = await library.fitLinearSvm(features, labels, { C: 30, loss: "hinge", classCount: 5 });
  expect(fitted.parameters).toEqual({ C: 30, loss: "hinge", classWeights: "none" });
  expect(fitted.classCount).toBe(5);
});

test("an unknown parameter is refused by name", async () => {
  const misspelt = library.fitLda(features, labels, { shrinking: 1 } as object);
  await expect(misspelt).rejects.toMatchObject({
    code: "E_OPTION",
    message: expect.stringContaining('"shrinking"'),
  });
});
