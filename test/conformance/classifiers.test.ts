import { afterAll, describe, expect, test } from "vitest";
import { classifierTable } from "../../src/classifiers/classifier-table.ts";
import {
  type ConformanceOptions,
  classifierChecks,
} from "../../src/classifiers/conformance/classifier-checks.ts";
import { gaussianClasses } from "../../src/classifiers/conformance/labelled-features.ts";
import { mlp } from "../../src/classifiers/network/mlp.ts";
import { openEngine } from "../../src/engine/open-engine.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

const earlyStop = { allowed: 5e-3, reason: "tuning stops at 1e-3 of the margin, fit at 1e-5" };

/** What is tried beside the defaults, and where less is promised; a classifier without a line has its defaults tried. */
const settings: Readonly<Record<string, Omit<ConformanceOptions, "engine">>> = {
  svm: {
    variants: [
      { loss: "hinge" },
      { C: 100, classWeights: "auto" },
      { C: 3, loss: "hinge", classWeights: "auto" },
    ],
    outOfFold: earlyStop,
  },
  bayes: { variants: [{ shrinkage: 0 }, { shrinkage: 1 }] },
  "svm-rbf": { variants: [{ C: 1, gamma: 0.3, classWeights: "auto" }], outOfFold: earlyStop },
  lda: { variants: [{ shrinkage: 0.2 }, { shrinkage: 1 }] },
  softmax: {
    variants: [{ C: 0.1 }],
    outOfFold: { allowed: 2e-2, reason: "tuning stops at a gradient of 2e-5 a row, fit at 1e-7" },
  },
  ridge: { variants: [{ alpha: 100 }] },
  mlp: { variants: [{ hidden: "24,12", weightDecay: 0 }] },
  knn: { variants: [{ k: 3, weights: "distance" }] },
};

for (const [name, classifier] of Object.entries(classifierTable))
  describe(name, () => {
    for (const check of classifierChecks(classifier, { engine, ...settings[name] }))
      test(check.name, check.run);
  });

test("mlp: without an engine it is refused with what to give", async () => {
  const { features, labels } = gaussianClasses([9, 9]);
  await expect(mlp.fit(features, labels, {}, { classCount: 2 })).rejects.toMatchObject({
    code: "E_ENGINE",
    message: "mlp: expected an engine to train on, got none.",
  });
});

test("mlp: hidden sizes that are no list of whole numbers are refused", async () => {
  const { features, labels } = gaussianClasses([9, 9]);
  for (const hidden of ["", "12,", "0", "1e3", "-4"])
    await expect(mlp.fit(features, labels, { hidden }, { classCount: 2, engine })).rejects.toThrow(
      `mlp: expected hidden to be sizes like "128" or "256,64", got "${hidden}".`,
    );
});

test("the table names every classifier by its own name", () => {
  for (const [name, classifier] of Object.entries(classifierTable)) expect(classifier.name).toBe(name);
});
