import { formatPercent } from "../base/format-number.ts";
import type { ErrorRecord } from "../base/errors.ts";
import { padText } from "../base/text-width.ts";
import { type Words, english } from "../words/en/en.ts";
import { errorInWords } from "../words/fact.ts";
import { type CompareResult, type CompareRow, nextSteps, rankRecipes } from "../workflow/compare.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/**
 * The result of `compare` for people, as lines: the verdict, a row per recipe, best first, what failed and what was
 * skipped, where to look, and what to type next.
 */
export function comparisonTable(
  result: CompareResult,
  { width, words = english }: TextOptions = {},
): string[] {
  const { columns: names } = words.comparison;
  const hasHoldout = result.recipes.some(({ holdout }) => typeof holdout === "number");
  const hasNote = result.recipes.some(({ training }) => training?.isCutShort === true);
  const columns = [
    names.recipe,
    names.backbone,
    names.features,
    names.accuracy,
    names.interval,
    names.macroF1,
    ...(hasHoldout ? [names.holdout] : []),
    names.seconds,
    ...(hasNote ? [names.note] : []),
  ];
  const at = { winner: result.winner, hasHoldout, words };
  const rows = rankRecipes(result).map((row) => cells(row, at));
  const spare = [names.features, names.macroF1, names.seconds]; // a narrow terminal does without; the report has them
  return [
    result.verdict,
    "",
    ...formatTable(columns, rows, { width, spare }),
    "",
    ...failureLines(result, words),
    ...trainingLines(result, words),
    ...dataLines(result, words),
    "",
    ...placeLines(result, words),
  ];
}

/** Each cause once, with the recipes that it stopped, and what helps. */
function failureLines({ recipes }: CompareResult, words: Words): string[] {
  const causes = new Map<string, { names: string[]; error: ErrorRecord }>();
  for (const { name, error } of recipes) {
    if (error === undefined) continue;
    const cause = `${error.message} [${error.code}]`;
    const { names } = causes.get(cause) ?? { names: [] };
    causes.set(cause, { names: [...names, name], error });
  }
  const lines = [...causes.values()].flatMap(({ names, error }) => {
    const { text, hint, original } = errorInWords(error, words);
    return [
      error.code === "E_TIME" ? words.comparison.leftOut(names.join(", ")) : words.comparison.failed(names),
      `  ${text} [${error.code}]`,
      ...(hint === "" ? [] : [`  -> ${hint}`]),
      ...(original === "" ? [] : [`  ${original}`]),
    ];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

/** `fine-tune: 10 epochs, 1,440 images seen, 33 s a fold (pretrained, kept up to fire7)` */
function trainingLines({ recipes }: CompareResult, { comparison }: Words): string[] {
  const lines = recipes.flatMap(({ name, training }) =>
    training === undefined
      ? []
      : [comparison.trained(name, training, comparison.network(training.trainedFrom))],
  );
  return lines.length === 0 ? [] : [...lines, ""];
}

function dataLines({ dataset, folds, seed, lockedTest }: CompareResult, words: Words): string[] {
  const { images, classes, skipped } = dataset;
  const { counts, comparison } = words;
  const parts = [counts.images(images), counts.classes(classes.length), counts.folds(folds)];
  return [
    comparison.data(parts, seed, skipped.length),
    ...(lockedTest === null ? [] : [comparison.lockedTest(lockedTest.images, lockedTest.looks)]),
    ...findingLines(skipped, counts.files, words),
  ];
}

function placeLines(result: CompareResult, words: Words): string[] {
  const folder = shownPath(result.runDirectory);
  const { report, model, next } = words.comparison;
  const steps = nextSteps(result, { folder, opener: opener(), words });
  const label = (text: string): string => padText(text, 8);
  return [
    `${label(report)}${shownPath(result.report)}`,
    ...(result.winner === null ? [] : [`${label(model)}${shownPath(result.runDirectory)}/model`]),
    "",
    next,
    ...steps.flatMap(({ why, commands }) => [`  ${why}`, ...commands.map((command) => `    ${command}`)]),
  ];
}

/** What opens a file with the program meant for it. */
function opener(): string {
  if (process.platform === "darwin") return "open";
  return process.platform === "win32" ? "start" : "xdg-open";
}

function cells(row: CompareRow, at: { winner: string | null; hasHoldout: boolean; words: Words }): string[] {
  const { cutShort, failedWith, leftOutWith } = at.words.comparison;
  const name = row.name === at.winner ? `* ${row.name}` : `  ${row.name}`;
  const head = [name, row.backbones.join(" + "), String(row.dimensions)];
  if (row.accuracy === undefined)
    return [
      ...head,
      row.error?.code === "E_TIME" ? leftOutWith : failedWith(row.error?.code ?? ""),
      "",
      "",
      ...(at.hasHoldout ? [""] : []),
      "",
    ];
  const { mean, low, high } = row.accuracy;
  const holdout = at.hasHoldout ? [typeof row.holdout === "number" ? formatPercent(row.holdout) : ""] : [];
  return [
    ...head,
    formatPercent(mean),
    `${formatPercent(low)} - ${formatPercent(high)}`,
    row.macroF1!.toFixed(3),
    ...holdout,
    row.seconds!.total.toFixed(1),
    row.training?.isCutShort === true ? cutShort : "",
  ];
}
