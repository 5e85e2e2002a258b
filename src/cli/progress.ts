import type { WorkEvent } from "../base/events.ts";
import { formatBytes, formatCount, formatPercent, formatSeconds } from "../base/format-number.ts";
import { type RateMeter, advanceMeter, secondsLeft, startMeter } from "../base/progress.ts";
import { escapeControls } from "../base/quote-name.ts";
import { cutText, textWidth } from "../base/text-width.ts";
import { hasColour } from "./table.ts";
import {
  type LineParts,
  followTrainings,
  isTrainingEnd,
  titleOf,
  trainingSummary,
} from "./training-lines.ts";

/** The part of a writable stream that is needed; process.stderr is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  /** Shows warnings alone. Default false. */
  readonly isQuiet?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
}

/** Draws events as they come. */
export interface ProgressView {
  report(event: WorkEvent): void;
  /** Clears what is being drawn; call it before anything else writes to the terminal. */
  end(): void;
}

type ProgressEvent = Extract<WorkEvent, { type: "progress" }>;

const redrawMs = 80;
const plainLineMs = 10_000;
const longestBar = 24;
const shortestBar = 6;

/**
 * Progress for people. On a terminal one line that is drawn over: stage, bar, count, rate, time left. Elsewhere (a
 * file, a pipe, TERM=dumb) one plain line each 10 s and one at the end of each stage. Warnings and notices get lines
 * of their own. A training shows its epoch, loss and validation in place of its count. Never writes to stdout.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): ProgressView {
  const { isQuiet = false, environment = process.env, now = () => performance.now() } = options;
  const line = openLine(stream, environment);
  const counted = followCounts(line, now);
  return {
    report(event) {
      if (event.type === "warning") line.say(`warning: ${event.message} [${event.code}]`);
      if (isQuiet) return;
      counted(event);
      if (event.type === "notice") line.say(event.message);
      if (event.type === "stage") {
        const text = event.message === "" ? event.stage : `${event.stage}: ${event.message}`;
        if (line.isLive) line.draw(text);
        else line.say(text);
      }
    },
    end: line.clear,
  };
}

/** Shows counted work: keeps a meter for each stage, since stages may take turns, and draws no more than is seen. */
function followCounts(line: Line, now: () => number): (event: WorkEvent) => void {
  const meters = new Map<string, RateMeter>();
  const trainings = followTrainings();
  const pauseMs = line.isLive ? redrawMs : plainLineMs;
  let shownAtMs = now() - pauseMs;
  return (event) => {
    trainings.see(event);
    if (event.type !== "progress") return;
    const nowMs = now();
    const key = `${titleOf(event)}, ${event.unit}`;
    const known = meters.get(key);
    if (isTrainingEnd(event)) {
      meters.delete(key);
      line.say(trainingSummary(event, known === undefined ? null : (nowMs - known.startedAtMs) / 1000));
      return;
    }
    const start = known === undefined || event.done < known.done ? startMeter(event.done, nowMs) : known;
    const meter = advanceMeter(start, event.done, nowMs);
    meters.set(key, meter);
    const parts = trainings.partsOf(event, meter, nowMs);
    if (event.done >= event.total && parts === null) {
      meters.delete(key);
      if (event.total > 0) line.say(summaryLine(event, (nowMs - meter.startedAtMs) / 1000));
    } else if (nowMs - shownAtMs >= pauseMs) {
      if (line.isLive) line.draw(liveLine(event, parts ?? countParts(event, meter, nowMs), line.width()));
      else line.say(plainLine(event, parts ?? countParts(event, meter, nowMs), parts !== null));
      shownAtMs = nowMs;
    }
  };
}

/** The last line of a terminal, to be drawn over, and lines above it that stay. */
interface Line {
  readonly isLive: boolean;
  /** What fits into a line, in columns of the terminal. */
  width(): number;
  say(text: string): void;
  draw(text: string): void;
  clear(): void;
}

function openLine(stream: ProgressStream, environment: NodeJS.ProcessEnv): Line {
  const isColoured = hasColour(stream, environment);
  let isDrawn = false;
  // One column stays free: a full line would wrap, and a wrapped line cannot be drawn over. Some terminals say 0.
  const width = (): number => (stream.columns || 80) - 1;
  const clear = (): void => {
    if (isDrawn) stream.write("\r\u001b[2K");
    isDrawn = false;
  };
  return {
    isLive: stream.isTTY === true && environment["TERM"] !== "dumb",
    clear,
    width,
    say(text) {
      clear();
      stream.write(`${escapeControls(text)}\n`);
    },
    draw(text) {
      clear();
      stream.write(colourBar(cutText(escapeControls(text), width()), isColoured));
      isDrawn = true;
    },
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
      : `${formatCount(done)} of ${formatCount(total)} ${unit}`;
  if (meter.rate === null || left === null) return { needed: [count], spare: "" };
  return {
    needed: [count, formatRate(meter.rate, unit), `${formatSeconds(Math.max(1, left))} left`],
    spare: "",
  };
}

/** `features alexnet: 1,000 images in 8.2 s (122/s)`, or `..., 200 from the cache, in 6.6 s`, or `..., all from the cache` */
function summaryLine(event: ProgressEvent, seconds: number): string {
  const { total, unit, values = {} } = event;
  const cached = values["cached"] ?? 0;
  const count = unit === "bytes" ? formatBytes(total) : `${formatCount(total)} ${unit}`;
  if (cached >= total) return `${titleOf(event)}: ${count}, all from the cache`;
  const kept = cached === 0 ? "" : `, ${formatCount(cached)} from the cache,`;
  const rate = seconds >= 0.001 ? ` (${formatRate((total - cached) / seconds, unit)})` : "";
  return `${titleOf(event)}: ${count}${kept} in ${formatSeconds(seconds)}${rate}`;
}

/** Per second, or per minute where that is the readable number. */
function formatRate(rate: number, unit: string): string {
  if (unit === "bytes") return `${formatBytes(rate)}/s`;
  if (rate >= 9.95) return `${formatCount(rate)}/s`;
  return rate >= 0.95 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`;
}

/** Green for what is done, dim for what is left. */
function colourBar(text: string, isColoured: boolean): string {
  if (!isColoured) return text;
  return text.replace(/█+/, "\u001b[32m$&\u001b[39m").replace(/░+/, "\u001b[2m$&\u001b[22m");
}
