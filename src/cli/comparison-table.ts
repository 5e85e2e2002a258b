import { formatCount, formatSeconds } from "../base/format-number.ts";
import type { CompareResult, CompareRow } from "../workflow/compare.ts";
import { formatTable } from "./table.ts";

/** The result of `compare` for people: verdict first, then a row per recipe, best first, then where to look. */
export function comparisonTable(result: CompareResult): string {
  const hasHoldout = result.recipes.some(({ holdout }) => typeof holdout === "number");
  const columns = [
    "recipe",
    "backbone",
    "features",
    "accuracy",
    "95 % interval",
    "macro F1",
    ...(hasHoldout ? ["holdout"] : []),
    "seconds",
  ];
  const rows = result.recipes
    .toSorted((a, b) => meanOf(b) - meanOf(a))
    .map((row) => cells(row, result.winner, hasHoldout));
  const { images, classes, skipped } = result.dataset;
  return [
    result.verdict,
    "",
    formatTable(columns, rows),
    "",
    ...trainingLines(result),
    `${images} images, ${classes.length} classes, ${result.folds} folds, seed ${result.seed}${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
    `report  ${result.report}`,
    ...(result.winner === null ? [] : [`model   ${result.runDirectory}/model`]),
  ].join("\n");
}

/** `fine-tune: 10 epochs, 1,440 images seen, 33 s a fold (pretrained, kept up to fire7)` */
function trainingLines({ recipes }: CompareResult): string[] {
  const lines = recipes.flatMap(({ name, training }) => {
    if (training === undefined) return [];
    const { epochs, imagesSeen, seconds, network } = training;
    const took = `${Number(epochs.toFixed(1))} epochs, ${formatCount(imagesSeen)} images seen, ${formatSeconds(seconds)}`;
    return [`${name}: ${took} a fold (${network})`];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function cells(row: CompareRow, winner: string | null, hasHoldout: boolean): string[] {
  const name = row.name === winner ? `* ${row.name}` : `  ${row.name}`;
  const head = [name, row.backbones.join(" + "), String(row.dimensions)];
  if (row.accuracy === undefined)
    return [...head, `failed: ${row.error?.code}`, "", "", ...(hasHoldout ? [""] : []), ""];
  const { mean, low, high } = row.accuracy;
  const holdout = hasHoldout ? [typeof row.holdout === "number" ? percent(row.holdout) : ""] : [];
  return [
    ...head,
    percent(mean),
    `${percent(low)} - ${percent(high)}`,
    row.macroF1!.toFixed(3),
    ...holdout,
    row.seconds!.total.toFixed(1),
  ];
}

function meanOf({ accuracy }: CompareRow): number {
  return accuracy?.mean ?? -1;
}

/** 0.853 as "85.3 %". */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
