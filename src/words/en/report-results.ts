import {
  formatCount,
  formatFigures,
  formatPercent,
  formatPoints,
  formatQuantity,
  formatSeconds,
} from "../../base/format-number.ts";

/** What a curve of labels spent was measured on. */
export interface CurveFacts {
  readonly recipe: string;
  readonly photos: number;
  readonly judged: number;
  readonly draws: number;
}

/** What the queue's order gained in the end, as shares. */
export interface CurveGain {
  readonly labels: number;
  readonly gain: number;
  readonly low: number;
  readonly high: number;
}

/** What the sections of the report about its results say. Parts of a sentence that stand around markup are lists. */
export const reportResults = {
  opening: {
    accuracy: "accuracy",
    interval: (low: number, high: number): string => `95 %: ${formatPercent(low)} to ${formatPercent(high)}`,
    holdout: "on the holdout",
    scoredOnce: "scored once, at the end",
    macroF1: "macro F1",
    countsTheSame: "every class counts the same",
    images: "images",
    skipped: "skipped",
    allRead: "every image could be read",
    namedBelow: "named under data health",
    took: "the run took",
  },
  recipes: {
    title: "Recipes",
    folds: (folds: number, repeats: number): string =>
      repeats > 1
        ? `All on the same ${folds} folds, dealt ${repeats} times; the accuracy is the mean.`
        : `All on the same ${folds} folds.`,
    bar: "The bar is the accuracy from 0 to 100 %, the whisker its 95 % interval.",
    behindMeans:
      "“Behind” is measured image by image, which tells small differences apart better than two intervals do.",
    table: "Recipes, table",
    columns: {
      recipe: "Recipe",
      drawn: "Accuracy and 95 % interval",
      accuracy: "Accuracy",
      behind: "Behind, points",
      macroF1: "Macro F1",
      holdout: "Holdout",
      time: "Time",
    },
    first: "first",
    cutShort: "cut short: its epochs were used up",
    features: (count: number): string => `${count} features`,
    seconds: (features: number, fit: number): string =>
      `features ${formatSeconds(features)}, fit ${formatSeconds(fit)}`,
    cost: (megabytes: number, milliseconds: number): string =>
      `${formatFigures(megabytes, 2)} MB, ${formatFigures(milliseconds, 2)} ms a prediction`,
    behindCutShort: ", cut short",
    behindNotClear: ", not clear",
    leftOut: (text: string): string => `Left out: ${text}`,
    failed: (text: string): string => `Failed: ${text}`,
  },
  pairs: {
    title: "Which differences count",
    note:
      "Each figure is by how many points of accuracy the recipe of the row leads the one of the column. The corrected resampled " +
      "t-test decides whether chance could explain it, which allows for another set of training photos too; McNemar’s test, which " +
      "asks only about these very models, stands beside it.",
    rounds: (repeats: number, folds: number, pairs: number): string =>
      `${formatQuantity(repeats, "round")} of ${folds} folds; Holm’s correction for ${formatQuantity(pairs, "pair")}. ` +
      (repeats === 1 ? "More rounds (--repeats 3) tell smaller differences apart." : ""),
    table: "Differences between recipes, matrix",
    corner: "row leads column by",
    clear: "counts",
    notClear: "not measurable",
    details: "The figures of every pair",
    versus: (a: string, b: string): string => `${a} against ${b}`,
    columns: {
      pair: "Pair",
      difference: "Difference, points",
      p: "p",
      holm: "p, Holm",
      mcNemar: "p, McNemar",
      only: "Only one right",
    },
  },
  confusion: {
    title: "What was taken for what",
    note: "Rows are the labels, columns what the recipe said while the image was held out. Choose a number to see its photos.",
    listed: (most: number): string =>
      ` With more than ${most} classes, the most frequent mix-ups are listed.`,
    embedded: (shown: number, all: number): string =>
      `To keep this file small it holds ${formatCount(shown)} of ${formatCount(all)} photos.`,
    of: (recipe: string): string => `Confusion of ${recipe}`,
    noScript: "The photos behind the numbers need JavaScript, which this browser has switched off.",
    recipe: "Recipe",
    corner: "label ↓ said →",
    cell: (count: number, label: string, said: string): string => `${count}: ${label} called ${said}`,
    share: (share: number, label: string): string => `${formatPercent(share)} of ${label}`,
    columns: ["Label", "Said", "Images"],
    /** For the script of the page, which fills `{...}`. */
    script: {
      absent: "not embedded",
      sure: "{share} % sure",
      title: "{label} called {said}",
      one: "1 image{cut}",
      many: "{count} images{cut}",
      cut: ", the {shown} most confident shown",
    },
  },
  mistakes: {
    title: "Most confident mistakes",
    none: (name: string): string => `${name} made none.`,
    some: (name: string, count: number): string =>
      `${name} made ${formatQuantity(count, "mistake")}; these are the ones it was surest of. Look for wrong labels first.`,
    absent: "not embedded",
    called: "called ",
    sure: (probability: number): string => `, ${formatPercent(probability)} sure`,
    labelled: "labelled ",
  },
  classes: {
    title: "Class by class",
    note: (name: string, macroF1: string): string =>
      `${name}. Precision: of the images called so, how many are. Recall: of the images that are, how many were called so. ` +
      `F1 joins the two; macro F1, ${macroF1}, is the mean over the classes.`,
    table: "Classes, table",
    columns: {
      class: "Class",
      images: "Images",
      precision: "Precision",
      recall: "Recall",
      f1: "F1",
      drawn: "F1, 0 to 1",
    },
  },
  calibration: {
    title: "Can its probabilities be believed?",
    note: (
      name: string,
      { error, logLoss, brier }: { error: number; logLoss: string; brier: string },
    ): string =>
      `When ${name} says 80 % it should be right 80 times of 100: points on the dashed line. On average it is off by ` +
      `${formatPoints(error)} points (expected calibration error). Log loss ${logLoss}, Brier score ${brier}; lower is better for both.`,
    table: "Calibration, table",
    columns: { sure: "How sure", images: "Images", confidence: "Mean confidence", right: "Right" },
    bin: (low: string, high: string): string => `${low} to ${high} %`,
    diagram: "Confidence against accuracy; the table beside it has the numbers",
    point: (confidence: number, accuracy: number, count: number): string =>
      `${formatPercent(confidence)} sure, ${formatPercent(accuracy)} right, ${formatQuantity(count, "image")}`,
    xAxis: "how sure it was, %",
    yAxis: "how often right, %",
  },
  labelCurve: {
    title: "What the next label is worth",
    note: ({ recipe, photos, judged, draws }: CurveFacts): string =>
      `If the labels of these photos had been given one after another: accuracy against labels spent, in the order that ` +
      `“rootstock inbox” asks for them and in random order. A ridge regression on the features of ${recipe}, its ` +
      `penalty chosen by folds of the labels spent; ${formatCount(photos)} photos, ${formatQuantity(draws, "draw")}, ` +
      `${formatCount(judged)} judged in each. Whiskers: 95 % intervals, which allow for draws that share photos.`,
    classes: (part: number, all: number): string =>
      ` ${formatCount(part)} of ${formatCount(all)} classes took part: those with photos enough, drawn where they are many.`,
    verdict: ({ labels, gain, low, high }: CurveGain): string => {
      const points = `${formatPoints(gain)} points (95 %: ${formatPoints(low)} to ${formatPoints(high)})`;
      if (low > 0) return `With ${labels} labels the queue’s order gains ${points}: label in that order.`;
      if (high < 0) return `With ${labels} labels the queue’s order loses ${points}: label at random here.`;
      return `With ${labels} labels the queue’s order differs by ${points}, which chance could explain.`;
    },
    skipped: {
      "few photos":
        "Not measured: it takes 60 photos of classes with at least five each, and enough of them to deal out labels in steps.",
      "no features": "Not measured: no recipe of this run takes features that a cheap classifier could use.",
      time: "Not measured: the time that the run was given was over.",
    },
    table: "Accuracy against labels spent, table",
    columns: { labels: "Labels", queue: "Queue’s order", random: "Random order", gain: "Gain, points" },
    interval: (low: string, high: string): string => `${low} to ${high}`,
    heading: "Accuracy, %",
    axis: "labels spent",
    keys: { queue: "the queue’s order", random: "random order" },
    seen: (labels: number, queue: number, random: number): string =>
      `Accuracy against labels spent: with ${labels} labels ${formatPercent(queue)} in the queue’s order and ` +
      `${formatPercent(random)} in random order; the table has every figure.`,
  },
};
