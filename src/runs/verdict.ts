import type { ErrorRecord } from "../base/errors.ts";
import type { Manifest } from "../data/manifest.ts";
import { cheapEnough } from "./cheap-enough.ts";
import { notLearnt } from "./not-learnt.ts";
import { type Contender, type JudgeOptions, type Verdict, byMerit, judge } from "../evaluate/verdict.ts";
import { type MeasuredRecipe, type RunImage, type RunRecipe, isMeasured } from "./run-record.ts";
import type { Pair } from "../evaluate/pairs.ts";
import { type Words, english } from "../words/en/en.ts";
import { errorInWords } from "../words/fact.ts";
import { trainingSummary } from "./training-summary.ts";

/** The recipe with the highest accuracy, of equals the simplest, no blend that is too dear; null where every one failed. */
export function chooseWinner(recipes: readonly RunRecipe[]): MeasuredRecipe | null {
  const ranked = cheapEnough(recipes.filter(isMeasured)).toSorted(byMerit);
  return ranked[0] ?? null;
}

/** The rows of a table: the winner first, then by accuracy, then by name; those that failed at the end. */
export function rankRecipes<
  R extends { readonly name: string; readonly accuracy?: { readonly mean: number } },
>({ recipes, winner }: { readonly recipes: readonly R[]; readonly winner: string | null }): R[] {
  const leads = ({ name }: R): number => Number(name === winner);
  const meanOf = ({ accuracy }: R): number => accuracy?.mean ?? -1;
  return recipes.toSorted(
    (a, b) => leads(b) - leads(a) || meanOf(b) - meanOf(a) || (a.name < b.name ? -1 : 1),
  );
}

/** The verdict of `run.json`: what won, by how much, and whether the difference means anything; in plain words and pair by pair. */
export function verdictOf(
  recipes: readonly RunRecipe[],
  study: { readonly labels: Int32Array; readonly manifest: Manifest },
  { words = english, folds }: { words?: Words; folds: number },
): { readonly verdict: string; readonly pairs: readonly Pair[] } {
  const { rows, classes } = study.manifest;
  const images = rows.map(({ group }, row) => ({ label: study.labels[row]!, group: group ?? null }));
  const { headline, text, pairs } = judgeRecipes(recipes, images, { classes, words, folds });
  const leftOut = recipes.flatMap((one) =>
    !isMeasured(one) && one.error.code === "E_TIME" ? [one.name] : [],
  );
  const aside = leftOut.length === 0 ? [] : [words.verdict.leftOut(leftOut)];
  const sentences = [text, ...blendAside(recipes, words), ...aside, ...notLearnt(study.manifest, words)];
  return { verdict: words.verdict.whole(headline, words.verdict.join(sentences)), pairs };
}

/** A blend in the table that could not win. */
function blendAside(recipes: readonly RunRecipe[], { verdict }: Words): string[] {
  const measured = recipes.filter(isMeasured);
  const may = cheapEnough(measured);
  return measured
    .filter((recipe) => !may.includes(recipe))
    .map(({ name, accuracy }) => verdict.blendAside(name, accuracy.mean));
}

/**
 * Judges the measured recipes on the images that folds held out, copies of a picture counted as one.
 * `classes` names the most common class, for the warning about a winner no better than always answering it; `folds` of one
 * round are what the deciding test needs.
 */
export function judgeRecipes(
  recipes: readonly RunRecipe[],
  images: readonly Pick<RunImage, "label" | "group">[],
  {
    classes = [],
    words = english,
    folds,
  }: { classes?: readonly string[]; words?: Words; folds?: number } = {},
): Verdict {
  const measured = cheapEnough(recipes.filter(isMeasured));
  if (measured.length === 0) return nothingFinished(recipes, words);
  const judged = images.flatMap((_, i) => (measured[0]?.predictions[i] == null ? [] : [i]));
  const contenders = measured.map((recipe) => contenderOf(recipe, { images, judged }));
  return judge(contenders, {
    words,
    folds,
    groups: judged.map((i) => images[i]!.group ?? undefined),
    baseline: baselineOf(
      judged.map((i) => images[i]!.label),
      classes,
    ),
  });
}

/** The failures in their own words; often it is one and the same. */
function nothingFinished(recipes: readonly RunRecipe[], words: Words): Verdict {
  const causes = new Set(
    recipes.flatMap((recipe) => (isMeasured(recipe) ? [] : [causeOf(recipe.error, words)])),
  );
  const text = words.verdict.cause([...causes][0]!, causes.size > 1);
  return { winner: null, headline: words.verdict.noneFinished, text, comparisons: [], pairs: [] };
}

function causeOf(error: ErrorRecord, words: Words): string {
  const { text, original } = errorInWords(error, words);
  return original === "" ? text : `${text}${original}`;
}

function costOf(onePhoto: number | undefined, megabytes: number | undefined): Contender["cost"] {
  return onePhoto === undefined || megabytes === undefined
    ? undefined
    : { milliseconds: onePhoto * 1000, megabytes };
}

function contenderOf(
  recipe: MeasuredRecipe,
  { images, judged }: { images: readonly Pick<RunImage, "label">[]; judged: readonly number[] },
): Contender {
  const {
    name,
    accuracy,
    foldAccuracies,
    complexity = [],
    seconds,
    megabytes,
    holdout,
    predictions,
  } = recipe;
  const correct = judged.map((i) => (predictions[i]?.label === images[i]!.label ? 1 : 0));
  const { isCutShort = false } = trainingSummary(recipe) ?? {};
  return {
    name,
    accuracy,
    correct,
    foldAccuracies,
    complexity,
    seconds: seconds.total,
    cost: costOf(seconds.onePhoto, megabytes),
    holdout: holdout ?? undefined,
    isCutShort,
  };
}

function baselineOf(labels: readonly number[], classes: readonly string[]): JudgeOptions["baseline"] {
  if (labels.length === 0) return undefined;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  return { label: classes[label] ?? `class ${label}`, accuracy: count / labels.length };
}
