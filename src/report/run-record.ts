import type { ErrorRecord } from "../base/errors.ts";
import type { SkippedImage, Split } from "../data/manifest.ts";
import type { Estimate } from "../evaluate/accuracy-interval.ts";
import type { Calibration } from "../evaluate/calibration.ts";
import type { ClassMetrics } from "../evaluate/confusion.ts";

/** `run.json` of a complete run: every number of the report, and what is needed to repeat it. Format 1. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly status: "complete";
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly dataset: RunDataset;
  readonly seed: number;
  readonly folds: number;
  readonly images: readonly RunImage[];
  readonly recipes: readonly RunRecipe[];
  /** Name of the best recipe; null when every one failed. */
  readonly winner: string | null;
  /** One or two sentences for people. */
  readonly verdict: string;
  /** The command line that repeats the run. */
  readonly command: string;
  readonly versions: { readonly rootstock: string; readonly node: string; readonly engine: string };
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly platform: string;
  };
  /** The delivered model, relative to the run folder; null when every recipe failed. */
  readonly model: string | null;
}

export interface RunDataset {
  readonly path: string;
  /** Images used. */
  readonly images: number;
  readonly classes: readonly string[];
  readonly skipped: readonly SkippedImage[];
  readonly ignored: { readonly count: number; readonly examples: readonly string[] };
  readonly warnings: readonly ErrorRecord[];
  /** sha256 over the images' hashes and labels, in path order. */
  readonly digest: string;
  /** By class, in the order of `classes`. */
  readonly counts: readonly { readonly training: number; readonly holdout: number }[];
}

/** One image of the data set, in path order. */
export interface RunImage {
  readonly path: string;
  /** Class index. */
  readonly label: number;
  /** The fold that held it out; -1 where no fold did: the holdout, and copies of its pictures. */
  readonly fold: number;
  readonly split: Split | null;
  readonly group: string | null;
}

/** A row of the comparison. A recipe that failed keeps its row, with `error` and nothing measured. */
export type RunRecipe = MeasuredRecipe | FailedRecipe;

export interface RecipeHead {
  readonly name: string;
  readonly summary: string;
  readonly backbones: readonly string[];
  readonly layer: string;
  readonly dimensions: number;
  /** False where all of its backbones are hand-made and hold nothing that was learnt; absent in older runs. */
  readonly pretrained?: boolean;
  /** The recipe as it was resolved. */
  readonly resolved: unknown;
}

export interface MeasuredRecipe extends RecipeHead {
  readonly accuracy: Estimate;
  readonly macroF1: number;
  readonly foldAccuracies: readonly number[];
  /** Accuracy on the holdout; null where the data has none. */
  readonly holdout: number | null;
  readonly seconds: {
    readonly features: number;
    readonly fit: number;
    readonly predict: number;
    readonly total: number;
  };
  /** Chosen by inner tuning in each fold. */
  readonly chosen: readonly Readonly<Record<string, number | string | boolean>>[];
  /** How each fold's network was trained, in the order of the folds; absent where none was. */
  readonly training?: readonly FoldTraining[];
  readonly perClass: readonly ClassMetrics[];
  /** Rows are the truth, columns the prediction. Shape: K x K. */
  readonly confusion: readonly (readonly number[])[];
  readonly logLoss: number;
  readonly brier: number;
  readonly calibration: Calibration;
  /** By image: the class predicted while it was held out and its probability; null where no fold held it out. */
  readonly predictions: readonly ({ readonly label: number; readonly probability: number } | null)[];
}

/** The course of one training; the epoch that was kept, images seen and rate are in `chosen`. */
export interface FoldTraining {
  /** Ascending; epoch 0 is the start, which has validation figures alone. */
  readonly epochs: readonly EpochPoint[];
  /** The range test that chose the rate; empty where there was none. */
  readonly rateTest: readonly { readonly rate: number; readonly loss: number }[];
}

export interface EpochPoint {
  readonly epoch: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly loss?: number;
  readonly accuracy?: number;
  readonly rate?: number;
}

export interface FailedRecipe extends RecipeHead {
  readonly error: ErrorRecord;
}

export function isMeasured(recipe: RunRecipe): recipe is MeasuredRecipe {
  return !("error" in recipe);
}
