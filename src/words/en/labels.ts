import { formatCount, formatQuantity } from "../../base/format-number.ts";

const photos = (count: number): string => formatQuantity(count, "photo");

/** What the commands of `labels` print. */
export const labels = {
  photos,
  begun: (ledger: string, version: string): string => `${ledger} is begun: version ${version}`,
  next: (command: string): string => `next: ${command}`,
  compared: (data: string, ledger: string, version: string): string =>
    `${data} against ${ledger} at ${version}`,
  between: (from: string, to: string): string => `from ${from} to ${to}`,
  same: "no difference",
  added: (count: number): string => `new: ${photos(count)}`,
  removed: (count: number): string => `removed: ${photos(count)}`,
  relabelled: (count: number): string => `relabelled: ${photos(count)}`,
  moved: (count: number): string => `moved: ${photos(count)}`,
  replaced: (place: string): string => `${place} (its split or group alone)`,
  classesAdded: "new classes",
  classesRemoved: "classes that are gone",
  classesChanged: "classes that changed",
  renamed: (from: string, to: string, count: number): string =>
    `${from} -> ${to}: renamed, for all of its ${photos(count)} bear the new name`,
  merged: (from: readonly string[], to: string, count: number): string =>
    `${from.join(" + ")} -> ${to}: merged, for all of their ${photos(count)} bear the new name`,
  asPhotos: "(--as-photos records their photos one by one instead)",
  join: (parts: readonly string[]): string => parts.join(", "),
  unchanged: (count: number): string => `unchanged: ${photos(count)}`,
  kept: (count: number): string => `not found, and kept as recorded: ${photos(count)}`,
  copies: (count: number): string => `there more than once, in the ledger one time: ${photos(count)}`,
  setAside: (count: number): string => `set aside as having no label: ${photos(count)}`,
  noLabel: "no label",
  morePhotos: (count: number): string => `and ${formatCount(count)} more`,
  ask: (events: number): string => `Record ${formatQuantity(events, "event")}? [y/N] `,
  declined: "nothing recorded",
  nothing: "nothing to record: the ledger says the same",
  nobody: "labels sync: nothing was recorded: expected --yes, or a terminal to ask at. [E_USAGE]",
  nobodyHint: "Look at the changes above, and run again with --yes.",
  recorded: (events: number, version: string): string =>
    `recorded: ${formatQuantity(events, "event")}, version ${version}`,
  decided: (added: number, relabelled: number, unchanged: number, version: string): string =>
    `recorded: ${formatCount(added)} new, ${formatCount(relabelled)} relabelled, ${formatCount(unchanged)} as they were; version ${version}`,
  classChanged: (count: number, version: string): string =>
    `recorded: ${photos(count)} changed with it, version ${version}`,
  classes: (names: readonly string[]): string =>
    `classes now: ${names.length === 0 ? "none" : names.join(", ")}`,
  undone: (events: number, target: string, version: string): string =>
    `the labels of ${target} are back: ${formatQuantity(events, "event")} recorded, version ${version}`,
  undoneOf: "taken back",
  at: (ledger: string, version: string, time: string): string => `${ledger} at ${version}, recorded ${time}`,
  atCounts: (count: number, classCount: number): string =>
    `${photos(count)} in ${formatQuantity(classCount, "class", "classes")}`,
  atColumns: { class: "class", photos: "photos" },
  exported: (count: number, out: string): string => `${photos(count)} written to ${out}`,
  log: {
    columns: { version: "version", time: "recorded", author: "by", changes: "changes", reason: "reason" },
    photoColumns: {
      line: "line",
      time: "recorded",
      author: "by",
      change: "what became of it",
      reason: "reason",
    },
    begun: "the ledger is begun",
    undoes: (version: string): string => `undo: back to ${version}`,
    more: (count: number): string => `and ${formatQuantity(count, "earlier recording")}: --all shows them`,
    torn: (line: number): string =>
      `from line ${formatCount(line)} on: a recording that was stopped in the middle; it does not count, and the next one takes its place`,
    counts: {
      "photo-added": (count: number): string => `${formatCount(count)} new`,
      "photo-removed": (count: number): string => `${formatCount(count)} removed`,
      "photo-moved": (count: number): string => `${formatCount(count)} moved`,
      labelled: (count: number): string => `${formatCount(count)} labelled`,
      relabelled: (count: number): string => `${formatCount(count)} relabelled`,
      "class-added": (count: number): string => formatQuantity(count, "new class", "new classes"),
      "class-removed": (count: number): string => formatQuantity(count, "class gone", "classes gone"),
      "class-renamed": (count: number): string => formatQuantity(count, "class renamed", "classes renamed"),
      "class-merged": (count: number): string => formatQuantity(count, "merge"),
      "class-split": (count: number): string => formatQuantity(count, "split"),
    },
    photo: (path: string, label: string, sha256: string): string => `${path}: ${label} (${sha256})`,
    photoGone: (sha256: string): string => `removed (${sha256})`,
    added: (label: string, path: string): string => `new as ${label}, ${path}`,
    removed: (label: string): string => `removed, was ${label}`,
    moved: (from: string, to: string): string => `moved from ${from} to ${to}`,
    relabelled: (from: string, to: string): string => `${from} -> ${to}`,
    byClass: (from: string, to: string): string => `${from} -> ${to}, with its class`,
  },
};
