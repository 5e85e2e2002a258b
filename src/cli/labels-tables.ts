import { quoteName } from "../base/quote-name.ts";
import type { Words } from "../words/en/en.ts";
import {
  type LabelsAt,
  type LabelsLog,
  type PhotoLog,
  type Recording,
  shortVersion,
} from "../workflow/labels/show-labels.ts";
import { shownPath } from "./shown-path.ts";
import { formatTable } from "./table.ts";

/** How the tables are laid out. */
export interface LabelsTableOptions {
  readonly words: Words;
  readonly width: number;
}

/** `labels log` for people, the latest first. */
export function logTable(log: LabelsLog, { words, width }: LabelsTableOptions): string[] {
  const { columns, more, torn } = words.labels.log;
  const rest = log.total - log.recordings.length;
  return [
    ...(log.torn === null ? [] : [torn(log.torn.line)]),
    ...formatTable(
      Object.values(columns),
      log.recordings.map((recording) => [
        shortVersion(recording.version),
        shownTime(recording.time),
        recording.author ?? "",
        changesOf(recording, words),
        recording.reason ?? "",
      ]),
      { width },
    ),
    ...(rest > 0 ? [more(rest)] : []),
  ];
}

/** What a recording did: `12 new, 3 relabelled`. */
function changesOf({ counts, undoes }: Recording, words: Words): string {
  const { log } = words.labels;
  const said = Object.entries(log.counts).flatMap(([type, counted]) => {
    const count = counts[type as keyof typeof counts] ?? 0;
    return count === 0 ? [] : [counted(count)];
  });
  const undo = undoes === undefined ? [] : [log.undoes(shortVersion(undoes))];
  const parts = [...undo, ...said];
  return parts.length === 0 ? log.begun : words.labels.join(parts);
}

/** `labels log --photo` for people. */
export function photoTable(
  { sha256, photo, events }: PhotoLog,
  { words, width }: LabelsTableOptions,
): string[] {
  const { log, noLabel } = words.labels;
  const named = (label: string | null): string => (label === null ? noLabel : quoteName(label));
  const head =
    photo === null
      ? log.photoGone(shortVersion(sha256))
      : log.photo(quoteName(photo.path), named(photo.label), shortVersion(sha256));
  const changeOf = ({ before, after, type }: PhotoLog["events"][number]): string => {
    if (before === null) return log.added(named(after!.label), quoteName(after!.path));
    if (after === null) return log.removed(named(before.label));
    if (type === "photo-moved") return log.moved(quoteName(before.path), quoteName(after.path));
    const change = type.startsWith("class-") ? log.byClass : log.relabelled;
    return change(named(before.label), named(after.label));
  };
  return [
    head,
    ...formatTable(
      Object.values(log.photoColumns),
      events.map((event) => [
        String(event.line),
        shownTime(event.time),
        event.author ?? "",
        changeOf(event),
        event.reason ?? "",
      ]),
      { width },
    ),
  ];
}

/** `labels at` for people. */
export function atTable(at: LabelsAt, { words, width }: LabelsTableOptions): string[] {
  const said = words.labels;
  const rows = at.classes.map(({ label, photos }) => [quoteName(label), String(photos)]);
  const without = at.unlabelled === 0 ? [] : [[`(${said.noLabel})`, String(at.unlabelled)]];
  return [
    said.at(shownPath(at.ledger), shortVersion(at.version), shownTime(at.time)),
    said.atCounts(at.photos.length, at.classes.length),
    ...(at.photos.length + rows.length === 0
      ? []
      : ["", ...formatTable(Object.values(said.atColumns), [...rows, ...without], { width })]),
  ];
}

/** A moment as the machine's clock shows it. */
export function shownTime(time: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return time;
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}
