import { formatCount, formatPercent, formatQuantity, formatSeconds } from "../../base/format-number.ts";
import { updating } from "./updating.ts";

/** Where a network's training began, and what of it was trained. */
export interface TrainedFrom {
  readonly start: "pretrained" | "hand-made" | "random weights";
  /** The last parameter group kept frozen, "none", or "all"; null for a network from random weights. */
  readonly frozenTo: string | null;
  /** Of one from random weights, how like the backbone's network it was built. */
  readonly network: string;
  /** Width and height of the pictures that it was built for, in pixels; null for the backbone's own. */
  readonly size: number | null;
  readonly isRefitted: boolean;
}

/** What a fold's training took, on average. */
export interface TrainingCost {
  readonly epochs: number;
  readonly imagesSeen: number;
  readonly seconds: number;
}

/** How far a comparison is that several processes share. */
export interface ShardCounts {
  readonly index: number;
  readonly count: number;
  readonly tasks: number;
  readonly missing: number;
}

/** A network to fetch, and what it gains: shares of 1,000 photos of flowers that are named rightly. */
export interface BetterNetwork {
  readonly name: string;
  readonly megabytes: number;
  readonly flowers: number;
  /** By the best of the networks in the package. */
  readonly embeddedFlowers: number;
}

const origins: Readonly<Record<string, string>> = {
  architecture: "random weights, the architecture as published",
  graph: "random weights, the file’s own graph",
  "graph, batch normalisation restored":
    "random weights, the file’s own graph with batch normalisation put back behind every convolution",
};

function startOf({ start, frozenTo, network, size }: TrainedFrom): string {
  if (frozenTo === null) {
    const origin = origins[network] ?? network;
    return size === null ? origin : `${origin}, at ${size} pixels`;
  }
  const from = start === "hand-made" ? "hand-made, not pretrained" : "pretrained";
  if (frozenTo === "all") return `${from}, all of it kept, the head alone trained`;
  return frozenTo === "none" ? `${from}, all trained` : `${from}, kept up to ${frozenTo}`;
}

/** The table of `compare` in the terminal. */
export const comparison = {
  columns: {
    recipe: "recipe",
    backbone: "backbone",
    features: "features",
    accuracy: "accuracy",
    interval: "95 % interval",
    macroF1: "macro F1",
    holdout: "holdout",
    seconds: "seconds",
    note: "note",
  },
  cutShort: "cut short",
  failedWith: (code: string): string => `failed: ${code}`,
  failed: (names: readonly string[]): string => `failed: ${names.join(", ")}`,
  leftOutWith: "left out",
  leftOut: (name: string): string => `left out: ${name}`,
  trained: (name: string, { epochs, imagesSeen, seconds }: TrainingCost, network: string): string => {
    const made = epochs === 1 ? "1 epoch" : `${Number(epochs.toFixed(1))} epochs`;
    const seen = formatQuantity(Math.round(imagesSeen), "image");
    return `${name}: ${made}, ${seen} seen, ${formatSeconds(seconds)} a fold (${network})`;
  },
  network: (from: TrainedFrom): string => startOf(from) + (from.isRefitted ? ", refitted" : ""),
  data: (counts: readonly string[], seed: number, skipped: number): string =>
    [...counts, `seed ${seed}`, ...(skipped > 0 ? [`${formatCount(skipped)} skipped:`] : [])].join(", "),
  lockedTest: (images: number, looks: number): string =>
    `locked test set: ${formatQuantity(images, "photo")} kept aside, looked at ${looks === 1 ? "once" : `${looks} times`}` +
    (looks > 3 ? "; the more often a choice follows it, the less its figure is worth" : ""),
  report: "report",
  model: "model",
  next: "next:",
  steps: {
    look: "open the report",
    predict: "name the class of new photos",
    ship: "ship the model: its folder is all that is needed, and this proves a copy of it",
    improve: ({ name, megabytes, flowers, embeddedFlowers }: BetterNetwork): string =>
      `do better: ${name} (${megabytes} MB) knows more; on 1,000 photos of flowers it is right on ` +
      `${formatPercent(flowers)}, the best of the networks in the package on ${formatPercent(embeddedFlowers)}`,
  },
  /** The place of a photo's path in a line to type. */
  photo: "PHOTO",
};

