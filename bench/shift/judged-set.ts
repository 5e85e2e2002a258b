import { type Matrix, argmax, rowOf, selectRows, softmaxRows } from "../../src/base/matrix.ts";
import type { ArrivedPhotos, KnownPhotos } from "../../src/adapt/judge-shift.ts";
import { fitPipeline } from "../../src/classifiers/pipeline.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { ClassifierRecipe } from "../../src/recipes/recipe.ts";
import { readRecipe } from "../../src/recipes/read-recipe.ts";
import type { PhotoSet } from "./photo-sets.ts";

/** Some rows of a set. */
export interface Rows {
  readonly set: Pick<PhotoSet, "features" | "labels">;
  readonly rows: Int32Array | readonly number[];
}

/** What `drift` would be given of a model trained on the known rows and of the new ones. */
export interface JudgedSet {
  readonly known: KnownPhotos;
  readonly arrived: ArrivedPhotos;
  /** What the new rows truly are. Shape: M. */
  readonly truth: Int32Array;
}

/** Trains a recipe on the known rows, as `train` does, its memory's scores from inner folds, and looks at the new ones. */
export async function trainAndLook(
  known: Rows,
  arrived: Rows,
  { recipe, classCount, engine, seed }: { recipe: string; classCount: number; engine: Engine; seed: number },
): Promise<JudgedSet> {
  const read = (await readRecipe(recipe)) as ClassifierRecipe;
  const { transforms, classifier, grid } = read;
  const features = selectRows(known.set.features, known.rows);
  const labels = labelsOf(known);
  const spec = { transforms, classifier, grid: grid ?? undefined };
  const fitted = await fitPipeline(features, labels, spec, {
    classCount,
    algebra: engine.algebra,
    engine,
    seed,
  });
  const recent = selectRows(arrived.set.features, arrived.rows);
  const counts = Array.from({ length: classCount }, (_, k) => labels.filter((label) => label === k).length);
  return {
    known: {
      features,
      labels,
      probabilities: softmaxRows(fitted.heldOut),
      classCounts: counts,
    },
    arrived: {
      features: recent,
      probabilities: softmaxRows(fitted.logits(recent)),
      labels: new Int32Array(recent.rows).fill(-1),
    },
    truth: labelsOf(arrived),
  };
}

/** Share of the rows whose largest value is that of their class. */
export function accuracyOf(values: Matrix, truth: Int32Array): number {
  return truth.filter((label, row) => argmax(rowOf(values, row)) === label).length / truth.length;
}

function labelsOf({ set, rows }: Rows): Int32Array {
  return Int32Array.from(rows, (row) => set.labels[row]!);
}
