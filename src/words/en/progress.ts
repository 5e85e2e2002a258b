import type { TrainingPart } from "../../base/events.ts";
import {
  formatCount,
  formatFigures,
  formatPercent,
  formatQuantity,
  formatSeconds,
} from "../../base/format-number.ts";

/** What is under way, on stderr. */
export const progress = {
  starting: "starting",
  working: "working",
  warning: (message: string, code: string): string => `warning: ${message} [${code}]`,
  moreWarnings: (count: number, code: string): string =>
    `warning: ${formatCount(count)} more of the kind [${code}]`,
  stage: (stage: string, message: string): string => `${stage}: ${message}`,
  line: (title: string, rest: string): string => `${title}: ${rest}`,
  join: (parts: readonly string[]): string => parts.join(", "),
  fold: (title: string, fold: number | string, of: number): string => `${title} fold ${fold} of ${of}`,
  /** A training's title; `stage` is the same in English. */
  training: ({ stage }: { stage: string; recipe: string; part: TrainingPart }): string => stage,
  of: (done: string, total: string): string => `${done} of ${total}`,
  left: (seconds: number): string => `${formatSeconds(seconds)} left`,
  fromCache: (title: string, count: string): string => `${title}: ${count}, all from the cache`,
  finished: (
    title: string,
    count: string,
    { cached, seconds, rate }: { cached: number; seconds: number; rate: string },
  ): string => {
    const kept = cached === 0 ? "" : `, ${formatCount(cached)} from the cache,`;
    return `${title}: ${count}${kept} in ${formatSeconds(seconds)}${rate === "" ? "" : ` (${rate})`}`;
  },
  epoch: (epoch: number, epochs: number): string => `epoch ${epoch} of ${epochs}`,
  loss: (loss: number): string => `loss ${formatFigures(loss, 3)}`,
  validation: (share: number): string => `validation ${formatPercent(share)}`,
  stepRate: (rate: string): string => rate.replace("/", " steps/"),
  trained: (
    title: string,
    epochs: number,
    {
      seconds,
      bestEpoch,
      validation,
    }: { seconds: number | null; bestEpoch: number; validation: number | null },
  ): string => {
    const done = `${title}: ${formatQuantity(epochs, "epoch")}${seconds === null ? "" : ` in ${formatSeconds(seconds)}`}`;
    if (validation === null) return done;
    const kept = bestEpoch === 0 ? "none better than the start" : `epoch ${bestEpoch} kept`;
    return `${done}, ${kept}, validation ${formatPercent(validation)}`;
  },
  stopping: "rootstock: stopping in order; press Ctrl-C again to stop at once.",
};
