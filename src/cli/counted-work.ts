import type { WorkEvent } from "../base/events.ts";
import { formatBytes, formatCount, formatPercent } from "../base/format-number.ts";
import type { Words } from "../words/en/en.ts";
import { type RateMeter, advanceMeter, secondsLeft, startMeter } from "../base/progress.ts";
import { textWidth } from "../base/text-width.ts";
import type { ProgressLine } from "./progress-line.ts";
import {
  type LineParts,
  followTrainings,
  isTrainingEnd,
  keyOf,
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
export function followCounts(
  line: ProgressLine,
  words: Words,
): (event: WorkEvent, nowMs: number) => Work | "done" | null {
  const meters = new Map<string, RateMeter>();
  const trainings = followTrainings(words);
  return (event, nowMs) => {
    trainings.see(event);
    if (event.type !== "progress") return null;
    const key = `${keyOf(event)}, ${event.unit}`;
    const known = meters.get(key);
    if (isTrainingEnd(event)) {
      meters.delete(key);
      const seconds = known === undefined ? null : (nowMs - known.startedAtMs) / 1000;
      line.say(trainingSummary(event, seconds, words));
      return "done";
    }
    const start = known === undefined || event.done < known.done ? startMeter(event.done, nowMs) : known;
    const meter = advanceMeter(start, event.done, nowMs);
    meters.set(key, meter);
    const isTraining = trainings.partsOf(event, meter, nowMs) !== null;
    if (event.done >= event.total && !isTraining) {
      meters.delete(key);
      if (event.total > 0) line.say(summaryLine(event, (nowMs - meter.startedAtMs) / 1000, words));
      return "done";
    }
    const parts = (atMs: number): LineParts =>
      trainings.partsOf(event, meter, atMs) ?? countParts(event, meter, { nowMs: atMs, words });
    const title = titleOf(event, words);
    return {
      title: key,
      startedAtMs: meter.startedAtMs,
      live: (atMs) => liveLine({ ...event, title }, parts(atMs), line.width()),
      plain: (atMs) => words.progress.line(title, plainText(event, parts(atMs), { isTraining, words })),
    };
  };
}

/** `features alexnet  ████████░░░░  512 of 1,000 images · 122/s · 4.0 s left`; the bar takes the room that is left. */
function liveLine(
  { done, total, title }: ProgressEvent & { title: string },
  { needed, spare }: LineParts,
  width: number,
): string {
  const detail = needed.join(" · ");
  const rest = width - textWidth(title) - textWidth(detail) - 4;
  const more = spare !== "" && rest >= longestBar + textWidth(spare) + 3 ? ` · ${spare}` : "";
  const room = Math.min(longestBar, rest - textWidth(more));
  if (room < shortestBar) return `${title}  ${detail}`;
  const filled = Math.floor((done / total) * room);
  return `${title}  ${"█".repeat(filled)}${"░".repeat(room - filled)}  ${detail}${more}`;
}

/** `51.2 %, 512 of 1,000 images · 122/s · 4.0 s left` */
function plainText(
  { done, total }: ProgressEvent,
  { needed, spare }: LineParts,
  { isTraining, words }: { isTraining: boolean; words: Words },
): string {
  const parts = spare === "" ? needed : [...needed, spare];
  const { join } = words.progress;
  return isTraining ? join(parts) : join([formatPercent(done / total), parts.join(" · ")]);
}

function countParts(
  { done, total, unit }: ProgressEvent,
  meter: RateMeter,
  { nowMs, words: { forms, progress } }: { nowMs: number; words: Words },
): LineParts {
  const left = secondsLeft(meter, total, nowMs);
  const count =
    unit === "bytes"
      ? progress.of(formatBytes(done), formatBytes(total))
      : progress.of(formatCount(done), forms.units(total, unit));
  if (meter.rate === null || left === null) {
    const ms = nowMs - meter.startedAtMs;
    return { needed: [count, ...(ms < silenceMs ? [] : [forms.seconds(ms / 1000)])], spare: "" };
  }
  return {
    needed: [count, forms.rate(meter.rate, unit), progress.left(Math.max(1, left))],
    spare: "",
  };
}

/** `features alexnet: 1,000 images in 8.2 s (122/s)`, or `..., 200 from the cache, in 6.6 s`, or `..., all from the cache` */
function summaryLine(event: ProgressEvent, seconds: number, words: Words): string {
  const { total, unit, values = {} } = event;
  const { forms, progress } = words;
  const cached = values["cached"] ?? 0;
  const count = unit === "bytes" ? formatBytes(total) : forms.units(total, unit);
  const title = titleOf(event, words);
  if (cached >= total) return progress.fromCache(title, count);
  const rate = seconds >= 0.001 ? forms.rate((total - cached) / seconds, unit) : "";
  return progress.finished(title, count, { cached, seconds, rate });
}
