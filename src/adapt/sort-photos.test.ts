import { expect, test } from "vitest";
import { type Matrix, createMatrix, rowOf, selectRows } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import { clusterRows } from "./clusters.ts";
import { measureTypicality } from "./novelty.ts";
import { orderQueue } from "./queue/order-queue.ts";
import { sortPhotos } from "./sort-photos.ts";

const columns = 12;
const pause = (): undefined => undefined;

/** Rows about unit vectors, one a class; `classOf` of each. */
function drawRows(classes: readonly number[], seed: number): Matrix {
  const random = createRandom(seed);
  const out = createMatrix(classes.length, columns);
  classes.forEach((label, i) => {
    for (let j = 0; j < columns; j += 1)
      out.data[i * columns + j] = (j === label ? 4 : 0) + 0.7 * random.normal();
  });
  return out;
}

const repeated = (classes: readonly number[], times: number): number[] =>
  classes.flatMap((label) => new Array<number>(times).fill(label));

/** Softmax of the first three columns: a model that knows three classes. */
function logitsOf(rows: Matrix): Matrix {
  return createMatrix(
    rows.rows,
    3,
    Float32Array.from({ length: rows.rows * 3 }, (_, at) => 2 * rowOf(rows, Math.floor(at / 3))[at % 3]!),
  );
}

function probabilitiesOf(rows: Matrix): Matrix {
  const logits = logitsOf(rows);
  const data = Float32Array.from(logits.data, Math.exp);
  for (let i = 0; i < rows.rows; i += 1) {
    const row = data.subarray(3 * i, 3 * i + 3);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let c = 0; c < 3; c += 1) row[c]! /= sum;
  }
  return createMatrix(rows.rows, 3, data);
}

const knownLabels = repeated([0, 1, 2], 100);
const known = drawRows(knownLabels, 1);

test("of rows of the known kind about the stated share is below any level", async () => {
  const fresh = drawRows(repeated([0, 1, 2], 200), 2);
  const { fresh: usual } = await measureTypicality(known, fresh, { seed: 1 });
  const below = usual.filter((share) => share <= 0.025).length / usual.length;
  expect(below).toBeLessThan(0.08);
});

test("rows of classes that are not known are foreign, in a group for each class, the largest first", async () => {
  const classes = [...repeated([0, 1, 2], 30), ...repeated([6], 30), ...repeated([7], 20)];
  const fresh = drawRows(classes, 3);
  const sorted = await sortPhotos(
    { features: known, labels: Int32Array.from(knownLabels), logits: logitsOf(known) },
    { features: fresh, probabilities: probabilitiesOf(fresh) },
    { promise: 0.05, seed: 1 },
  );
  const foreign = classes.map((label, i) => [label, sorted.piles[i]] as const).filter(([label]) => label > 2);
  expect(foreign.filter(([, pile]) => pile === "foreign").length).toBeGreaterThan(45);
  expect(foreign.filter(([, pile]) => pile === "accepted")).toEqual([]);
  const groups = new Map<number, Set<number>>();
  sorted.groups.forEach((group, i) => {
    if (group >= 0 && classes[i]! > 2)
      groups.set(classes[i]!, (groups.get(classes[i]!) ?? new Set()).add(group));
  });
  expect(groups.get(6)).toEqual(new Set([0]));
  expect([...groups.get(7)!].some((group) => groups.get(6)!.has(group))).toBe(false);
  const wrong = classes.filter((label, i) => sorted.piles[i] === "accepted" && label > 2);
  expect(wrong).toEqual([]);
  expect(sorted.piles.filter((pile) => pile === "accepted").length).toBeGreaterThan(20);
});

test("without calibration scores nothing is accepted, and the rest is sorted all the same", async () => {
  const fresh = drawRows(repeated([0, 1, 2], 20), 4);
  const logits = createMatrix(known.rows, 3);
  logits.data.fill(Number.NaN);
  const sorted = await sortPhotos(
    { features: known, labels: Int32Array.from(knownLabels), logits },
    { features: fresh, probabilities: probabilitiesOf(fresh) },
    { promise: 0.02, seed: 1 },
  );
  expect(sorted.acceptance).toMatchObject({ threshold: Infinity, missing: 149 });
  expect(sorted.piles).not.toContain("accepted");
  expect([...sorted.queue].length).toBe(sorted.piles.filter((pile) => pile === "look").length);
});

test("the queue begins with what is unsure, leaves out no row, and puts no copy next to its original", async () => {
  const rows = drawRows(repeated([0, 1], 15), 5);
  const between = createMatrix(1, columns);
  for (let j = 0; j < columns; j += 1) between.data[j] = j < 2 ? 3 : 0;
  const data = new Float32Array([...between.data, ...between.data, ...rows.data]);
  const features = createMatrix(32, columns, data);
  const queued = { features, probabilities: probabilitiesOf(features), labelled: null };
  const { order } = await orderQueue(queued, { pause });
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => i));
  expect(order[0]).toBe(0);
  expect(order.indexOf(1)).toBeGreaterThan(20);
});

test("clusters: the same seed gives the same groups, few rows one group, none none", async () => {
  const rows = drawRows(repeated([3, 5, 8], 12), 6);
  const [one, two] = [
    await clusterRows(rows, { seed: 3, pause }),
    await clusterRows(rows, { seed: 3, pause }),
  ];
  expect(one).toEqual(two);
  expect(one.count).toBe(3);
  expect((await clusterRows(selectRows(rows, [0, 1, 2]), { seed: 1, pause })).count).toBe(1);
  expect((await clusterRows(selectRows(rows, []), { seed: 1, pause })).count).toBe(0);
});
