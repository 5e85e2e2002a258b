import { expect, test } from "vitest";
import { plainAlgebra } from "../../base/algebra.ts";
import { createMatrix, rowOf } from "../../base/matrix.ts";
import { rowProducts } from "../../base/products.ts";
import { createRandom } from "../../base/random.ts";
import { unitRows } from "../unit-rows.ts";
import { fewerColumns } from "./fewer-columns.ts";
import { labelCurve } from "./label-curve.ts";
import type { LabelledPhotos } from "./spend-labels.ts";

const pause = (): undefined => undefined;

/** Classes around centres of their own, `spread` wide, the classes in turn. */
function drawn(
  count: number,
  { classCount, columns, spread }: { classCount: number; columns: number; spread: number },
): LabelledPhotos {
  const random = createRandom(5);
  const centres = createMatrix(classCount, columns);
  centres.data.forEach((_, at) => (centres.data[at] = random.normal()));
  const features = createMatrix(count, columns);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classCount);
  labels.forEach((label, i) =>
    rowOf(features, i).set(rowOf(centres, label).map((value) => value + spread * random.normal())),
  );
  return { features, labels, classCount };
}

const optionsFor = ({ labels }: LabelledPhotos): Parameters<typeof labelCurve>[1] => ({
  rows: Int32Array.from(labels.keys()),
  groups: Array.from(labels, (_, i) => `photo ${i}`),
  seed: 42,
  algebra: plainAlgebra,
  pause,
});

test("both orders begin alike, more labels are worth more, and the same seed gives the same numbers", async () => {
  const photos = drawn(120, { classCount: 3, columns: 12, spread: 1.5 });
  const curve = (await labelCurve(photos, optionsFor(photos)))!;
  const { points } = curve;
  expect(points.map(({ labels }) => labels)).toEqual([12, 21, 30, 39, 48]);
  expect(points[0]!.queue).toEqual(points[0]!.random);
  expect(points[0]!.gain).toEqual({ mean: 0, low: 0, high: 0 });
  for (const order of ["queue", "random"] as const)
    expect(points.at(-1)![order].mean).toBeGreaterThan(points[0]![order].mean + 0.03);
  for (const { queue, random, gain } of points) expect(gain.mean).toBeCloseTo(queue.mean - random.mean, 12);
  expect(await labelCurve(photos, optionsFor(photos))).toEqual(curve);
});

test("copies stand on one side of a draw: with pairs of equal photos no judged photo is known beforehand", async () => {
  const single = drawn(60, { classCount: 2, columns: 40, spread: 40 });
  const twice = Int32Array.from({ length: 120 }, (_, i) => i >> 1);
  const features = createMatrix(120, 40);
  twice.forEach((row, i) => rowOf(features, i).set(rowOf(single.features, row)));
  const photos = { features, labels: twice.map((row) => single.labels[row]!), classCount: 2 };
  const apart = (await labelCurve(photos, optionsFor(photos)))!;
  const groups = Array.from(twice, (row) => `photo ${row}`);
  const together = (await labelCurve(photos, { ...optionsFor(photos), groups }))!;
  expect(together.points.at(-1)!.random.mean).toBeLessThan(apart.points.at(-1)!.random.mean - 0.05); // noise, but for copies
});

test("of many photos a sample takes part, of many classes a draw, of small classes none", async () => {
  const photos = drawn(1500, { classCount: 60, columns: 4, spread: 0.2 });
  const many = (await labelCurve(photos, optionsFor(photos)))!;
  expect([many.classes, many.photos < 700, many.points.at(-1)!.labels <= 300]).toEqual([50, true, true]);
  const few = drawn(200, { classCount: 2, columns: 4, spread: 0.2 });
  few.labels.set([2, 2, 2], 10);
  expect((await labelCurve({ ...few, classCount: 3 }, optionsFor(few)))!.classes).toBe(2);
}, 30_000);

test("too few photos, or one class alone, give no curve", async () => {
  const photos = drawn(50, { classCount: 2, columns: 4, spread: 0.2 });
  expect(await labelCurve(photos, optionsFor(photos))).toBeNull();
  const alone = drawn(100, { classCount: 1, columns: 4, spread: 0.2 });
  expect(await labelCurve({ ...alone, classCount: 2 }, optionsFor(alone))).toBeNull();
});

test("fewer columns keep every product of two rows of length 1, copies among them", async () => {
  const { features } = drawn(9, { classCount: 3, columns: 50, spread: 0.1 });
  rowOf(features, 4).set(rowOf(features, 3));
  const kept = await fewerColumns(features, { algebra: plainAlgebra, pause });
  const [found, expected] = [rowProducts(kept, kept), rowProducts(unitRows(features), unitRows(features))];
  expect(kept.columns).toBe(9);
  found.data.forEach((value, at) => expect(value).toBeCloseTo(expected.data[at]!, 5));
});
