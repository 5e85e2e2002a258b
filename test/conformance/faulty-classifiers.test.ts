import { afterAll, beforeAll, expect, test } from "vitest";
import { type Classifier, type Engine, type Learner, defineClassifier, openEngine } from "../../src/index.ts";
import { nearestMean } from "../../src/classifiers/neighbours/nearest-mean.ts";
import { classifierChecks } from "../../src/testing.ts";

// A suite is worth what it catches: each of these does one thing wrong.

let engine: Engine;
beforeAll(async () => void (engine = await openEngine({ threads: 1 })));
afterAll(async () => await engine[Symbol.asyncDispose]());

/** A sound classifier with one method replaced. */
function spoilt(change: (sound: Classifier) => Partial<Classifier>): Classifier {
  return { ...nearestMean, ...change(nearestMean) };
}

/** Promises that are not kept, without the shape in front of them. */
async function broken(classifier: Classifier): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of classifierChecks(classifier, { engine }))
    await run().catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  return failed;
}

let calls = 0;
const faults: readonly [what: string, classifier: Classifier, caught: RegExp][] = [
  [
    "other logits at every fit",
    spoilt(({ fit }) => ({
      fit: async (...args) => {
        const fitted = await fit(...args);
        calls += 1;
        const shift = calls / 10;
        const logits: typeof fitted.logits = (features) => {
          const sound = fitted.logits(features);
          return { ...sound, data: sound.data.map((value, i) => value + (i % 2) * shift) };
        };
        return { ...fitted, logits };
      },
    })),
    /gives the same logits twice: .*expected a difference between two equal fits of at most 0/,
  ],
  [
    "features changed in passing",
    spoilt(({ fit }) => ({
      fit: async (features, ...rest) => {
        const fitted = await fit(features, ...rest);
        features.data[0] = 0;
        return fitted;
      },
    })),
    /leaves its arguments as they were/,
  ],
  [
    "a graph of something else",
    spoilt(({ fit, defaults }) => ({
      fit: async (features, labels, given, options) => {
        const fitted = await fit(features, labels, given, options);
        const other = await fit(features, labels.toReversed(), defaults, options);
        return { ...fitted, toGraph: other.toGraph };
      },
    })),
    /as ONNX, it gives the same logits: .*expected a difference between memory and ONNX/,
  ],
  [
    "scores of many rows that are others",
    spoilt(({ fit }) => ({
      fit: async (...args) => {
        const fitted = await fit(...args);
        return {
          ...fitted,
          score: async (features) => fitted.logits({ ...features, data: features.data.toReversed() }),
        };
      },
    })),
    /many rows scored with the engine's products.*expected a difference between score and logits/,
  ],
  [
    "unknown parameters taken in silence",
    spoilt(({ fit }) => ({
      fit: async (features, labels, _, options) => await fit(features, labels, {}, options),
    })),
    /unknown parameters are refused: .*expected E_OPTION, got no error/,
  ],
  [
    "a signal that nobody looks at",
    spoilt(({ fit }) => ({
      fit: async (features, labels, given, options) =>
        await fit(features, labels, given, { ...options, signal: undefined }),
    })),
    /an abort before and during the fit stops it: .*expected AbortError, got no error/,
  ],
  [
    "a guess in place of learning",
    defineClassifier({ ...learnerOfGuesses(), name: "guess" }),
    /learns, and gives the same logits twice: .*expected an accuracy above 0.85/,
  ],
];

test("a broken promise is E_VERIFY, with what was expected and what was found", async () => {
  const checks = classifierChecks(faults.at(-1)![1], { engine });
  const learns = checks.find(
    ({ name }) => name === "guess {}: more rows than columns: learns, and gives the same logits twice",
  )!;
  await expect(learns.run()).rejects.toMatchObject({
    code: "E_VERIFY",
    message: "expected an accuracy above 0.85, got 0.4.",
  });
});

test("the sound one keeps every promise", async () => {
  expect(await broken(nearestMean)).toEqual([]);
});

test.each(faults)("%s is found", async (_, classifier, caught) => {
  expect(await broken(classifier)).toContainEqual(expect.stringMatching(caught));
});

function learnerOfGuesses(): Omit<Learner, "name"> {
  return {
    defaults: {},
    grid: [{}],
    fit: async (set) => guesses(set.classCount, set.features.columns),
    restore: (state) => guesses(state.get("sizes")!.dims[0] as number, state.get("sizes")!.dims[1] as number),
  };

  function guesses(classCount: number, dimensions: number): Awaited<ReturnType<Learner["fit"]>> {
    const sizes = {
      type: "float32",
      dims: [classCount, dimensions],
      bytes: new Uint8Array(4 * classCount * dimensions),
    } as const;
    return {
      classCount,
      dimensions,
      logits: ({ rows }) => ({ rows, columns: classCount, data: new Float32Array(rows * classCount) }),
      appendTo: (builder, features) =>
        builder.op("MatMul", [features, builder.constant({ ...sizes, dims: [dimensions, classCount] })]),
      state: new Map([["sizes", sizes]]),
    };
  }
}
