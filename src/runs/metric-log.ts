import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report, TrainingPart, WorkEvent } from "../base/events.ts";
import { reasonOf } from "../base/system-error.ts";
import { type EventFile, openEventFile } from "./event-file.ts";
import { tell } from "../words/fact.ts";

/** Where the figures of a run go: lines of a `metrics.jsonl`, and TensorBoard event files. */
export interface MetricLog {
  /** A report that passes every event on and also keeps the metrics among them. */
  listen(report: Report): Report;
  /** One line of `metrics.jsonl` that no event tells. */
  add(line: MetricLine): void;
}

/** A line: which recipe, which fold (from 0, as in run.json), and the figures. */
export interface MetricLine {
  readonly recipe: string;
  readonly fold: number | "holdout" | "model";
  /** Where it is not the recipe's main training: `head`, `rate test`. */
  readonly part?: TrainingPart;
  /** The same for people: `fine-tune head`. */
  readonly stage?: string;
  readonly [figure: string]: number | string | undefined;
}

type MetricEvent = Extract<WorkEvent, { type: "metric" }>;

/** Where event files go, and who hears of trouble. */
export interface MetricLogOptions {
  /** The folder of an event file, in `folder`. */
  readonly eventFolder: (line: MetricLine) => string;
  /** Told once when figures can no longer be kept; the training goes on without. */
  readonly report: Report;
}

/**
 * Opens the log in `folder`; files appear with the first figures. A line that is there already is not written again: a
 * resumed run tells its course from the start. Lines are on the disk before the checkpoint of their epoch is.
 */
export function openMetricLog(folder: string, { eventFolder, report }: MetricLogOptions): MetricLog {
  const path = join(folder, "metrics.jsonl");
  const known = new Set(readLines(path).map(keyOf));
  const files = new Map<string, EventFile>();
  let isBroken = false;
  const write = (line: MetricLine): void => {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(line)}\n`);
    const place = join(folder, eventFolder(line));
    const file = files.get(place) ?? openEventFile(place);
    files.set(place, file);
    if ("epoch" in line || "step" in line)
      file.append(Number(line["epoch"] ?? line["step"]), scalarsOf(line));
  };
  const add = (line: MetricLine): void => {
    if (isBroken || known.has(keyOf(line))) return;
    try {
      write(line);
      known.add(keyOf(line));
    } catch (error) {
      isBroken = true;
      const reason = reasonOf(error);
      report({ type: "warning", code: "W_METRICS", ...tell("figuresNotKept", { path, reason }) });
    }
  };
  return {
    add,
    listen: (inner) => (event) => {
      inner(event);
      if (event.type === "metric") add(lineOf(event));
    },
  };
}

function lineOf({ stage, place = {}, values }: MetricEvent): MetricLine {
  const { recipe = stage, part = "training", fold = "model" } = place;
  return {
    recipe,
    fold: typeof fold === "number" ? fold - 1 : fold,
    ...(part !== "training" && { part, stage }),
    ...values,
  };
}

function keyOf({ recipe, fold, part, epoch, step }: MetricLine): string {
  return JSON.stringify([recipe, fold, part, epoch, step]);
}

/** Tags as TensorBoard groups them: what lies before the first slash is a card's title. */
const tags: Readonly<Record<string, string>> = {
  loss: "loss/training",
  validationLoss: "loss/validation",
  accuracy: "accuracy/training",
  validationAccuracy: "accuracy/validation",
};

/** The figures of a line by tag; those of a recipe's other parts have the part in front: `head/loss/training`. */
function scalarsOf({ part, ...line }: MetricLine): Record<string, number> {
  const prefix = part === undefined ? "" : `${part}/`;
  const figures = Object.entries(line).filter(([key]) => !placeKeys.has(key));
  return Object.fromEntries(figures.map(([key, figure]) => [prefix + (tags[key] ?? key), Number(figure)]));
}

const placeKeys: ReadonlySet<string> = new Set(["recipe", "fold", "stage", "epoch", "step"]);

/** The lines of a file that may not be there; one that a kill has torn is cut off. */
function readLines(path: string): MetricLine[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileSync(path, whole);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as MetricLine);
}
