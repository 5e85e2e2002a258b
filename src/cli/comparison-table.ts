import { formatCount, formatPercent, formatQuantity, formatSeconds } from "../base/format-number.ts";
import { type CompareResult, type CompareRow, nextSteps, rankRecipes } from "../workflow/compare.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";
import { type TableOptions, formatTable } from "./table.ts";

/** What a narrow terminal does without: the report has all of it. */
const spare = ["features", "macro F1", "seconds"];

/**
 * The result of `compare` for people, as lines: the verdict, a row per recipe, best first, what failed and what was
 * skipped, where to look, and what to type next.
 */
export function comparisonTable(
  result: CompareResult,
  { width }: Pick<TableOptions, "width"> = {},
): string[] {
  const hasHoldout = result.recipes.some(({ holdout }) => typeof holdout === "number");
  const hasNote = result.recipes.some(({ training }) => training?.isCutShort === true);
  const columns = [
    "recipe",
    "backbone",
    "features",
    "accuracy",
    "95 % interval",
    "macro F1",
    ...(hasHoldout ? ["holdout"] : []),
    "seconds",
    ...(hasNote ? ["note"] : []),
  ];
  const rows = rankRecipes(result).map((row) => cells(row, { winner: result.winner, hasHoldout }));
  return [
    result.verdict,
    "",
    ...formatTable(columns, rows, { width, spare }),
    "",
    ...failureLines(result),
    ...trainingLines(result),
    ...dataLines(result),
    "",
    ...placeLines(result),
  ];
}

/** Each cause once, with the recipes that it stopped, and what helps. */
function failureLines({ recipes }: CompareResult): string[] {
  const causes = new Map<string, { names: string[]; hint: string }>();
  for (const { name, error } of recipes) {
    if (error === undefined) continue;
    const cause = `${error.message} [${error.code}]`;
    const { names } = causes.get(cause) ?? { names: [] };
    causes.set(cause, { names: [...names, name], hint: error.hint });
  }
  const lines = [...causes].flatMap(([cause, { names, hint }]) => [
    `failed: ${names.join(", ")}`,
    `  ${cause}`,
    ...(hint === "" ? [] : [`  -> ${hint}`]),
  ]);
  return lines.length === 0 ? [] : [...lines, ""];
}

/** `fine-tune: 10 epochs, 1,440 images seen, 33 s a fold (pretrained, kept up to fire7)` */
function trainingLines({ recipes }: CompareResult): string[] {
  const lines = recipes.flatMap(({ name, training }) => {
    if (training === undefined) return [];
    const { epochs, imagesSeen, seconds, network } = training;
    const took = `${epochs === 1 ? "1 epoch" : `${Number(epochs.toFixed(1))} epochs`}, ${formatQuantity(Math.round(imagesSeen), "image")} seen, ${formatSeconds(seconds)}`;
    return [`${name}: ${took} a fold (${network})`];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function dataLines({ dataset, folds, seed }: CompareResult): string[] {
  const { images, classes, skipped } = dataset;
  const counts = [
    formatQuantity(images, "image"),
    formatQuantity(classes.length, "class", "classes"),
    formatQuantity(folds, "fold"),
    `seed ${seed}`,
    ...(skipped.length > 0 ? [`${formatCount(skipped.length)} skipped:`] : []),
  ];
  return [counts.join(", "), ...findingLines(skipped, "file")];
}

function placeLines(result: CompareResult): string[] {
  const folder = shownPath(result.runDirectory);
  const steps = nextSteps(result, { folder, opener: opener() });
  return [
    `report  ${shownPath(result.report)}`,
    ...(result.winner === null ? [] : [`model   ${shownPath(result.runDirectory)}/model`]),
    "",
    "next:",
    ...steps.flatMap(({ why, commands }) => [`  ${why}`, ...commands.map((command) => `    ${command}`)]),
  ];
}

/** What opens a file with the program meant for it. */
function opener(): string {
  if (process.platform === "darwin") return "open";
  return process.platform === "win32" ? "start" : "xdg-open";
}

function cells(row: CompareRow, at: { winner: string | null; hasHoldout: boolean }): string[] {
  const name = row.name === at.winner ? `* ${row.name}` : `  ${row.name}`;
  const head = [name, row.backbones.join(" + "), String(row.dimensions)];
  if (row.accuracy === undefined)
    return [...head, `failed: ${row.error?.code}`, "", "", ...(at.hasHoldout ? [""] : []), ""];
  const { mean, low, high } = row.accuracy;
  const holdout = at.hasHoldout ? [typeof row.holdout === "number" ? formatPercent(row.holdout) : ""] : [];
  return [
    ...head,
    formatPercent(mean),
    `${formatPercent(low)} - ${formatPercent(high)}`,
    row.macroF1!.toFixed(3),
    ...holdout,
    row.seconds!.total.toFixed(1),
    row.training?.isCutShort === true ? "cut short" : "",
  ];
}
