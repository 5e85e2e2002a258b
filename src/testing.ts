/**
 * The promises of a classifier as checks for your own, whatever runs your tests: `for (const { name, run } of
 * classifierChecks(mine, { engine })) test(name, run)`.
 */
export type { Check, Deviation } from "./classifiers/conformance/check.ts";
export { type ConformanceOptions, classifierChecks } from "./classifiers/conformance/classifier-checks.ts";
export {
  type LabelledFeatures,
  gaussianClasses,
  logitDifference,
} from "./classifiers/conformance/labelled-features.ts";
