import type { Manifest } from "../data/manifest.ts";
import { type Contender, type JudgeOptions, type Verdict, judge } from "../evaluate/verdict.ts";
import { notLearnt } from "./not-learnt.ts";
import { type MeasuredRecipe, type RunImage, type RunRecipe, isMeasured } from "./run-record.ts";

/** The recipe with the highest accuracy, of equals the fastest; null where every one failed. */
export function chooseWinner(recipes: readonly RunRecipe[]): MeasuredRecipe | null {
  const ranked = recipes
    .filter(isMeasured)
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean || a.seconds.total - b.seconds.total);
  return ranked[0] ?? null;
}

/** The verdict of `run.json`, in plain English: what won, by how much, and whether the difference means anything. */
export function verdictOf(
  recipes: readonly RunRecipe[],
  study: { readonly labels: Int32Array; readonly manifest: Manifest },
): string {
  const { rows, classes } = study.manifest;
  const images = rows.map(({ group }, row) => ({ label: study.labels[row]!, group: group ?? null }));
  const { headline, text } = judgeRecipes(recipes, images, classes);
  return `${headline}. ${text}${notLearnt(study.manifest)}`;
}

/**
 * Judges the measured recipes on the images that folds held out, copies of a picture counted as one.
 * `classes` names the most common class, for the warning about a winner no better than always answering it.
 */
export function judgeRecipes(
  recipes: readonly RunRecipe[],
  images: readonly Pick<RunImage, "label" | "group">[],
  classes: readonly string[] = [],
): Verdict {
  const measured = recipes.filter(isMeasured);
  const judged = images.flatMap((_, i) => (measured[0]?.predictions[i] == null ? [] : [i]));
  const contenders = measured.map((recipe) => contenderOf(recipe, { images, judged }));
  return judge(contenders, {
    groups: judged.map((i) => images[i]!.group ?? undefined),
    baseline: baselineOf(
      judged.map((i) => images[i]!.label),
      classes,
    ),
  });
}

function contenderOf(
  recipe: MeasuredRecipe,
  { images, judged }: { images: readonly Pick<RunImage, "label">[]; judged: readonly number[] },
): Contender {
  const { name, accuracy, seconds, holdout, predictions } = recipe;
  const correct = judged.map((i) => (predictions[i]?.label === images[i]!.label ? 1 : 0));
  return { name, accuracy, correct, seconds: seconds.total, holdout: holdout ?? undefined };
}

function baselineOf(labels: readonly number[], classes: readonly string[]): JudgeOptions["baseline"] {
  if (labels.length === 0) return undefined;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  return { label: classes[label] ?? `class ${label}`, accuracy: count / labels.length };
}
