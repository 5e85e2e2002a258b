import { RootstockError, isAbort } from "../../base/errors.ts";
import { type Matrix, selectRows } from "../../base/matrix.ts";
import { brokenContract, requireLogits } from "../check-logits.ts";
import type { Classifier, FitOptions, FittedClassifier } from "../classifier.ts";
import { requireSameGraph } from "./same-graph.ts";
import { tellThrown } from "./tell-thrown.ts";

/**
 * The same classifier with its answers looked at: what is thrown says where, and a shape, a type or a number that the
 * contract forbids is refused with what was expected; a graph that computes something else than the logits, too. `subject` heads the messages.
 * The functions handed out throw E_CLASSIFIER; errors of the library and aborts pass as they are.
 */
export function guardClassifier(given: Classifier, subject: string): Classifier {
  const { name, defaults, grid } = given;
  return {
    name,
    defaults,
    grid,
    fit: async (features, labels, parameters, options) => {
      const work = async (): Promise<FittedClassifier> =>
        await given.fit(features, labels, parameters, options);
      const fitted = await settled(work, `${subject}: fit`, options);
      const { classCount, engine } = options;
      const guarded = guardFitted(fitted, { columns: features.columns, classCount, subject });
      const some = selectRows(features, [...labels.keys()].slice(0, 32));
      if (engine !== undefined) await requireSameGraph(guarded, some, { engine, subject });
      return guarded;
    },
    restore: (state, parameters) => {
      const fitted = ran(() => given.restore(state, parameters), `${subject}: restore`);
      return guardFitted(fitted, { columns: fitted?.dimensions, classCount: fitted?.classCount, subject });
    },
    outOfFold: async (features, labels, folds, candidates, options) => {
      const work = async (): Promise<Matrix[]> =>
        await given.outOfFold(features, labels, folds, candidates, options);
      const scores = await settled(work, `${subject}: outOfFold`, options);
      const count = Array.isArray(scores) ? scores.length : "no list";
      if (count !== candidates.length)
        throw brokenContract(
          `${subject}: outOfFold`,
          `one matrix for each of ${candidates.length} candidates`,
          count,
        );
      const tested = new Set(folds.flatMap(({ test }) => [...test]));
      const shape = { rows: features.rows, columns: options.classCount };
      for (const logits of scores) requireLogits(logits, shape, `${subject}: outOfFold`, tested);
      return scores;
    },
  };
}

function guardFitted(
  fitted: FittedClassifier,
  { columns, classCount, subject }: { columns: number; classCount: number; subject: string },
): FittedClassifier {
  requireFitted(fitted, { dimensions: columns, classCount }, `${subject}: fit`);
  const { dimensions, parameters, state } = fitted;
  return {
    kind: fitted.kind,
    classCount,
    dimensions,
    parameters,
    state,
    logits: (features) => {
      const logits = ran(() => fitted.logits(features), `${subject}: logits`);
      requireLogits(logits, { rows: features.rows, columns: classCount }, `${subject}: logits`);
      return logits;
    },
    appendTo: (builder, features) => {
      const value = ran(() => fitted.appendTo(builder, features), `${subject}: appendTo`);
      if (typeof value === "string") return value;
      throw brokenContract(`${subject}: appendTo`, "the name of a value in the graph", value);
    },
    toGraph: () => ran(() => fitted.toGraph(), `${subject}: toGraph`),
  };
}

/** Throws unless the value has all that a fitted classifier has, for this many columns and classes. */
function requireFitted(
  fitted: unknown,
  wanted: { readonly dimensions: number; readonly classCount: number },
  subject: string,
): asserts fitted is FittedClassifier {
  if (typeof fitted !== "object" || fitted === null)
    throw brokenContract(subject, "a fitted classifier", fitted);
  const given = fitted as Readonly<Record<string, unknown>>;
  for (const name of ["logits", "appendTo", "toGraph"])
    if (typeof given[name] !== "function") throw brokenContract(subject, `a function ${name}`, given[name]);
  for (const [name, value] of Object.entries(wanted))
    if (given[name] !== value) throw brokenContract(subject, `${name} ${value}`, given[name]);
  if (!(given["state"] instanceof Map))
    throw brokenContract(subject, "a Map of tensors as state", given["state"]);
  if (typeof given["parameters"] !== "object" || given["parameters"] === null)
    throw brokenContract(subject, "its hyper-parameters as parameters", given["parameters"]);
}

async function settled<T>(work: () => Promise<T>, subject: string, { signal }: FitOptions): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw asFault(error, subject);
  }
}

function ran<T>(work: () => T, subject: string): T {
  try {
    return work();
  } catch (error) {
    throw asFault(error, subject);
  }
}

/** Refusals of our own checks that say how the library was called, and not what the data are like. */
const misuse: ReadonlySet<string> = new Set(["E_SHAPE", "E_INTERNAL"]);

/** What the user's code threw, with the place in it. */
function asFault(error: unknown, subject: string): unknown {
  if (isAbort(error) || (error instanceof RootstockError && !misuse.has(error.code))) return error;
  return brokenContract(subject, "no error", tellThrown(error), error);
}
