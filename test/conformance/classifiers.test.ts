import { expect, test } from "vitest";
import { classifierTable } from "../../src/classifiers/classifier-table.ts";
import { gaussianBayes } from "../../src/classifiers/gaussian-bayes.ts";
import { kernelSvm } from "../../src/classifiers/kernel-svm.ts";
import { lda } from "../../src/classifiers/lda.ts";
import { linearSvm } from "../../src/classifiers/linear-svm.ts";
import { nearestMean } from "../../src/classifiers/nearest-mean.ts";
import { nearestNeighbours } from "../../src/classifiers/nearest-neighbours.ts";
import { ridge } from "../../src/classifiers/ridge.ts";
import { softmaxRegression } from "../../src/classifiers/softmax-regression.ts";
import { conforms } from "./classifier-suite.ts";

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
conforms(nearestMean);
conforms(nearestNeighbours, { variants: [{ k: 3, weights: "distance" }] });

test("the table names every classifier by its own name", () => {
  for (const [name, classifier] of Object.entries(classifierTable)) expect(classifier.name).toBe(name);
});
