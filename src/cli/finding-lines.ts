import type { ErrorRecord } from "../base/errors.ts";
import type { Words } from "../words/en/en.ts";
import { errorInWords } from "../words/fact.ts";

/** Of one cause so many are told one by one. */
const limit = 5;

/**
 * Findings (pictures that were skipped, warnings about the data) by cause, the most frequent first: five of each and how
 * many more there are, then what helps. A hundred thousand broken files take no more lines than six. `counted` says how
 * many of what.
 */
export function findingLines(
  findings: readonly ErrorRecord[],
  counted: (count: number) => string,
  words: Words,
): string[] {
  const causes = new Map<ErrorRecord["code"], ErrorRecord[]>();
  for (const finding of findings) {
    const list = causes.get(finding.code) ?? [];
    causes.set(finding.code, list);
    list.push(finding);
  }
  return [...causes.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((list) => causeLines(list, counted(list.length), words));
}

function causeLines(list: readonly ErrorRecord[], count: string, words: Words): string[] {
  const { results } = words;
  const rest = list.length - limit;
  const said = list.slice(0, limit).map((finding) => errorInWords(finding, words));
  const hints = [...new Set(said.map(({ hint }) => hint))].filter((hint) => hint !== "");
  const meaning = said.some(({ original }) => original !== "") ? said[0]!.text : "";
  return [
    `  ${results.cause(count, list[0]!.code, meaning)}`,
    ...said.map(({ text, original }, i) => `    ${original === "" ? text : list[i]!.message}`),
    ...(rest > 0 ? [`    ${results.more(rest)}`] : []),
    ...hints.slice(0, 1).map((hint) => `    -> ${hint}`),
  ];
}
