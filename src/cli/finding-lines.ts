import { formatCount, formatQuantity } from "../base/format-number.ts";

/** Something found wrong: a picture that was skipped, a warning about the data. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Of one cause so many are told one by one. */
const limit = 5;

/**
 * Findings by cause, the most frequent first: five of each and how many more there are, then what helps. A hundred
 * thousand broken files take no more lines than six.
 */
export function findingLines(findings: readonly Finding[], noun: string): string[] {
  const causes = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = causes.get(finding.code) ?? [];
    causes.set(finding.code, list);
    list.push(finding);
  }
  return [...causes]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([code, list]) => causeLines(code, list, noun));
}

function causeLines(code: string, list: readonly Finding[], noun: string): string[] {
  const rest = list.length - limit;
  const hints = [...new Set(list.slice(0, limit).map(({ hint = "" }) => hint))].filter((hint) => hint !== "");
  return [
    `  ${formatQuantity(list.length, noun)} [${code}]`,
    ...list.slice(0, limit).map(({ message }) => `    ${message}`),
    ...(rest > 0 ? [`    and ${formatCount(rest)} more; --json lists all`] : []),
    ...hints.slice(0, 1).map((hint) => `    -> ${hint}`),
  ];
}
