import { formatCount, formatPercent, formatQuantity, formatSeconds } from "../../base/format-number.ts";
import { quoteList } from "../../base/errors.ts";

/** What an update came to, in photos. */
export interface UpdateCounts {
  readonly added: number;
  readonly removed: number;
  readonly relabelled: number;
  readonly images: number;
}

/** How photos that were there before fare. */
export interface OldPhotosTold {
  readonly photos: number;
  readonly before: number;
  readonly after: number;
  readonly scores: "held out" | "seen";
}

function began(start: "warm" | "cold" | null): string {
  return start === "warm" ? ", warm-started from the model's own weights" : "";
}

/** What `update` and `merge` print. */
export const updating = {
  none: "nothing to change: the model has learnt from all of this already",
  labels: {
    photos: "photos",
    classes: "classes",
    kind: "update",
    before: "before",
    model: "model",
    previous: "previous",
    next: "next",
  },
  photos: ({ added, removed, relabelled, images }: UpdateCounts): string =>
    `${formatCount(added)} added, ${formatCount(removed)} taken out, ${formatCount(relabelled)} moved: ` +
    `the model now knows ${formatQuantity(images, "image")}`,
  merged: (images: number, shared: number): string =>
    formatQuantity(images, "image") +
    (shared > 0 ? `, ${formatCount(shared)} of them known to both and counted once` : ""),
  classes: (count: number, added: readonly string[], gone: readonly string[]): string =>
    [
      formatCount(count),
      ...(added.length > 0 ? [`new: ${quoteList(added)}`] : []),
      ...(gone.length > 0 ? [`gone: ${quoteList(gone)}`] : []),
    ].join("; "),
  kinds: {
    exact: (seconds: number): string =>
      `exact, in ${formatSeconds(seconds)}: as fitted anew on these photos; transforms, hyper-parameters and temperature are held`,
    retrained: (seconds: number, start: "warm" | "cold" | null = null): string =>
      `fitted anew on remembered and new features${began(start)}, in ${formatSeconds(seconds)}; hyper-parameters are held`,
    head: (seconds: number, start: "warm" | "cold" | null = null): string =>
      `head retrained on remembered and new features${began(start)}, in ${formatSeconds(seconds)}; the trained network before it is held`,
  },
  oldPhotos: ({ photos, before, after, scores }: OldPhotosTold): string =>
    `of ${formatQuantity(photos, "image")} known before, ${formatPercent(before)} right before and ${formatPercent(after)} now ` +
    (scores === "seen"
      ? "(both models have learnt from them: evaluate measures)"
      : "(each by a fit that had not seen it)"),
};
