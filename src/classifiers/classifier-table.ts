import type { Classifier } from "./classifier.ts";
import { gaussianBayes } from "./gaussian-bayes.ts";
import { lda } from "./lda.ts";
import { linearSvm } from "./linear-svm.ts";

/** Every classifier by its name in recipes. */
export const classifierTable: Readonly<Record<string, Classifier>> = {
  svm: linearSvm,
  bayes: gaussianBayes,
  lda,
};
