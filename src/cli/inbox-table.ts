import { formatPercent } from "../base/format-number.ts";
import { type Words, english } from "../words/en/en.ts";
import { acceptanceLine } from "../workflow/inbox/acceptance-line.ts";
import type { InboxResult, Pile } from "../workflow/inbox/inbox.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/** Photos of the queue that the terminal shows. */
const first = 10;

/** The result of `inbox` for people, as lines: the piles, what acceptance stands on, what to look at first, what next. */
export function inboxTable(result: InboxResult, { width, words = english }: TextOptions = {}): string[] {
  const { inbox: said, counts } = words;
  const { photos, learnt, groups, skipped, acceptance } = result;
  const queue = photos.filter(({ rank }) => rank !== null && rank <= first);
  const rows = queue.map(({ path, label, probability, novelty }) => [
    path,
    label,
    formatPercent(probability),
    formatPercent(novelty),
  ]);
  return [
    said.sorted(photos.length),
    "",
    ...formatTable(said.columns, pileRows(result, words), { width }),
    "",
    acceptanceLine(acceptance, words),
    ...(groups.length === 0 ? [] : [said.groups(groups)]),
    ...(learnt === 0 ? [] : [said.learnt(learnt)]),
    ...findingLines(skipped, counts.files, words),
    ...(rows.length === 0
      ? []
      : ["", said.lookFirst, "", ...formatTable(said.queueColumns, rows, { width })]),
    ...writtenLines(result, words),
  ];
}

function pileRows({ counts, photos }: InboxResult, { inbox: said }: Words): string[][] {
  return (Object.keys(counts) as Pile[]).map((pile) => [
    said.piles[pile],
    String(counts[pile]),
    photos.length === 0 ? "" : formatPercent(counts[pile] / photos.length),
  ]);
}

function writtenLines({ out }: InboxResult, { inbox: said }: Words): string[] {
  if (out === null) return [];
  const shown = shownPath(out);
  return [
    "",
    said.written(`${shown}/inbox.html`),
    "",
    said.nextTitle,
    `  ${said.next("<ledger>", "decisions.csv")}`,
    `  ${said.next("<ledger>", `${shown}/accepted.csv`)}`,
  ];
}
