import {
  formatCount,
  formatFigures,
  formatPercent,
  formatPoints,
  formatQuantity,
} from "../../base/format-number.ts";

/** A recipe's accuracy with copies kept together, and where they may part. */
export interface LeakPrice {
  readonly recipe: string;
  readonly images: number;
  readonly groups: number;
  readonly kept: number;
  readonly parted: number;
}

/** What the sections of the report about the run itself say: what to do next, training, data, how to repeat it. */
export const reportRun = {
  next: "What to do next",
  training: {
    title: "Training",
    note: (folds: number): string =>
      `Means over the ${folds} folds. The kept epoch is the best on an inner validation part, taken from each fold’s own ` +
      "training images; no image that a fold is judged on was looked at. A refitted network was then trained once more, " +
      "for as many epochs, on all of the fold’s training images.",
    table: "Training, table",
    columns: ["Recipe", "Epochs", "Kept epoch", "Images seen", "Time a fold", "Highest rate"],
    keys: {
      training: "training",
      validation: "inner validation",
      mean: "mean, with each fold thin",
      kept: "kept epoch of a fold",
    },
    byEpoch: (name: string): string => `${name}, epoch by epoch`,
    byEpochTable: (name: string): string => `${name}, epoch by epoch, table`,
    loss: "Loss",
    lossSeen: (
      name: string,
      { first, last, lowest, epoch }: { first: string; last: string; lowest: string; epoch: number },
    ): string =>
      `${name}, loss by epoch, mean over the folds: training from ${first} to ${last}; ` +
      `validation lowest at ${lowest} in epoch ${epoch}.`,
    accuracy: "Accuracy, %",
    accuracySeen: (name: string, first: number, last: number): string =>
      `${name}, accuracy by epoch, mean over the folds: validation from ${formatPercent(first)} at the start to ` +
      `${formatPercent(last)} at the end.`,
    rateTest: "Range test: loss by rate",
    rateSeen: (name: string, rate: number): string =>
      `${name}, range test: loss while the learning rate grows; ${formatFigures(rate, 2)} was chosen, a third of the rate with the lowest loss.`,
    rateAxis: "learning rate",
    chosen: (rate: number): string => `chosen ${formatFigures(rate, 2)}`,
    epochAxis: "epoch",
    start: "start",
    epochColumns: [
      "Epoch",
      "Training loss",
      "Training accuracy",
      "Validation loss",
      "Validation accuracy",
      "Rate at its end",
    ],
  },
  data: {
    title: "Data health",
    usable: (images: number, classes: number): string =>
      `${formatQuantity(images, "usable image")} in ${formatQuantity(classes, "class", "classes")}.`,
    noCopies: "No two are copies of each other.",
    copies: (images: number, groups: number): string =>
      `${formatCount(images)} belong to ${formatQuantity(groups, "group")} of copies or related pictures, ` +
      "which never part between folds and count as one in every interval.",
    leak: ({ recipe, images, groups, kept, parted }: LeakPrice): string =>
      `What they would have feigned: ${recipe} is right on ${formatPercent(kept)} with the ${formatQuantity(groups, "group")} of ` +
      `copies and near-duplicates (${formatQuantity(images, "image")}) on one side of every fold, and on ${formatPercent(parted)} ` +
      `where they may part: ${formatPoints(parted - kept)} points.`,
    allRead: "Every image could be read.",
    unread: (count: number): string =>
      `${formatQuantity(count, "image")} could not be used and ${count === 1 ? "was" : "were"} skipped.`,
    table: "Images of each class, table",
    columns: { class: "Class", folds: "In the folds", holdout: "Holdout", largest: "Against the largest" },
    skipped: "Skipped",
    skippedTable: "Skipped images, table",
    skippedColumns: ["File", "Code", "Why, and what helps"],
    showAll: (count: number): string => `Show all ${count}`,
    showSome: (shown: number, count: number): string =>
      `Show the first ${formatCount(shown)} of ${formatCount(count)}; run.json names them all`,
    ignored: (count: number): string =>
      `${formatQuantity(count, "file")} that ${count === 1 ? "is no image was" : "are no images were"} ignored: `,
    comma: ", ",
  },
  repeat: {
    title: "How to repeat this run",
    names: {
      seed: "Seed",
      folds: "Folds",
      digest: "Data digest",
      versions: "Versions",
      machine: "Machine",
      run: "Run",
      model: "Model",
    },
    folds: (folds: number): string =>
      `${folds}, stratified, copies kept together; each image's fold is in run.json`,
    versions: ({ rootstock, node, engine }: { rootstock: string; node: string; engine: string }): string =>
      `rootstock ${rootstock}, Node.js ${node}, engine ${engine}`,
    machine: ({
      cpu,
      cores,
      memoryGiB,
      platform,
    }: {
      cpu: string;
      cores: number;
      memoryGiB: number;
      platform: string;
    }): string => `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}`,
    run: (id: string, from: string, to: string): string => `${id}, ${from} to ${to}`,
    noModel: "none: no recipe finished",
    eachFold: "Each fold's accuracy and what tuning chose",
    foldsTable: "Folds, table",
    recipe: "Recipe",
    fold: (fold: number): string => `Fold ${fold}`,
    /** A value that tuning chose, or what became of a training, by the name that results have for it. */
    chosen: (name: string, value: string): string => `${name} ${value}`,
  },
  meaning: {
    title: "What these numbers mean",
    judged:
      "Each image was judged by a model that had not seen it, nor any copy of it; tuning happened inside the training " +
      "part of each fold, on inner folds of it, or on one split where a fit has more than 4,096 images. The accuracy is the share of all judged images that were right.",
    interval:
      "The 95 % interval is Wilson's, with copies of a picture counted together. It says how far the accuracy could lie " +
      "from the one on endless images of the same kind, by the luck of which images you have. It does not cover new " +
      "cameras, places or seasons, nor that other training images would have given another model.",
    clear:
      "A difference is called clear where an exact test on the images that only one of the two got right (McNemar's, " +
      "copies kept together, corrected by Holm for the number of recipes) finds chance less likely than 1 in 20, and the " +
      "interval of the difference lies above 0. The best of several recipes looks a little better than it is, because it " +
      "was chosen for that; a holdout, where there is one, is free of it.",
  },
};
