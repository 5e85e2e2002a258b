/** A learning-rate schedule: the share of all steps done, in [0, 1), to a factor on the peak rate, in (0, 1]. */
export type Schedule = (progress: number) => number;

/** The peak rate throughout. */
export const constantRate: Schedule = () => 1;

/**
 * A straight rise over the first `warmUp` of all steps, then half a cosine down to `floor`.
 * f(p) = max(floor, p / w) below w, so that the first step counts; then floor + (1 - floor) (1 + cos(π (p - w) / (1 - w))) / 2.
 * Source: Loshchilov & Hutter 2017 (SGDR), Goyal et al. 2017 (warm-up). Witness: torch LinearLR, CosineAnnealingLR.
 */
export function warmUpCosine({ warmUp = 0.1, floor = 0.01 } = {}): Schedule {
  return (progress) =>
    progress < warmUp
      ? Math.max(floor, progress / warmUp)
      : between(1, floor, (progress - warmUp) / (1 - warmUp));
}

/**
 * One cycle: half a cosine up from `start` over the first `rise` of all steps, half a cosine down to `end`.
 * The momentum stays as it is. Source: Smith & Topin 2018. Witness: torch OneCycleLR (`anneal_strategy="cos"`).
 */
export function oneCycle({ rise = 0.3, start = 1 / 25, end = 4e-6 } = {}): Schedule {
  return (progress) =>
    progress < rise ? between(start, 1, progress / rise) : between(1, end, (progress - rise) / (1 - rise));
}

/** What a schedule does in its first part, for a training that ends there: f(share p), with share in (0, 1]. */
export function firstPart(schedule: Schedule, share: number): Schedule {
  return (progress) => schedule(share * progress);
}

/** Schedules by their names in recipes. */
export const schedules = {
  constant: constantRate,
  cosine: warmUpCosine(),
  "one-cycle": oneCycle(),
} as const satisfies Readonly<Record<string, Schedule>>;

/** One of `schedules`. */
export type ScheduleName = keyof typeof schedules;
/** Their names, in the order of the table. */
export const scheduleNames = Object.keys(schedules) as [ScheduleName, ...ScheduleName[]];

/** Half a cosine from a to b as t goes from 0 to 1. */
function between(a: number, b: number, t: number): number {
  return b + ((a - b) * (1 + Math.cos(Math.PI * t))) / 2;
}
