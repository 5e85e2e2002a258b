import type { BenchResult } from "./bench-result.ts";

/** A result as a Markdown table; all columns but the first are right-aligned. */
export function formatTable({ columns, rows }: Pick<BenchResult, "columns" | "rows">): string {
  const rule = columns.map((_, i) => (i === 0 ? "---" : "--:"));
  return [columns, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
