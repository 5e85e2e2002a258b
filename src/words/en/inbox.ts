import { formatCount, formatFigures, formatPercent, formatQuantity } from "../../base/format-number.ts";

/** What is said of the accepted pile: see `InboxAcceptance`. */
export interface AcceptanceFacts {
  readonly promise: number;
  readonly assurance: number;
  readonly threshold: number | null;
  readonly calibration: number;
  readonly rows: number;
  readonly errors: number;
  readonly bound: number;
  readonly needed: number;
  readonly missing: number;
}

/** What `inbox` says. */
export const inbox = {
  piles: { accepted: "accepted", look: "to look at", foreign: "foreign" },
  columns: ["pile", "photos", "share"],
  queueColumns: ["photo", "label", "probability", "novelty"],
  sorted: (photos: number): string => `${formatQuantity(photos, "photo")} without a label:`,
  accepted: ({ promise, assurance, threshold, rows, errors, bound }: AcceptanceFacts): string =>
    `Labels of a probability of ${formatPercent(threshold ?? 1)} and more are accepted: of ${formatCount(rows)} calibration photos as ` +
    `sure as that ${formatCount(errors)} ${errors === 1 ? "is" : "are"} wrong. At most ${formatPercent(promise)} of such labels are ` +
    `wrong, with ${formatFigures(assurance * 100, 3)} % confidence (bound ${formatPercent(bound)}), for photos like those it was judged on.`,
  tooFew: ({ promise, calibration, needed, missing }: AcceptanceFacts): string =>
    `Nothing is accepted: a promise of ${formatPercent(promise)} needs at least ${formatQuantity(needed, "calibration photo")} without ` +
    `an error, and there are ${formatCount(calibration)} that are usual enough; ${formatCount(missing)} missing.`,
  tooManyErrors: ({ promise, rows, errors, bound }: AcceptanceFacts): string =>
    `Nothing is accepted: of the ${formatCount(rows)} surest calibration photos ${formatCount(errors)} ${errors === 1 ? "is" : "are"} ` +
    `wrong, so that up to ${formatPercent(bound)} may be; the promise is ${formatPercent(promise)}.`,
  learnt: (count: number): string =>
    `${formatQuantity(count, "photo")} that the model learnt from: left out.`,
  groups: (sizes: readonly number[]): string =>
    `Foreign photos in ${formatQuantity(sizes.length, "group")} that may be new classes: ${sizes.map(formatCount).join(", ")}.`,
  lookFirst: "To look at first:",
  written: (page: string): string => `page    ${page}`,
  review: (address: string): string => `Decide at ${address}`,
  reviewStop: "Ctrl-C ends it. What was saved is in the ledger.",
  recorded: (added: number, relabelled: number): string =>
    `${formatQuantity(added, "photo")} added to the ledger, ${formatCount(relabelled)} relabelled.`,
  next: (ledger: string, csv: string): string => `rootstock labels record ${ledger} ${csv}`,
  nextTitle:
    "next: decide on the page, download decisions.csv, and record them; or take over what was accepted:",
  title: (photos: number): string => `${formatQuantity(photos, "photo")} to decide on`,
  pileTitles: { accepted: "Accepted", look: "To look at", foreign: "Foreign" },
  pileNotes: {
    look: "The most valuable first: what the model is unsure of, spread out, typical of others.",
    foreign: "Like nothing that the model knows, in groups that may be new classes.",
    accepted: "Sure enough for the promise; to spot-check.",
  },
  sure: (label: string, probability: number): string => `${label}, ${formatPercent(probability)} sure`,
  more: (count: number): string =>
    `${formatQuantity(count, "more photo")} not shown: photos.csv has them all.`,
  reason: (probability: number): string => `accepted by the model at ${formatPercent(probability)}`,
};

/** A page to decide on photos. */
export const decisions = {
  eyebrow: "decisions",
  piles: "piles",
  photo: "photo",
  photos: "photos of the pile",
  question: "What is it?",
  other: "Another class (n)",
  keys: "Enter: as suggested · 1–9: class · 0: none of them · n: another class · ← →: move · g: whole group · u: take back · s: save",
  undo: "Take back (u)",
  download: "Download decisions.csv (d)",
  save: "Save to the ledger (s)",
  script: {
    none: "none of these classes",
    absent: "no picture",
    empty: "Nothing in this pile.",
    decided: "Decided: {label}",
    group: "Group {group}: {count} photos. g decides all of them at once.",
    wholeGroup: "The next answer is for all {count} photos of group {group}.",
    progress: "{done} of {total} decided",
    saved: "{count} saved to the ledger",
    notSaved: "Not saved: {error}",
    reasonNone: "none of the classes",
    reasonAgreed: "as suggested",
    reasonOther: "decided otherwise",
  },
};
