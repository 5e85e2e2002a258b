import { appendFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import type { TrainingPart, WorkEvent } from "../base/events.ts";
import { type MetricLine, openMetricLog } from "./metric-log.ts";

const eventFolder = ({ recipe, fold }: MetricLine): string => join(recipe, String(fold));
const epoch = (number: number, part: TrainingPart = "training"): WorkEvent => ({
  type: "metric",
  stage: part === "training" ? "tune" : `tune ${part}`,
  place: { recipe: "tune", part, fold: 2, of: 5 },
  values: { epoch: number, loss: 1 / (1 + number) },
});

async function linesOf(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, "metrics.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

test("openMetricLog: a metric is passed on and becomes a line and an event file; other events only pass", async () => {
  await using folder = await temporaryFolder();
  const passed: WorkEvent[] = [];
  const log = openMetricLog(folder.path, { eventFolder, report: () => undefined });
  const report = log.listen((event) => passed.push(event));
  report({ type: "notice", message: "hello" });
  expect(await readdir(folder.path)).toEqual([]);
  report(epoch(1));
  report(epoch(1, "head"));
  report({ type: "metric", stage: "tune", place: { fold: "model" }, values: { epoch: 1, loss: 2 } });
  log.add({ recipe: "tune", fold: 1, accuracy: 0.5 });
  expect(passed).toHaveLength(4);
  expect(await linesOf(folder.path)).toEqual([
    { recipe: "tune", fold: 1, epoch: 1, loss: 0.5 },
    { recipe: "tune", fold: 1, part: "head", stage: "tune head", epoch: 1, loss: 0.5 },
    { recipe: "tune", fold: "model", epoch: 1, loss: 2 },
    { recipe: "tune", fold: 1, accuracy: 0.5 },
  ]);
  const [file] = await readdir(join(folder.path, "tune", "1"));
  const bytes = await readFile(join(folder.path, "tune", "1", file!), "latin1");
  expect(bytes).toContain("brain.Event:2");
  expect(bytes).toContain("\rloss/training");
  expect(bytes).toContain("head/loss/training");
});

test("openMetricLog: opened again it cuts a torn line off and writes nothing twice", async () => {
  await using folder = await temporaryFolder();
  const options = { eventFolder, report: () => undefined };
  const first = openMetricLog(folder.path, options).listen(() => undefined);
  for (const number of [1, 2]) first(epoch(number));
  await appendFile(join(folder.path, "metrics.jsonl"), '{"recipe":"tune","fold":1,"epo');
  const second = openMetricLog(folder.path, options).listen(() => undefined);
  for (const number of [1, 2, 3]) second(epoch(number));
  expect(await linesOf(folder.path)).toMatchObject([{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }]);
});

test("openMetricLog: figures that cannot be kept are said once, and the work goes on", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "inner"));
  await writeFile(join(folder.path, "inner", "tune"), "a file where a folder should be");
  const warnings: WorkEvent[] = [];
  const log = openMetricLog(join(folder.path, "inner"), {
    eventFolder,
    report: (event) => warnings.push(event),
  });
  const report = log.listen(() => undefined);
  report(epoch(1));
  report(epoch(2));
  expect(warnings).toMatchObject([{ type: "warning", code: "W_METRICS" }]);
});
