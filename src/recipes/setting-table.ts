import type { Recipe } from "./recipe.ts";

/** What a setting's values are; from it come the schema of recipe files and the reading of the command line. */
export type SettingForm =
  | { readonly kind: "whole"; readonly low: number; readonly high: number }
  /** In (above, most], or in [from, below). */
  | { readonly kind: "number"; readonly above: number; readonly most: number }
  | { readonly kind: "share" }
  /** Sizes with commas between; `none` for the empty list. */
  | { readonly kind: "sizes"; readonly high: number; readonly most: number }
  | { readonly kind: "text" }
  | { readonly kind: "switch"; readonly helpOff: string };

/** A row of the table: who has the setting, how it is said, what it may be. */
export interface TrainingSetting {
  /** Recipes that have it. */
  readonly kinds: readonly Recipe["kind"][];
  /** As commander takes it; a switch has its `--no-` form too. */
  readonly flag: string;
  readonly help: string;
  readonly form: SettingForm;
  /** What the command line calls null. */
  readonly word?: string;
}

/** What a caller may say about a training, above what its recipe says. Absent: the recipe's own. */
export interface TrainingSettings {
  /** Outputs of new fully connected layers before the last; [] for a linear head. */
  readonly head?: readonly number[] | undefined;
  /** The last parameter group kept frozen, "none" or "all"; fine-tune alone. */
  readonly freezeTo?: string | undefined;
  /** The most epochs. */
  readonly epochs?: number | undefined;
  /** Epochs without a better inner validation after which it stops; null: none. */
  readonly patience?: number | null | undefined;
  readonly batchSize?: number | undefined;
  /** The highest learning rate; null: found by a range test. */
  readonly rate?: number | null | undefined;
  /** Share of inputs dropped before each layer of the head, in [0, 1). */
  readonly dropout?: number | undefined;
  /** Width and height of the pictures in pixels, null for the backbone's own; scratch alone. */
  readonly size?: number | null | undefined;
  /** Whether it is trained once more at the end, on all of its images. */
  readonly refit?: boolean | undefined;
}

/** A row of the table. */
export type SettingName = keyof TrainingSettings;

const both = ["fine-tune", "scratch"] as const;

/**
 * What a caller may say about a training, above what its recipe says. The one list: recipe schema, flags, help and the
 * command that repeats a run are made from it, in this order.
 */
export const trainingSettings: Readonly<Record<SettingName, TrainingSetting>> = {
  head: {
    kinds: both,
    flag: "--head <sizes>",
    help: "new fully connected layers: 512, or 4096,4096; none: a linear head",
    form: { kind: "sizes", high: 65_536, most: 8 },
  },
  freezeTo: {
    kinds: ["fine-tune"],
    flag: "--freeze-to <group>",
    help: "last parameter group kept as it is; none, or all (fine-tune alone)",
    form: { kind: "text" },
  },
  epochs: {
    kinds: both,
    flag: "--epochs <n>",
    help: "the most passes over the photos",
    form: { kind: "whole", low: 1, high: 10_000 },
  },
  patience: {
    kinds: both,
    flag: "--patience <n>",
    help: "epochs without a better validation before it stops; none",
    form: { kind: "whole", low: 1, high: Number.MAX_SAFE_INTEGER },
    word: "none",
  },
  batchSize: {
    kinds: both,
    flag: "--batch <n>",
    help: "photos a step",
    form: { kind: "whole", low: 1, high: 4096 },
  },
  rate: {
    kinds: both,
    flag: "--rate <number>",
    help: "highest learning rate; auto: found by a range test",
    form: { kind: "number", above: 0, most: 10 },
    word: "auto",
  },
  dropout: {
    kinds: both,
    flag: "--dropout <share>",
    help: "share of inputs dropped before each layer of the head",
    form: { kind: "share" },
  },
  size: {
    kinds: ["scratch"],
    flag: "--size <pixels>",
    help: "width and height of the photos; own: the backbone's (scratch alone)",
    form: { kind: "whole", low: 32, high: 1024 },
    word: "own",
  },
  refit: {
    kinds: both,
    flag: "--refit",
    help: "train once more at the end, on all of the photos (fine-tune does, scratch does not)",
    form: { kind: "switch", helpOff: "do not: half the time, a seventh of the photos only validate" },
  },
};

/** In the order of the table. */
export const settingNames = Object.keys(trainingSettings) as readonly SettingName[];

/** The words of a command line that say these settings again. */
export function settingWords(settings: TrainingSettings): string[] {
  return settingNames.flatMap((name) => {
    const value = settings[name];
    const { flag, word = "none" } = trainingSettings[name];
    const [option = ""] = flag.split(" ");
    if (value === undefined) return [];
    if (typeof value === "boolean") return [value ? option : option.replace("--", "--no-")];
    if (typeof value === "object") return [option, value?.join(",") || word];
    return [option, String(value)];
  });
}
