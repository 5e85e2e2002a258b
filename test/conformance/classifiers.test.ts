import { afterAll, expect, test } from "vitest";
import { classifierTable } from "../../src/classifiers/classifier-table.ts";
import { gaussianBayes } from "../../src/classifiers/gaussian-bayes.ts";
import { kernelSvm } from "../../src/classifiers/kernel-svm.ts";
import { lda } from "../../src/classifiers/lda.ts";
import { linearSvm } from "../../src/classifiers/linear-svm.ts";
import { mlp } from "../../src/classifiers/mlp.ts";
import { nearestMean } from "../../src/classifiers/nearest-mean.ts";
import { nearestNeighbours } from "../../src/classifiers/nearest-neighbours.ts";
import { ridge } from "../../src/classifiers/ridge.ts";
import { softmaxRegression } from "../../src/classifiers/softmax-regression.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { conforms } from "./classifier-suite.ts";
import { gaussianClasses } from "./conformance-data.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

const earlyStop = { allowed: 5e-3, reason: "tuning stops at 1e-3 of the margin, fit at 1e-5" };

conforms(linearSvm, {
  variants: [
    { loss: "hinge" },
    { C: 100, classWeights: "auto" },
    { C: 3, loss: "hinge", classWeights: "auto" },
  ],
  outOfFold: earlyStop,
});
conforms(gaussianBayes, { variants: [{ shrinkage: 0 }, { shrinkage: 1 }] });
conforms(kernelSvm, { variants: [{ C: 1, gamma: 0.3, classWeights: "auto" }], outOfFold: earlyStop });
conforms(lda, { variants: [{ shrinkage: 0.2 }, { shrinkage: 1 }] });
conforms(softmaxRegression, {
  variants: [{ C: 0.1 }],
  outOfFold: { allowed: 2e-2, reason: "tuning stops at a gradient of 2e-5 a row, fit at 1e-7" },
});
conforms(ridge, { variants: [{ alpha: 100 }] });
conforms(mlp, { variants: [{ hidden: "24,12", weightDecay: 0 }], engine });
conforms(nearestMean);
conforms(nearestNeighbours, { variants: [{ k: 3, weights: "distance" }] });

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
