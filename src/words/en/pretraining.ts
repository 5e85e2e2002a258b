import { formatPercent, formatQuantity, formatSeconds } from "../../base/format-number.ts";

/** What `pretrain` prints. */
export const pretraining = {
  head: (architecture: string, data: readonly string[]): string => `${architecture} on ${data.join(", ")}`,
  unlabelled: (count: number): string => `${formatQuantity(count, "of them", "of them")} without a label`,
  curve: "top-1 on the validation photos after each epoch",
  labels: {
    trained: "trained",
    teacher: "teacher",
    top1: "top-1",
    skipped: "skipped",
    backbone: "backbone",
    head: "head",
    filters: "filters",
    figures: "figures",
    next: "next",
  },
  trained: (epochs: number, seconds: number): string =>
    `${formatQuantity(epochs, "epoch")}, ${formatSeconds(seconds)}`,
  teacher: (name: string, top1: number | null): string =>
    top1 === null ? name : `${name}, whose features with a linear softmax name ${formatPercent(top1)}`,
  top1: (share: number, photos: number, isChecked: boolean): string =>
    `${formatPercent(share)} of ${formatQuantity(photos, "validation photo")}, measured ${isChecked ? "again " : ""}with the files as written`,
};
