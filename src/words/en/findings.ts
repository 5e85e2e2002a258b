import { quoteList } from "../../base/errors.ts";
import { formatQuantity, formatSeconds, roughSeconds } from "../../base/format-number.ts";

/** What was found, and what helps. */
export interface Finding {
  readonly message: string;
  readonly hint: string;
}

const pictures = (paths: readonly string[]): string =>
  `${formatQuantity(paths.length, "picture")}, ${quoteList(paths)}`;

/** What a recipe that is left out would have taken, in seconds. */
export type ExpectedTime = {
  /** Null where nothing tells. */
  readonly seconds: number | null;
  /** Its first fold was stopped when the time was over: it takes that much or more. */
  readonly isLeast: boolean;
  /** What was left for it, of the limit. */
  readonly left: number;
  readonly limit: number;
  /** A limit that would do. */
  readonly enough: number;
};

/** `it would take about 12 min, and 3 min of 5 min are left` */
export function shortOfTime({ seconds, isLeast, left, limit }: ExpectedTime): string {
  if (seconds === null) return `none of the ${formatSeconds(limit)} is left to begin it`;
  const rest = left > 0 ? `${roughSeconds(left)} of` : "none of the";
  return `it would take ${isLeast ? "more than" : "about"} ${roughSeconds(seconds)}, and ${rest} ${formatSeconds(limit)} is left`;
}

/** Warnings about a data set, and why a recipe has no figures, each filled from its fact. */
export const findings = {
  leftOut: (expected: ExpectedTime): Finding => ({
    message: `${shortOfTime(expected)}.`,
    hint: `--time ${Math.ceil(expected.enough / 60)}m gives it the time; --recipes with its name alone needs less.`,
  }),
  misnamed: ({ paths }: { paths: readonly string[] }): Finding => ({
    message: `named as another format, read as what they are: ${pictures(paths)}.`,
    hint: "Nothing needs doing; other programs may refuse them.",
  }),
  blank: ({ paths }: { paths: readonly string[] }): Finding => ({
    message: `of a single colour: ${pictures(paths)}.`,
    hint: "Remove them unless that is the class.",
  }),
  copies: ({ paths }: { paths: readonly string[] }): Finding => ({
    message: `exact copies of others, kept on one side of every fold: ${pictures(paths)}.`,
    hint: "Remove them for a truer count; they teach nothing new.",
  }),
  nearCopies: ({ count, paths }: { count: number; paths: readonly string[] }): Finding => ({
    message: `${formatQuantity(count, "group")} of pictures that are one picture cropped, encoded anew, mirrored or made brighter, kept on one side of every fold: ${pictures(paths)}.`,
    hint: "Look at them; the report says what accuracy they would have feigned.",
  }),
  nearConflict: ({ paths }: { paths: readonly string[] }): Finding => ({
    message: `nearly the same picture under different labels: ${pictures(paths)}.`,
    hint: "One of the labels may be wrong: put both under the right one.",
  }),
  leaks: ({ paths }: { paths: readonly string[] }): Finding => ({
    message: `copies of pictures in the holdout, or of one group with them, kept out of training: ${pictures(paths)}.`,
    hint: "Remove the copies, or put each group into one split.",
  }),
  holdoutOnly: ({ classes }: { classes: readonly string[] }): Finding => ({
    message: `classes with pictures in the holdout and none for training, which cannot be learnt: ${quoteList(classes)}.`,
    hint: "Put some of their pictures among those for training, or take the class out of the holdout.",
  }),
  alike: ({ names, counts }: { names: readonly string[]; counts: readonly number[] }): Finding => ({
    message: `classes whose names are nearly the same count as different ones: ${names
      .map((name, i) => `${JSON.stringify(name)} (${formatQuantity(counts[i]!, "picture")})`)
      .join(", ")}.`,
    hint: `If one class is meant, give it one name: move the pictures into one folder, or write one label in the table.`,
  }),
  tooSmall: ({ name, folds, count }: { name: string; folds: number; count: number }): Finding => ({
    message: `class ${JSON.stringify(name)}: expected at least ${folds} independent pictures for ${folds} folds, got ${count}.`,
    hint: `${count >= 2 ? `Use --folds ${count}, or add` : "Add"} ${folds - count} or more pictures of it.`,
  }),
  imbalance: ({
    large,
    small,
    largeCount,
    smallCount,
  }: {
    large: string;
    small: string;
    largeCount: number;
    smallCount: number;
  }): Finding => ({
    message: `classes: ${JSON.stringify(large)} has ${formatQuantity(largeCount, "picture")} for training, ${JSON.stringify(small)} has ${smallCount}.`,
    hint: `Add pictures of ${JSON.stringify(small)}, and judge by macro F1 rather than accuracy.`,
  }),
  emptyFolders: ({ folders }: { folders: readonly string[] }): Finding => ({
    message: `folders without a picture are no classes: ${quoteList(folders)}.`,
    hint: "Put photos into them or remove them.",
  }),
  setAside: ({
    count,
    folders,
    inSplits,
  }: {
    count: number;
    folders: readonly string[];
    inSplits: boolean;
  }): Finding => ({
    message: `set aside as having no label: ${formatQuantity(count, "picture")} in ${quoteList(folders)}.`,
    hint: inSplits
      ? "Folders inside the splits are classes, those called like unlabelled pictures with --unlabelled none."
      : "If all folders are classes, say --unlabelled none.",
  }),
  doubtful: ({ folders, areSplits }: { folders: readonly string[]; areSplits: boolean }): Finding => {
    const [taken, other] = areSplits ? ["splits", "no"] : ["classes", "yes"];
    return {
      message: `${quoteList(folders)}: taken for ${taken}, though ${areSplits ? "classes may be called so" : "splits are called so"}.`,
      hint: `If that is wrong, say --split-folders ${other}.`,
    };
  },
};
