import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import type { DataHealth } from "../data/check-images.ts";
import { type DataOptions, checkData } from "./read-data.ts";

export type { DataHealth } from "../data/check-images.ts";

/** `check --json` is its result: every picture of a data set decoded once, and what was found. */
export function check(
  data: string,
  options: WorkOptions & DataOptions & { folds?: number | undefined } = {},
): Run<DataHealth> {
  return startRun(async (report) => await checkData(data, { ...options, report }));
}
