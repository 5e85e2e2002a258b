import type { Words } from "../en/en.ts";
import { backbones } from "./backbones.ts";
import { counts, forms } from "./basics.ts";
import { comparison, results } from "./comparison.ts";
import { errorFrame, errors } from "./errors.ts";
import { findings } from "./findings.ts";
import { help } from "./help.ts";
import { labels } from "./labels.ts";
import { decisions, inbox } from "./inbox.ts";
import { pretraining } from "./pretraining.ts";
import { progress } from "./progress.ts";
import { reportResults } from "./report-results.ts";
import { reportRun } from "./report-run.ts";
import { shift } from "./shift.ts";
import { told, works } from "./told.ts";
import { verdict } from "./verdict.ts";

/** The catalogue of messages in Chinese. */
export const chinese: Words = {
  lang: "zh",
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
  errors,
  help,
};
