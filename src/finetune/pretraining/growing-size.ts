/** A part of a training at one size of its photos. */
export interface SizePhase {
  /** Where it ends, as a share of all steps. */
  readonly until: number;
  /** Width and height in pixels. */
  readonly side: number;
}

/** Shares of the steps at 5/8, 3/4, 7/8 and all of the size: small photos teach as much in the beginning, for less. */
const growth = [
  { until: 0.3, part: 5 / 8 },
  { until: 0.55, part: 3 / 4 },
  { until: 0.75, part: 7 / 8 },
  { until: 1, part: 1 },
] as const;

/**
 * The sizes that a training goes through: 40, 48, 56 and 64 pixels for one of 64; one size where `isGrowing` is false.
 * `side` is a multiple of 8. Source: Howard 2018 (DAWNBench); Tan and Le 2021, EfficientNetV2.
 */
export function sizePhases(side: number, isGrowing: boolean): readonly SizePhase[] {
  if (!isGrowing) return [{ until: 1, side }];
  return growth.map(({ until, part }) => ({ until, side: side * part }));
}

/** What a step is made with, and the step at which that changes. */
export interface StepSize {
  readonly side: number;
  readonly end: number;
}

/** The size of step `step` of `total`, and the first step of the next size. */
export function sizeAt(step: number, total: number, phases: readonly SizePhase[]): StepSize {
  const ends = phases.map(({ until }) => Math.floor(until * total));
  const at = ends.findIndex((end) => step < end);
  return { side: phases[at]!.side, end: ends[at]! };
}

/** What is left from `step` on, counted in steps of the size that it has: a step costs as many pixels as its photos have. */
export function stepsLeft(step: number, total: number, phases: readonly SizePhase[]): number {
  let [at, left] = [step, 0];
  const { side: own } = sizeAt(Math.min(step, total - 1), total, phases);
  while (at < total) {
    const { side, end } = sizeAt(at, total, phases);
    left += (end - at) * (side / own) ** 2;
    at = end;
  }
  return left;
}
