/** How far counted work has come, and how fast it goes. A value; times in milliseconds on any steady clock. */
export interface RateMeter {
  readonly startedAtMs: number;
  readonly atMs: number;
  readonly done: number;
  /** Units per second, smoothed; null until something was done. */
  readonly rate: number | null;
}

/** Seconds over which older speeds fade: long enough to be calm, short enough to follow a change. */
const fadeSeconds = 8;

/** A meter that begins at `nowMs` with `done` units behind it. */
export function startMeter(done: number, nowMs: number): RateMeter {
  return { startedAtMs: nowMs, atMs: nowMs, done, rate: null };
}

/**
 * The meter after `done` units at `nowMs`. Exponential smoothing by time, not by call:
 * rate' = rate + (1 - exp(-Δt / 8 s)) (Δdone / Δt - rate), so that many small steps weigh as one long one.
 * The first step sets the rate; a call without progress or without time passed changes nothing.
 */
export function advanceMeter(meter: RateMeter, done: number, nowMs: number): RateMeter {
  const seconds = (nowMs - meter.atMs) / 1000;
  if (done <= meter.done || seconds <= 0) return meter;
  const current = (done - meter.done) / seconds;
  const weight = 1 - Math.exp(-seconds / fadeSeconds);
  const rate = meter.rate === null ? current : meter.rate + weight * (current - meter.rate);
  return { ...meter, atMs: nowMs, done, rate };
}

/** Seconds until `total`, at the meter's rate, less what passed since its last step; null while no rate is known. */
export function secondsLeft(meter: RateMeter, total: number, nowMs: number): number | null {
  if (meter.rate === null) return null;
  return Math.max(0, (total - meter.done) / meter.rate - (nowMs - meter.atMs) / 1000);
}
