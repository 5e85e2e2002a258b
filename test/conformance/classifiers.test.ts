import { expect, test } from "vitest";
import { classifierTable } from "../../src/classifiers/classifier-table.ts";
import { gaussianBayes } from "../../src/classifiers/gaussian-bayes.ts";
import { lda } from "../../src/classifiers/lda.ts";
import { linearSvm } from "../../src/classifiers/linear-svm.ts";
import { conforms } from "./classifier-suite.ts";

const earlyStop = { allowed: 5e-3, reason: "tuning stops at 1e-3 of the margin, fit at 1e-5" };

conforms(linearSvm, {
  variants: [{ loss: "hinge" }, { C: 100, classWeights: "auto" }],
  outOfFold: earlyStop,
});
conforms(gaussianBayes, { variants: [{ shrinkage: 0 }, { shrinkage: 1 }] });
conforms(lda, { variants: [{ shrinkage: 0.2 }, { shrinkage: 1 }] });

test("the table names every classifier by its own name", () => {
  for (const [name, classifier] of Object.entries(classifierTable)) expect(classifier.name).toBe(name);
});
