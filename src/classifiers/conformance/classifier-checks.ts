import type { Engine } from "../../engine/engine.ts";
import type { Classifier, HyperParameters } from "../classifier.ts";
import type { Check, Deviation, Subject } from "./check.ts";
import { edgeChecks } from "./edge-checks.ts";
import { shapeChecks } from "./shape-checks.ts";

/** What the suite needs, and what it may be lenient about. */
export interface ConformanceOptions {
  /** Computes the exported graphs, and trains a classifier that is a network. */
  readonly engine: Engine;
  /** Beside the defaults, also checked with these. */
  readonly variants?: readonly HyperParameters[] | undefined;
  /** Largest difference between `outOfFold` and fits fold by fold. */
  readonly outOfFold?: Deviation | undefined;
  /** Largest difference between fits to the same rows in two orders. */
  readonly rowOrder?: Deviation | undefined;
}

const promises = {
  ...under("more rows than columns", shapeChecks(12)),
  ...under("more columns than rows", shapeChecks(90)),
  ...edgeChecks,
};

/**
 * What every classifier promises, as checks that any test runner can run: deterministic, arguments unchanged, row order
 * of no matter, the same in memory, restored and as ONNX, sound with few, odd and wrong data, stopped by its signal.
 * Logits are compared centred (each row less its maximum), as a share of max(1, their range).
 *
 * @example
 * for (const { name, run } of classifierChecks(mine, { engine })) test(name, run);
 */
export function classifierChecks(classifier: Classifier, options: ConformanceOptions): Check[] {
  const { engine, variants = [], outOfFold, rowOrder } = options;
  const common = { seed: 3, engine };
  return [{}, ...variants].flatMap((parameters) => {
    const subject: Subject = { classifier, parameters, engine, common, outOfFold, rowOrder };
    return Object.entries(promises).map(([promise, examine]) => ({
      name: `${classifier.name} ${JSON.stringify(parameters)}: ${promise}`,
      run: async () => await examine(subject),
    }));
  });
}

function under<T>(shape: string, checks: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [`${shape}: ${name}`, check]));
}
