import type { WorkEvent } from "../base/events.ts";
import { formatCount, formatPercent, formatSeconds } from "../base/format-number.ts";
import { type RateMeter, advanceMeter, secondsLeft, startMeter } from "../base/progress.ts";
import { cutText, stripControls, textWidth } from "../base/text-width.ts";
import { hasColour } from "./table.ts";

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
 * of their own. Never writes to stdout.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): ProgressView {
  const { isQuiet = false, environment = process.env, now = () => performance.now() } = options;
  const line = openLine(stream, environment);
  const counted = followCounts(line, now);
  return {
    report(event) {
      if (event.type === "warning") line.say(`warning: ${event.message} [${event.code}]`);
      if (isQuiet) return;
      if (event.type === "progress") counted(event);
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
function followCounts(line: Line, now: () => number): (event: ProgressEvent) => void {
  const meters = new Map<string, RateMeter>();
  const pauseMs = line.isLive ? redrawMs : plainLineMs;
  let shownAtMs = now() - pauseMs;
  return (event) => {
    const nowMs = now();
    const known = meters.get(event.stage);
    const start = known === undefined || event.done < known.done ? startMeter(event.done, nowMs) : known;
    const meter = advanceMeter(start, event.done, nowMs);
    meters.set(event.stage, meter);
    if (event.done >= event.total) {
      meters.delete(event.stage);
      if (event.total > 0) line.say(summaryLine(event, (nowMs - meter.startedAtMs) / 1000));
    } else if (nowMs - shownAtMs >= pauseMs) {
      if (line.isLive) line.draw(liveLine(event, detail(event, meter, nowMs), line.width()));
      else line.say(plainLine(event, meter, nowMs));
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
      stream.write(`${stripControls(text)}\n`);
    },
    draw(text) {
      clear();
      stream.write(colourBar(cutText(stripControls(text), width()), isColoured));
      isDrawn = true;
    },
  };
}

/** `features alexnet  ████████░░░░  512 of 1,000 images · 122/s · 4.0 s left`; the bar takes the room that is left. */
function liveLine({ stage, done, total }: ProgressEvent, detail: string, width: number): string {
  const room = Math.min(longestBar, width - textWidth(stage) - textWidth(detail) - 4);
  if (room < shortestBar) return `${stage}  ${detail}`;
  const filled = Math.floor((done / total) * room);
  return `${stage}  ${"█".repeat(filled)}${"░".repeat(room - filled)}  ${detail}`;
}

/** `features alexnet: 51.2 %, 512 of 1,000 images · 122/s · 4.0 s left` */
function plainLine(event: ProgressEvent, meter: RateMeter, nowMs: number): string {
  return `${event.stage}: ${formatPercent(event.done / event.total)}, ${detail(event, meter, nowMs)}`;
}

function detail({ done, total, unit }: ProgressEvent, meter: RateMeter, nowMs: number): string {
  const left = secondsLeft(meter, total, nowMs);
  const count = `${formatCount(done)} of ${formatCount(total)} ${unit}`;
  if (meter.rate === null || left === null) return count;
  return `${count} · ${formatRate(meter.rate)} · ${formatSeconds(Math.max(1, left))} left`;
}

/** `features alexnet: 1,000 images in 8.2 s (122/s)` */
function summaryLine({ stage, total, unit }: ProgressEvent, seconds: number): string {
  const rate = seconds >= 0.001 ? ` (${formatRate(total / seconds)})` : "";
  return `${stage}: ${formatCount(total)} ${unit} in ${formatSeconds(seconds)}${rate}`;
}

/** Per second, or per minute where that is the readable number. */
function formatRate(rate: number): string {
  if (rate >= 9.95) return `${formatCount(rate)}/s`;
  return rate >= 0.95 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`;
}

/** Green for what is done, dim for what is left. */
function colourBar(text: string, isColoured: boolean): string {
  if (!isColoured) return text;
  return text.replace(/█+/, "\u001b[32m$&\u001b[39m").replace(/░+/, "\u001b[2m$&\u001b[22m");
}