/** What the other commands print. */
export const results = {
  skipped: "skipped",
  warnings: "warnings",
  cause: (count: string, code: string, meaning: string): string =>
    meaning === "" ? `${count} [${code}]` : `${count} [${code}] ${meaning}`,
  more: (count: number): string => `and ${formatCount(count)} more; --json lists all`,
  worked: (tasks: number): string => `${formatQuantity(tasks, "task")} done`,
  shardDone: ({ index, count, tasks, missing }: ShardCounts): string =>
    `shard ${index} of 0 to ${count - 1} is done; ${formatCount(missing)} of the run's ${formatQuantity(tasks, "task")} are other shards', ` +
    "the last of which finishes the run",
  update: updating,
  section: (title: string): string => `${title}:`,
  train: {
    head: (recipe: string, backbones: readonly string[], data: readonly string[]): string =>
      `${recipe} on ${backbones.join(" + ")}: ${data.join(", ")}`,
    skipped: (count: number): string => `${formatCount(count)} skipped`,
    labels: {
      fitted: "fitted",
      trained: "trained",
      kept: "kept",
      model: "model",
      figures: "figures",
      next: "next",
    },
    fitted: (seconds: number): string => `in ${formatSeconds(seconds)}`,
    trained: (epochs: number, images: number, seconds: number): string =>
      `${formatQuantity(epochs, "epoch")}, ${formatQuantity(images, "image")} seen, ${formatSeconds(seconds)}`,
    kept: (epoch: number, validation: number): string =>
      `${epoch === 0 ? "the start: no epoch was better" : `epoch ${epoch}`}; ` +
      `${formatPercent(validation)} of the inner validation right ` +
      "(which chose the epoch, so it flatters: compare measures)",
    refitted: "refitted once more on all of the images, for as many epochs",
  },
  evaluate: {
    accuracy: (
      { mean, low, high }: { mean: number; low: number; high: number },
      macroF1: string,
      rest: string,
    ): string =>
      `accuracy ${formatPercent(mean)} (95 % interval ${formatPercent(low)} - ${formatPercent(high)}), macro F1 ${macroF1}, ${rest}`,
    images: (images: number): string => formatQuantity(images, "image"),
    trainedOn: (count: number): string => `${count} of them trained on`,
    leftOut: (count: number): string => `${count} trained on left out`,
    skipped: (count: number): string => `${count} skipped`,
    join: (parts: readonly string[]): string => parts.join(", "),
    columns: ["class", "images", "precision", "recall", "F1"],
    corner: "true \\ predicted",
    noMistake: "no image was taken for another class",
    mistakes: ["true class", "taken for", "images"],
    rarer: (count: number): string =>
      `and ${formatQuantity(count, "rarer mistake")}; --json has the whole matrix`,
  },
  check: {
    usable: (
      images: number,
      classes: number | null,
      side: { min: number; max: number; median: number } | null,
    ): string =>
      `${formatQuantity(images, "usable image")} ` +
      (classes === null ? "without labels" : `in ${formatQuantity(classes, "class", "classes")}`) +
      (side === null ? "" : `, short side ${side.min} to ${side.max} px (median ${side.median})`),
    columns: { class: "class", training: "training", holdout: "holdout" },
    classesFrom: (folder: string): string => `classes taken from the folder ${JSON.stringify(folder)}`,
    splitsFromFolders: (folders: string): string => `splits taken from the folders ${folders}`,
    splitsInsideClasses: (folders: string): string =>
      `splits taken from folders inside the classes: ${folders}`,
    splitsFromColumn: "splits taken from the table's column split",
    ignored: (count: number): string => `${formatQuantity(count, "file")} ignored, being no picture`,
    copies: (count: number): string =>
      `${formatQuantity(count, "picture lies", "pictures lie")} there more than once; copies are kept on one side of every fold`,
    nearCopies: (count: number): string =>
      `${formatQuantity(count, "picture lies", "pictures lie")} there cropped, encoded anew, mirrored or made brighter too; they are kept on one side of every fold`,
    moreCopies: (count: number): string => `and ${count} more; --json lists all`,
  },
  runs: {
    columns: {
      short: "short",
      run: "run",
      status: "status",
      data: "data",
      backbones: "backbones",
      winner: "winner",
      accuracy: "accuracy",
    },
    status: {
      complete: "complete",
      running: "running",
      interrupted: "interrupted",
      failed: "failed",
      unreadable: "unreadable",
    },
    none: (folder: string): string => `no run in ${JSON.stringify(folder)} yet: rootstock compare makes one`,
  },
  verify: {
    met: (model: string, engines: readonly string[]): string =>
      `${model}: verified on ${engines.join(" and ")}`,
    notMet: (model: string): string => `${model}: not met`,
    original: (fault: string): string => fault,
  },
  doctor: { ok: "ok  ", miss: "miss", line: (name: string, detail: string): string => `${name}: ${detail}` },
  page: {
    written: (out: string, files: number, size: string): string =>
      `${out}: ${formatQuantity(files, "file")}, ${size}`,
    look: (command: string): string => `look at it: ${command}`,
  },
};
