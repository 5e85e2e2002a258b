import type { Matrix } from "../base/matrix.ts";
import { type TunedPipeline, fitPipeline } from "../classifiers/pipeline.ts";
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
  readonly pipeline: TunedPipeline;
}

/** A method that fits a classifier, and hands out its pipeline. */
export interface ClassifierMethod extends Method {
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedClassifierMethod>;
}

/** A recipe on one data set's features as a `Method`: transforms, tuning and temperature all inside `fit`. */
export function classifierMethod(recipe: ClassifierRecipe, data: ClassifierData): ClassifierMethod {
  const { features, blocks, labels, groups, classCount, engine } = data;
  const { name, transforms, alternatives, own } = recipe;
  const spec = {
    transforms,
    alternatives,
    classifier: own?.classifier ?? recipe.classifier,
    blocks,
    grid: recipe.grid ?? undefined,
  };
  return {
    name,
    fit: async (rows, { seed, signal, report }) => {
      const pipeline = await fitPipeline(features, labelsOf(rows), spec, {
        rows,
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
        logits: async (scored, options) =>
          await pipeline.score(features, { ...options, rows: scored, algebra: engine.algebra }),
      };
    },
  };

  function labelsOf(rows: Int32Array): Int32Array {
    return rows.map((row) => labels[row]!);
  }
}
