import { type Matrix, createMatrix, selectRows } from "../base/matrix.ts";
import { createPause } from "../base/pause.ts";
import { type FittedPipeline, fitPipeline } from "../classifiers/pipeline.ts";
import type { Engine } from "../engine/engine.ts";
import type { FittedMethod, Method, MethodFitOptions } from "../evaluate/method.ts";
import type { ClassifierRecipe } from "./recipe.ts";

/** A data set as a classifier recipe sees it. */
export interface ClassifierData {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Columns of each backbone's block; they sum to D. */
  readonly blocks: readonly number[];
  /** Class index of each row. Shape: N. */
  readonly labels: Int32Array;
  /** Rows of one group stay together in inner folds. Shape: N. */
  readonly groups: readonly string[];
  readonly classCount: number;
  readonly engine: Engine;
}

/** A fitted classifier recipe: what `Method` asks, and the pipeline itself for the bundle. */
export interface FittedClassifierMethod extends FittedMethod {
  readonly pipeline: FittedPipeline;
}

/** A method that fits a classifier, and hands out its pipeline. */
export interface ClassifierMethod extends Method {
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedClassifierMethod>;
}

/** A recipe on one data set's features as a `Method`: transforms, tuning and temperature all inside `fit`. */
export function classifierMethod(recipe: ClassifierRecipe, data: ClassifierData): ClassifierMethod {
  const { features, blocks, labels, groups, classCount, engine } = data;
  const { name, transforms, classifier } = recipe;
  const spec = { transforms, classifier, blocks, grid: recipe.grid ?? undefined };
  return {
    name,
    fit: async (rows, { seed, signal, report }) => {
      const pipeline = await fitPipeline(selectRows(features, rows), labelsOf(rows), spec, {
        classCount,
        algebra: engine.algebra,
        engine,
        groups: Array.from(rows, (row) => groups[row]!),
        seed,
        signal,
        report,
      });
      return {
        pipeline,
        chosen: pipeline.chosen,
        logits: async (scored, { signal } = {}) =>
          await logitsInParts(pipeline, features, { scored, signal }),
      };
    },
  };

  function labelsOf(rows: Int32Array): Int32Array {
    return rows.map((row) => labels[row]!);
  }
}

/** Rows scored between two looks at the signal. */
const scoredAtOnce = 512;

/** The logits of some rows, part by part, so that a stop does not wait for all of them. Shape: n x K. */
async function logitsInParts(
  pipeline: FittedPipeline,
  features: Matrix,
  { scored, signal }: { scored: Int32Array; signal: AbortSignal | undefined },
): Promise<Matrix> {
  const pause = createPause(signal);
  const out = createMatrix(scored.length, pipeline.classCount);
  for (let from = 0; from < scored.length; from += scoredAtOnce) {
    await pause();
    const part = pipeline.logits(selectRows(features, scored.subarray(from, from + scoredAtOnce)));
    out.data.set(part.data, from * pipeline.classCount);
  }
  return out;
}
