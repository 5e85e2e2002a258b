import { afterAll, describe, test } from "vitest";
import type { Matrix } from "../../src/base/matrix.ts";
import { classifierChecks } from "../../src/classifiers/conformance/classifier-checks.ts";
import { defineClassifier } from "../../src/classifiers/define-classifier.ts";
import { kernelSvmLearner } from "../../src/classifiers/svm/kernel-svm.ts";
import { linearSvmLearner } from "../../src/classifiers/svm/linear-svm.ts";
import { softmaxLearner } from "../../src/classifiers/softmax/softmax-regression.ts";
import { openEngine } from "../../src/engine/open-engine.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

/** Both sides of the switch: fewer columns than rows, and more. */
const isMany = ({ rows, columns }: Matrix): boolean => rows > columns;

describe("svm where rows are many", () => {
  const checks = classifierChecks(defineClassifier(linearSvmLearner(isMany)), {
    engine,
    variants: [{ loss: "hinge" }, { C: 100, classWeights: "auto" }],
    outOfFold: { allowed: 2e-2, reason: "tuning leaves 1e-6 of the objective, fit 1e-10" },
    rowOrder: { allowed: 5e-4, reason: "products are float32: at C 100 on rows of norm 5 it shows" },
  });
  for (const { name, run } of checks) test(name, run);
});

describe("softmax where rows are many", () => {
  const checks = classifierChecks(defineClassifier(softmaxLearner(isMany)), {
    engine,
    variants: [{ C: 0.1 }],
    outOfFold: { allowed: 2e-2, reason: "tuning leaves 1e-6 of the objective, fit 1e-10" },
  });
  for (const { name, run } of checks) test(name, run);
});

describe("svm-rbf where rows are many", () => {
  const checks = classifierChecks(defineClassifier(kernelSvmLearner({ exactRows: 0 })), {
    engine,
    variants: [{ C: 1, gamma: 0.3, classWeights: "auto" }],
    outOfFold: { allowed: 2e-2, reason: "tuning leaves 1e-6 of the objective, fit 1e-10" },
  });
  for (const { name, run } of checks) test(name, run);
});
