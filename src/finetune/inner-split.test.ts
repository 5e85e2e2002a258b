import { expect, test } from "vitest";
import { innerSplit } from "./inner-split.ts";

const labels = Int32Array.from({ length: 84 }, (_, row) => row % 3);
const alone = Array.from(labels, () => undefined);
const rows = Int32Array.from({ length: 70 }, (_, i) => i + 7);

test("innerSplit: one part in seven validates, stratified, and every row given is on one side", () => {
  const { training, validation } = innerSplit(rows, { labels, groups: alone, seed: 1 });
  expect([...training, ...validation].sort((a, b) => a - b)).toEqual([...rows]);
  expect(validation.length).toBe(10);
  const counts = [0, 1, 2].map((label) => validation.filter((row) => labels[row] === label).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test("innerSplit: decided by the seed", () => {
  const split = (seed: number): unknown => innerSplit(rows, { labels, groups: alone, seed });
  expect(split(1)).toEqual(split(1));
  expect(split(1)).not.toEqual(split(2));
});

test("innerSplit: groups stay whole", () => {
  const groups = Array.from(labels, (_, row) => `scene ${Math.floor(row / 6)}`);
  const { training, validation } = innerSplit(rows, { labels, groups, seed: 1 });
  const scenes = new Set(training.map((row) => Math.floor(row / 6)));
  expect(validation.length).toBeGreaterThan(0);
  for (const row of validation) expect(scenes.has(Math.floor(row / 6))).toBe(false);
});

test("innerSplit: every class that is validated on is trained on as well", () => {
  const few = Int32Array.from([0, 0, 0, 0, 1, 1]);
  const own = Int32Array.from(few.keys());
  const { training } = innerSplit(own, { labels: few, groups: alone.slice(0, 6), seed: 1 });
  expect(new Set(training.map((row) => few[row]!)).size).toBe(2);
});

test("innerSplit: one class alone is refused", () => {
  const single = rows.filter((row) => labels[row] === 1);
  expect(() => innerSplit(single, { labels, groups: alone, seed: 1 })).toThrow(
    expect.objectContaining({
      code: "E_ONE_CLASS",
      message: `training: expected images of at least 2 classes, got 1 in ${single.length} images.`,
    }),
  );
});

test("innerSplit: one image a class leaves nothing to validate on, and it says so", () => {
  const pair = { labels: Int32Array.from([0, 1]), groups: [undefined, undefined], seed: 1 };
  expect(() => innerSplit(Int32Array.from([0, 1]), pair)).toThrow(
    expect.objectContaining({ code: "E_CLASS_TOO_SMALL" }),
  );
});
