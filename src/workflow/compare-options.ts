import type { GoldenKind } from "../bundle/bundle-record.ts";
import type { Executor } from "../evaluate/executor.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import type { Language } from "../words/language.ts";
import type { StudyOptions } from "./study.ts";

/** What is compared on which folds, and where it is written. */
export interface CompareOptions extends StudyOptions, TrainingSettings {
  /** Names, .yaml files, or modules that export a classifier; default: those that suit the backbones. */
  readonly recipes?: readonly string[] | undefined;
  /** Default 5. */
  readonly folds?: number | undefined;
  /** Rounds of the cross-validation, each on folds dealt anew; default: what each recipe says, else 1. */
  readonly repeats?: number | undefined;
  /** Where run folders are written; default "runs". */
  readonly out?: string | undefined;
  /** What the model folder proves itself with; default "synthetic": drawn pictures. */
  readonly golden?: GoldenKind | undefined;
  /** Whether the model folder remembers the photos' features and scores (not of a trained network); default true. */
  readonly memory?: boolean | undefined;
  /** The language of the verdict and the report; default "en". */
  readonly lang?: Language | undefined;
  /**
   * `redis://[user:password@]host[:port][/database]` of a queue whose workers do the work; all of them see the data, `out`
   * and the cache. Default: this process does it.
   */
  readonly queue?: string | undefined;
  /**
   * What the whole run may take, from its start on: recipes that will not fit, as their first fold tells, are left out; the
   * cheapest runs whatever it takes. For one process alone: E_OPTION with `queue` or `executor`. Default: no limit.
   */
  readonly timeSeconds?: number | undefined;
  /** Who does the fits of the folds; default: this process, one after the other. */
  readonly executor?: Executor | undefined;
}
