import type { WorkOptions } from "../base/events.ts";
import { work } from "../words/fact.ts";

/** Told again and again while work goes on: the share of it that is done, from 0 to 1. */
export type TellShare = (share: number) => void;

/** Shorter work says nothing. */
const patienceMs = 1000;
const everyMs = 200;

/** A teller for one fit, or for the tuning of one: progress in hundredths, once it has lasted for a second. */
export function tellShare(stage: "tuning" | "fitting", name: string, { report }: WorkOptions): TellShare {
  let next = performance.now() + patienceMs;
  let told = 0;
  return (share) => {
    told = Math.max(told, Math.min(99, Math.floor(100 * share)));
    if (performance.now() < next) return;
    next = performance.now() + everyMs;
    report?.({ type: "progress", ...work(stage, { name }), done: told, total: 100, unit: "%" });
  };
}

/** The teller of one of several equal parts. */
export function tellPart(tell: TellShare, part: number, parts: number): TellShare {
  return (share) => tell((part + share) / parts);
}
