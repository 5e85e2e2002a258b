import { errorMeanings } from "../../base/error-meanings.ts";
import type { Language } from "../language.ts";
import { backbones } from "./backbones.ts";
import { counts, forms } from "./basics.ts";
import { comparison, results } from "./comparison.ts";
import { errorFrame } from "./errors.ts";
import { findings } from "./findings.ts";
import type { HelpWords } from "./help.ts";
import { labels } from "./labels.ts";
import { decisions, inbox } from "./inbox.ts";
import { pretraining } from "./pretraining.ts";
import { progress } from "./progress.ts";
import { reportResults } from "./report-results.ts";
import { reportRun } from "./report-run.ts";
import { shift } from "./shift.ts";
import { told, works } from "./told.ts";
import { verdict } from "./verdict.ts";

/** The catalogue of messages in English, the default. */
export const english = {
  lang: "en" as Language,
  counts,
  forms,
  verdict,
  backbones,
  comparison,
  results,
  pretraining,
  labels,
  inbox,
  decisions,
  progress,
  reportResults,
  reportRun,
  shift,
  works,
  told,
  findings,
  errorFrame,
  errors: errorMeanings,
  /** Null: it stands with the commands. */
  help: null as HelpWords | null,
};

/** A catalogue of messages. Each language has all of them: one that lacks any, or takes other values, does not compile. */
export type Words = typeof english;

export type { TrainedFrom } from "./comparison.ts";
