import { formatFigures, formatPercent, formatQuantity } from "../../base/format-number.ts";

/** What is to be done about a shift. */
export type ShiftStep = "inbox" | "update" | "prior" | "doubt" | "collect" | "nothing";

const p = (value: number): string => `p = ${formatFigures(value, 2)}`;
const photos = (count: number): string => formatQuantity(count, "photo");

/** `drift`, on the terminal and on its page, and `labels check`. */
export const shift = {
  title: "Drift",
  headline: (isShifted: boolean): string =>
    isShifted ? "Something has changed" : "Nothing has changed that these photos could show",
  compared: (arrived: number, known: number, learntFrom: number): string =>
    `${photos(arrived)} new to the model, against ${photos(known)} that it learnt from` +
    (learntFrom > 0 ? `; ${photos(learntFrom)} of the folder it learnt from, left out` : ""),
  questions: { kind: "Kind of photo", mix: "Mix of classes", meaning: "Meaning of labels", next: "Next" },
  kind: (isShifted: boolean, accuracy: number, value: number): string =>
    (isShifted
      ? "The kind of photo has changed: "
      : "The photos look like those that the model learnt from: ") +
    `a classifier tells new from known in ${formatPercent(accuracy)} of the cases (50 % is luck), ${p(value)}.`,
  second: (isShifted: boolean, agrees: boolean, value: number): string =>
    `The second opinion (MMD) ${agrees ? "agrees" : isShifted ? "does not see it" : "sees a change, which raises no alarm by itself"}, ${p(value)}.`,
  mix: (isShifted: boolean, isReliable: boolean, value: number): string =>
    (isShifted ? "The classes come in other shares" : "The shares of the classes are as they were") +
    `, ${p(value)}.` +
    (isReliable
      ? ""
      : " With another kind of photo this may be the model's mistake: read the shares with care."),
  mixColumns: ["class", "learnt under", "now, from probabilities", "now, from the confusion matrix"],
  share: ({ share, low, high }: { share: number; low: number; high: number }): string =>
    `${formatPercent(share)} (${formatPercent(low)} - ${formatPercent(high)})`,
  meaning: (isShifted: boolean, known: number, arrived: number, value: number): string =>
    (isShifted ? "Labels may have changed their meaning: " : "Labels mean what they meant: ") +
    `the model would give another in ${formatPercent(arrived)} of the new photos, ${formatPercent(known)} of the known ones, ${p(value)}.`,
  meaningClass: (label: string): string => `Most of it lies in ${JSON.stringify(label)}.`,
  meaningUnreliable: "With another kind of photo this may be the model's mistake.",
  meaningNone: "No new photo has a label of the model's, so this was not asked.",
  unknown: (labels: readonly string[]): string =>
    `Labels that the model does not have: ${labels.map((label) => JSON.stringify(label)).join(", ")}.`,
  mixTable: "Shares of the classes",
  doubtful: (shown: number, all: number): string =>
    shown < all ? `Doubtful labels, the first ${shown} of ${all}` : "Doubtful labels",
  doubtColumns: ["label", "rather", "probability", "of the label", "photo"],
  learntAs: (label: string): string => `learnt as ${label}`,
  rather: (label: string, rather: string): string => `labelled ${label}, rather ${rather}`,
  rate: (rate: number, level: number): string =>
    `False alarms: where nothing changed, any of the questions raises one in at most ${formatPercent(rate)} of the cases (each has ${formatPercent(level)}). ` +
    "Photos of one burst count as one: many of the same scene look like a change.",
  mostShifted: "Most shifted photos",
  mostShiftedNote:
    "New photos that a classifier finds most unlike the known ones. Without an alarm they are the edge of the usual.",
  absent: "photo not found",
  steps: {
    inbox: (model: string, data: string): string =>
      `Label new photos, those that teach most first: \`rootstock inbox ${model} ${data}\``,
    update: (model: string, data: string): string =>
      `Take labelled photos in: \`rootstock update ${model} ${data}\``,
    prior: (model: string, data: string): string =>
      `Correct probabilities for the new mix: \`rootstock predict ${model} ${data} --prior estimated\``,
    doubt: (_model: string, data: string): string =>
      `Look through the labels: \`rootstock labels check ${data}\``,
    collect: (): string => "Collect more photos: with fewer than 50 only a large change is found.",
    nothing: (): string => "Nothing has to be done.",
  } satisfies Record<ShiftStep, (model: string, data: string) => string>,
  page: (path: string): string => `page: ${path}`,
  checked: (images: number, source: string): string =>
    `${formatQuantity(images, "label")} held against ${source}`,
  source: {
    memory: (model: string): string =>
      `what ${model} remembers of photos that it learnt from, and says of others`,
    recipe: (recipe: string, backbones: readonly string[]): string =>
      `held-out predictions of ${recipe} on ${backbones.join(" + ")}`,
  },
  suspicious: (count: number, expected: number): string =>
    `${formatQuantity(count, "suspicious label")}; by their confident joint about ${formatQuantity(expected, "label")} ${expected === 1 ? "is" : "are"} wrong`,
  pageLead:
    "Predictions of fits that did not see the photo contradict its label. What is suggested is what they say; the label may be right all the same.",
  noneSuspicious: "no label is suspicious",
  decisions: (path: string): string =>
    `${path}: edit the label column where the photo shows another class, remove the lines you do not decide, then \`rootstock labels record\``,
};
