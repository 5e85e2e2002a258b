import { describe, expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { crossValidate } from "./cross-validate.ts";
import type { Method } from "./method.ts";

/** Remembers the mean of a one-number feature for each class and answers the nearest: small, and it really learns. */
function nearestMean(features: readonly number[], labels: Int32Array, seeds: number[] = []): Method {
  return {
    name: "nearest",
    async fit(rows, { seed }) {
      seeds.push(seed);
      const means = [0, 1].map((k) => {
        const own = rows.filter((row) => labels[row] === k);
        return own.reduce((sum, row) => sum + features[row]!, 0) / own.length;
      });
      return {
        chosen: { rows: rows.length },
        logits: async (asked) => {
          const out = createMatrix(asked.length, 2);
          asked.forEach((row, i) =>
            means.forEach((mean, k) => (out.data[i * 2 + k] = -((features[row]! - mean) ** 2))),
          );
          return out;
        },
      };
    },
  };
}

const features = [0, 1, 0.2, 0.9, 0.1, 0.8, 0.7, 5];
const labels = Int32Array.from([0, 1, 0, 1, 0, 1, 0, -1]);
const fold = (train: number[], test: number[]) => ({
  train: Int32Array.from(train),
  test: Int32Array.from(test),
});
const folds = [fold([2, 3, 4, 5, 6], [0, 1]), fold([0, 1, 4, 5], [2, 3, 6]), fold([0, 1, 2, 3, 6], [4, 5])];
const base = { labels, classCount: 2, folds, seed: 42 };

describe("crossValidate", () => {
  test("scores each row by the fold that held it out, and leaves rows of no fold unscored", async () => {
    const result = await crossValidate(nearestMean(features, labels), base);
    expect(Array.from(result.predictions)).toEqual([0, 1, 0, 1, 0, 1, 1, -1]);
    expect(Array.from(result.scored)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(result.foldAccuracies).toEqual([1, 2 / 3, 1]);
    expect(result.outOfFoldLogits.data.slice(14)).toEqual(Float32Array.from([Number.NaN, Number.NaN]));
    // Row 6 was judged by the means of rows 0, 4 and of 1, 5: 0.05 and 0.9.
    expect(result.outOfFoldLogits.data[12]).toBeCloseTo(-((0.7 - 0.05) ** 2), 6);
    expect(result.chosen).toEqual([{ rows: 5 }, { rows: 4 }, { rows: 5 }]);
    expect(result.seconds.fit).toBeGreaterThanOrEqual(0);
  });

  test("gives each fold its own seed, decided by the seed and the fold alone", async () => {
    const seeds: number[][] = [[], [], []];
    await crossValidate(nearestMean(features, labels, seeds[0]), base);
    await crossValidate(nearestMean(features, labels, seeds[1]), base);
    await crossValidate(nearestMean(features, labels, seeds[2]), { ...base, seed: 43 });
    expect(seeds[0]).toEqual(seeds[1]);
    expect(new Set([...seeds[0]!, ...seeds[2]!]).size).toBe(6);
  });

  test("reports progress from none to all folds", async () => {
    const events: WorkEvent[] = [];
    await crossValidate(nearestMean(features, labels), { ...base, report: (event) => events.push(event) });
    expect(events.map((event) => (event.type === "progress" ? event.done : event.type))).toEqual([
      0, 1, 2, 3,
    ]);
  });

  test("says of every event of a fit which fold it belongs to", async () => {
    const events: WorkEvent[] = [];
    const telling: Method = {
      name: "telling",
      fit: async (rows, options) => {
        options.report?.({ type: "warning", code: "W_TEST", message: "unsure" });
        options.report?.({ type: "metric", stage: "telling", place: { part: "head" }, values: { loss: 1 } });
        return await nearestMean(features, labels).fit(rows, options);
      },
    };
    await crossValidate(telling, { ...base, report: (event) => events.push(event) });
    expect(events.flatMap(({ type, place }) => (type === "progress" ? [] : [place]))).toEqual(
      [1, 2, 3].flatMap((fold) => [
        { fold, of: 3 },
        { fold, of: 3, part: "head" },
      ]),
    );
  });

  test("leaves the fits to an executor, and joins its results", async () => {
    const asked: unknown[] = [];
    const result = await crossValidate(nearestMean(features, labels), {
      ...base,
      executor: async function* (tasks, work) {
        asked.push(...tasks.map(({ fold, of }) => [fold, of]));
        yield* (await Promise.all(tasks.toReversed().map((task) => work(task)))).toReversed();
      },
    });
    expect(asked).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const inTurn = await crossValidate(nearestMean(features, labels), base);
    expect({ ...result, seconds: null }).toEqual({ ...inTurn, seconds: null });
  });

  test("stops at an aborted signal", async () => {
    const signal = AbortSignal.abort();
    await expect(crossValidate(nearestMean(features, labels), { ...base, signal })).rejects.toThrow("abort");
  });

  test.each([
    ["a row on both sides", [fold([0, 1], [1, 2])], "E_LEAK", "row 1 lies in both"],
    ["a row judged twice", [fold([0, 1], [2]), fold([0, 1], [2])], "E_LEAK", "row 2 is judged twice"],
    ["no row to learn from", [fold([], [2])], "E_DATA", "got 0 and 1"],
    ["a row without a label", [fold([0, 1], [7])], "E_DATA", "a label for row 7"],
    ["no fold", [], "E_DATA", "at least 1 fold"],
  ])("refuses %s", async (_, bad, code, words) => {
    const failure = crossValidate(nearestMean(features, labels), { ...base, folds: bad });
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test("refuses a group on both sides", async () => {
    const groups = ["a", "b", "a", "c", "d", "e", "f", "g"];
    await expect(crossValidate(nearestMean(features, labels), { ...base, groups })).rejects.toMatchObject({
      code: "E_LEAK",
      message: expect.stringContaining('group "a"'),
    });
  });

  test.each([
    ["of another shape", createMatrix(1, 2), "E_SHAPE"],
    ["that are not finite", createMatrix(2, 2, Float32Array.from([0, 1, Number.NaN, 0])), "E_NAN"],
  ])("refuses logits %s", async (_, logits: Matrix, code) => {
    const broken: Method = { name: "broken", fit: async () => ({ chosen: {}, logits: async () => logits }) };
    await expect(crossValidate(broken, base)).rejects.toMatchObject({ code });
  });
});
