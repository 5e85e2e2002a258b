import { quoteList } from "../base/errors.ts";
import type { DataHealth } from "../workflow/check.ts";
import { formatTable } from "./table.ts";

/** The result of `check` for people: what is usable, each class, then every finding with its next step. */
export function healthTable(health: DataHealth): string {
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
  return [
    `${images} usable images in ${classes.length} classes${size}`,
    "",
    formatTable(["class", "training", ...(holdout > 0 ? ["holdout"] : [])], rows),
    ...section(
      `${skipped.length} skipped`,
      skipped.map(
        ({ path, code, message, hint }) => `${path} [${code}] ${message}${hint === "" ? "" : ` ${hint}`}`,
      ),
    ),
    ...section(
      `${ignored.count} files ignored that are no pictures`,
      ignored.count > 0 ? [quoteList(ignored.examples)] : [],
    ),
    ...section(
      `${duplicates.length} pictures lie there more than once; copies are kept on one side of every fold`,
      duplicates.slice(0, 5).map((paths) => quoteList(paths)),
    ),
    ...section(
      "warnings",
      warnings.map(({ code, message, hint }) => `[${code}] ${message}${hint === "" ? "" : ` ${hint}`}`),
    ),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)];
}
