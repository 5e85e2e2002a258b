import type { WorkEvent } from "../base/events.ts";
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatRate,
  formatSeconds,
  formatUnits,
} from "../base/format-number.ts";
import { type RateMeter, advanceMeter, secondsLeft, startMeter } from "../base/progress.ts";
import { textWidth } from "../base/text-width.ts";
import type { ProgressLine } from "./progress-line.ts";
import {
  type LineParts,
  followTrainings,
  isTrainingEnd,
  titleOf,
  trainingSummary,
} from "./training-lines.ts";

/** What is being worked on: its line at a time, for a terminal and for a file. */
export interface Work {
  /** Another one is other work. */
  readonly title: string;
  readonly startedAtMs: number;
  live(nowMs: number): string;
  plain(nowMs: number): string;
}

type ProgressEvent = Extract<WorkEvent, { type: "progress" }>;

/** Nothing stays silent for longer, on a terminal or in a file. */
export const silenceMs = 2000;
const longestBar = 24;
const shortestBar = 6;

/** Counted work: keeps a meter for each stage, since stages may take turns. Null for an event that counts nothing. */
export function followCounts(line: ProgressLine): (event: WorkEvent, nowMs: number) => Work | "done" | null {
  const meters = new Map<string, RateMeter>();
  const trainings = followTrainings();
  return (event, nowMs) => {
    trainings.see(event);
    if (event.type !== "progress") return null;
    const key = `${titleOf(event)}, ${event.unit}`;
    const known = meters.get(key);
    if (isTrainingEnd(event)) {
      meters.delete(key);
      line.say(trainingSummary(event, known === undefined ? null : (nowMs - known.startedAtMs) / 1000));
      return "done";
    }
    const start = known === undefined || event.done < known.done ? startMeter(event.done, nowMs) : known;
    const meter = advanceMeter(start, event.done, nowMs);
    meters.set(key, meter);
    const isTraining = trainings.partsOf(event, meter, nowMs) !== null;
    if (event.done >= event.total && !isTraining) {
      meters.delete(key);
      if (event.total > 0) line.say(summaryLine(event, (nowMs - meter.startedAtMs) / 1000));
      return "done";
    }
    const parts = (atMs: number): LineParts =>
      trainings.partsOf(event, meter, atMs) ?? countParts(event, meter, atMs);
    return {
      title: key,
      startedAtMs: meter.startedAtMs,
      live: (atMs) => liveLine(event, parts(atMs), line.width()),
      plain: (atMs) => plainLine(event, parts(atMs), isTraining),
    };
  };
}

/** `features alexnet  ████████░░░░  512 of 1,000 images · 122/s · 4.0 s left`; the bar takes the room that is left. */
function liveLine(event: ProgressEvent, { needed, spare }: LineParts, width: number): string {
  const { done, total } = event;
  const title = titleOf(event);
  const detail = needed.join(" · ");
  const rest = width - textWidth(title) - textWidth(detail) - 4;
  const more = spare !== "" && rest >= longestBar + textWidth(spare) + 3 ? ` · ${spare}` : "";
  const room = Math.min(longestBar, rest - textWidth(more));
  if (room < shortestBar) return `${title}  ${detail}`;
  const filled = Math.floor((done / total) * room);
  return `${title}  ${"█".repeat(filled)}${"░".repeat(room - filled)}  ${detail}${more}`;
}

/** `features alexnet: 51.2 %, 512 of 1,000 images · 122/s · 4.0 s left` */
function plainLine(event: ProgressEvent, { needed, spare }: LineParts, isTraining: boolean): string {
  const more = spare === "" ? [] : [spare];
  if (isTraining) return `${titleOf(event)}: ${[...needed, ...more].join(", ")}`;
  return `${titleOf(event)}: ${formatPercent(event.done / event.total)}, ${[...needed, ...more].join(" · ")}`;
}

function countParts({ done, total, unit }: ProgressEvent, meter: RateMeter, nowMs: number): LineParts {
  const left = secondsLeft(meter, total, nowMs);
  const count =
    unit === "bytes"
      ? `${formatBytes(done)} of ${formatBytes(total)}`
      : `${formatCount(done)} of ${formatUnits(total, unit)}`;
  if (meter.rate === null || left === null) {
    const ms = nowMs - meter.startedAtMs;
    return { needed: [count, ...(ms < silenceMs ? [] : [formatSeconds(ms / 1000)])], spare: "" };
  }
  return {
    needed: [count, formatRate(meter.rate, unit), `${formatSeconds(Math.max(1, left))} left`],
    spare: "",
  };
}

/** `features alexnet: 1,000 images in 8.2 s (122/s)`, or `..., 200 from the cache, in 6.6 s`, or `..., all from the cache` */
function summaryLine(event: ProgressEvent, seconds: number): string {
  const { total, unit, values = {} } = event;
  const cached = values["cached"] ?? 0;
  const count = unit === "bytes" ? formatBytes(total) : formatUnits(total, unit);
  if (cached >= total) return `${titleOf(event)}: ${count}, all from the cache`;
  const kept = cached === 0 ? "" : `, ${formatCount(cached)} from the cache,`;
  const rate = seconds >= 0.001 ? ` (${formatRate((total - cached) / seconds, unit)})` : "";
  return `${titleOf(event)}: ${count}${kept} in ${formatSeconds(seconds)}${rate}`;
}
