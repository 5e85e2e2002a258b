import { quoteList } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import type { DataHealth } from "../workflow/check.ts";
import { findingLines } from "./finding-lines.ts";
import { type TableOptions, formatTable } from "./table.ts";

/** The result of `check` for people, as lines: what is usable, each class, then the findings by cause, with what helps. */
export function healthTable(health: DataHealth, { width }: Pick<TableOptions, "width"> = {}): string[] {
  const { images, classes, skipped, ignored, duplicates, shortSide, warnings, holdout } = health;
  const rows = classes.map(({ name, training, holdout: held }) => [
    name,
    String(training),
    ...(holdout > 0 ? [String(held)] : []),
  ]);
  const size =
    shortSide === null
      ? ""
      : `, short side ${shortSide.min} to ${shortSide.max} px (median ${shortSide.median})`;
  const isLabelled = classes.length > 0;
  const where = isLabelled ? `in ${formatQuantity(classes.length, "class", "classes")}` : "without labels";
  const headings = ["class", "training", ...(holdout > 0 ? ["holdout"] : [])];
  return [
    `${formatQuantity(images, "usable image")} ${where}${size}`,
    ...readingLines(health.layout),
    ...(isLabelled ? ["", ...formatTable(headings, rows, { width })] : []),
    ...section("skipped", findingLines(skipped, "file")),
    ...section(
      `${formatQuantity(ignored.count, "file")} ignored, being no picture`,
      ignored.count > 0 ? [`  ${quoteList(ignored.examples)}`] : [],
    ),
    ...section(
      `${formatQuantity(duplicates.length, "picture lies", "pictures lie")} there more than once; copies are kept on one side of every fold`,
      copyLines(duplicates),
    ),
    ...section("warnings", findingLines(warnings, "finding")),
  ];
}

/** What folders were taken for, where that is more than one folder per class. */
function readingLines({ wrapper, splits, splitFolders }: DataHealth["layout"]): string[] {
  const places = {
    folders: `the folders ${quoteList(splitFolders)}`,
    "inside classes": `folders inside the classes: ${quoteList(splitFolders)}`,
    column: "the table's column split",
    none: null,
  };
  return [
    ...(wrapper === null ? [] : [`classes taken from the folder ${JSON.stringify(wrapper)}`]),
    ...(places[splits] === null ? [] : [`splits taken from ${places[splits]}`]),
  ];
}

function copyLines(duplicates: readonly (readonly string[])[]): string[] {
  const rest = duplicates.length - 5;
  return [
    ...duplicates.slice(0, 5).map((paths) => `  ${quoteList(paths)}`),
    ...(rest > 0 ? [`  and ${rest} more; --json lists all`] : []),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}
