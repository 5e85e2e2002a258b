import type { Report } from "../base/events.ts";
import type { EpochPoint, FoldTraining } from "../runs/run-record.ts";

/** Collects how networks are trained from what they tell while they are. */
export interface TrainingTrace {
  /** Passes every event on. */
  readonly report: Report;
  /** The course of a fold (from 1), or of a training outside of folds; null where no network was trained. */
  courseOf(fold: number | null): FoldTraining | null;
}

/** A trace of the trainings whose main stage is `name`; other stages of theirs are not in it, save the range test. */
export function traceTraining(name: string, report: Report | undefined): TrainingTrace {
  const courses = new Map<
    number | null,
    { epochs: EpochPoint[]; rateTest: FoldTraining["rateTest"][number][] }
  >();
  return {
    report: (event) => {
      report?.(event);
      if (event.type !== "metric" || !event.stage.startsWith(name)) return;
      const fold = event.place?.fold ?? null;
      const course = courses.get(fold) ?? { epochs: [], rateTest: [] };
      courses.set(fold, course);
      const { rate, loss } = event.values;
      if (event.stage === name) course.epochs.push(event.values as unknown as EpochPoint);
      else if (event.stage === `${name} rate test`) course.rateTest.push({ rate: rate!, loss: loss! });
    },
    courseOf: (fold) => courses.get(fold) ?? null,
  };
}
