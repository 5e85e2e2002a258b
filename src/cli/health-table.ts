import { type Words, english } from "../words/en/en.ts";
import type { DataHealth } from "../workflow/check.ts";
import { findingLines } from "./finding-lines.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/** The result of `check` for people, as lines: what is usable, each class, then the findings by cause, with what helps. */
export function healthTable(health: DataHealth, { width, words = english }: TextOptions = {}): string[] {
  const { images, classes, skipped, ignored, duplicates, nearDuplicates, shortSide, warnings, holdout } =
    health;
  const { counts, forms, results } = words;
  const { check } = results;
  const rows = classes.map(({ name, training, holdout: held }) => [
    name,
    String(training),
    ...(holdout > 0 ? [String(held)] : []),
  ]);
  const isLabelled = classes.length > 0;
  const { columns } = check;
  const headings = [columns.class, columns.training, ...(holdout > 0 ? [columns.holdout] : [])];
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", results.section(title), ...lines];
  return [
    check.usable(images, isLabelled ? classes.length : null, shortSide),
    ...readingLines(health.layout, words),
    ...(isLabelled ? ["", ...formatTable(headings, rows, { width })] : []),
    ...section(results.skipped, findingLines(skipped, counts.files, words)),
    ...section(
      check.ignored(ignored.count),
      ignored.count > 0 ? [`  ${forms.quoted(ignored.examples)}`] : [],
    ),
    ...section(check.copies(duplicates.length), copyLines(duplicates, words)),
    ...section(check.nearCopies(nearDuplicates.length), copyLines(nearDuplicates, words)),
    ...section(results.warnings, findingLines(warnings, counts.findings, words)),
  ];
}

/** What folders were taken for, where that is more than one folder per class. */
function readingLines(
  { wrapper, splits, splitFolders }: DataHealth["layout"],
  { forms, results: { check } }: Words,
): string[] {
  const places = {
    folders: [check.splitsFromFolders(forms.quoted(splitFolders))],
    "inside classes": [check.splitsInsideClasses(forms.quoted(splitFolders))],
    column: [check.splitsFromColumn],
    none: [],
  };
  return [...(wrapper === null ? [] : [check.classesFrom(wrapper)]), ...places[splits]];
}

function copyLines(
  duplicates: readonly (readonly string[])[],
  { forms, results: { check } }: Words,
): string[] {
  const rest = duplicates.length - 5;
  return [
    ...duplicates.slice(0, 5).map((paths) => `  ${forms.quoted(paths)}`),
    ...(rest > 0 ? [`  ${check.moreCopies(rest)}`] : []),
  ];
}
