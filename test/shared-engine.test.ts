import { join } from "node:path";
import { expect, test } from "vitest";
import { type WorkEvent, compare, openEngine, predict, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// Long-lived callers: one engine for all the work, several who follow one run.

test("an engine that is passed in serves compare, train and predict one after the other, and stays open", async () => {
  await using folder = await temporaryFolder();
  const photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 6);
  await using engine = await openEngine({ threads: 1 });
  const common = { engine, cache: null };

  const run = compare(photos, { ...common, recipes: ["lda"], folds: 2, out: join(folder.path, "runs") });
  const first: WorkEvent[] = [];
  for await (const event of run) first.push(event);
  const { runDirectory, recipes } = await run.result;
  expect(recipes[0]!.accuracy!.mean).toBeGreaterThan(0.8);

  const again: WorkEvent[] = [];
  for await (const event of run) again.push(event);
  const told = ({ type }: WorkEvent): boolean => type !== "progress";
  expect(again.filter(told)).toEqual(first.filter(told));
  expect(again.length).toBeLessThanOrEqual(first.length);
  expect(again).toContainEqual({
    type: "progress",
    stage: "lda",
    done: 2,
    total: 2,
    unit: "folds",
    place: { recipe: "lda" },
  });

  const model = join(folder.path, "model");
  await train(photos, { ...common, recipe: "bayes", out: model }).result;
  for (const at of [model, join(runDirectory, "model")]) {
    const { images, failed } = await predict(at, [join(photos, "down")], { engine }).result;
    expect([images, failed]).toEqual([6, 0]);
  }
});
