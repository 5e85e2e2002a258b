import { formatPercent } from "../base/format-number.ts";
import { english } from "../words/en/en.ts";
import { type DriftResult, driftSentences } from "../workflow/drift.ts";
import { findingLines } from "./finding-lines.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/** Most shifted photos and doubtful labels told on a terminal; --json and the page have more. */
const shown = 8;

/** The result of `drift` for people, as lines: a verdict, then each question, its figures and what to do. */
export function driftTable(result: DriftResult, { width, words = english }: TextOptions = {}): string[] {
  const said = words.shift;
  const { photos, labels, mix, doubtful, kind, skipped } = result;
  const sentences = driftSentences(result, words.lang);
  const shares = labels.map((label, k) => [
    label,
    formatPercent(mix.trained[k]!),
    said.share(mix.expected[k]!),
    said.share(mix.blackBox[k]!),
  ]);
  const doubts = doubtful
    .slice(0, shown)
    .map(
      ({ path, label, rather, learntAs }) =>
        `  ${path}: ${said.rather(label, rather)}${learntAs === null ? "" : ` (${said.learntAs(learntAs)})`}`,
    );
  return [
    said.headline(result.isShifted),
    said.compared(photos.arrived, photos.known, photos.learntFrom),
    "",
    words.results.section(said.questions.kind),
    ...sentences.kind.map((line) => `  ${line}`),
    words.results.section(said.questions.mix),
    ...sentences.mix.map((line) => `  ${line}`),
    ...formatTable(said.mixColumns, shares, { width, spare: said.mixColumns.slice(3) }),
    words.results.section(said.questions.meaning),
    ...sentences.meaning.map((line) => `  ${line}`),
    ...doubts,
    words.results.section(said.mostShifted),
    ...kind.mostShifted.slice(0, shown).map(({ path }) => `  ${path}`),
    "",
    ...sentences.next.map((line) => `-> ${line}`),
    ...(result.page === null ? [] : [said.page(result.page)]),
    said.rate(result.falseAlarmRate, result.level),
    ...(skipped.length > 0
      ? [
          "",
          words.results.section(words.results.skipped),
          ...findingLines(skipped, words.counts.files, words),
        ]
      : []),
  ];
}
