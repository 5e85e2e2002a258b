import { expect, test } from "vitest";
import { createMatrix, softmaxRows } from "../base/matrix.ts";
import { type Random, createRandom } from "../base/random.ts";
import { type ArrivedPhotos, type KnownPhotos, type ShiftFindings, judgeShift } from "./judge-shift.ts";

const columns = 12;
const equal = [1 / 3, 1 / 3, 1 / 3];

interface Drawn {
  /** Shares of the three classes. */
  readonly mix?: readonly number[];
  /** Added to every feature. */
  readonly moved?: number;
  /** What somebody calls a photo of each class; null: nobody says. */
  readonly called?: readonly number[] | null;
}

/** Gaussian classes whose true posteriors stand for a calibrated model, so that nothing has to be fitted. */
function draw(
  random: Random,
  rows: number,
  { mix = equal, moved = 0, called = null }: Drawn = {},
): ArrivedPhotos & KnownPhotos {
  const features = createMatrix(rows, columns);
  const logits = createMatrix(rows, 3);
  const truth = Int32Array.from({ length: rows }, () => {
    const u = random.next();
    return u < mix[0]! ? 0 : u < mix[0]! + mix[1]! ? 1 : 2;
  });
  truth.forEach((label, i) => {
    for (let j = 0; j < columns; j += 1)
      features.data[i * columns + j] = random.normal() + (j === label ? 2 : 0);
    for (let k = 0; k < 3; k += 1) logits.data[i * 3 + k] = 2 * features.data[i * columns + k]!;
    for (let j = 3; j < columns; j += 1) features.data[i * columns + j]! += moved;
  });
  const counts = [0, 1, 2].map((k) => truth.filter((label) => label === k).length);
  const labels = called === null ? new Int32Array(rows).fill(-1) : truth.map((label) => called[label]!);
  return { features, probabilities: softmaxRows(logits), labels, classCounts: counts };
}

async function judge(seed: number, arrived: Drawn, rows = 120): Promise<ShiftFindings> {
  const random = createRandom(seed);
  const known = draw(random, 100, { called: [0, 1, 2] });
  return await judgeShift(known, draw(random, rows, arrived), { seed, permutations: 199 });
}

const alarms = ({ kind, mix, meaning }: ShiftFindings): boolean =>
  kind.isShifted || mix.isShifted || meaning?.isShifted === true;

test("where nothing changed, an alarm is as rare as stated", async () => {
  let count = 0;
  for (let seed = 0; seed < 40; seed += 1)
    count += Number(alarms(await judge(seed, { called: seed % 2 === 0 ? [0, 1, 2] : null }, 40)));
  expect(count).toBeLessThanOrEqual(5); // 5 % of 40 are 2; more than 5 come once in a hundred such tests
});

test("photos of another kind are found by both opinions, and what the others then say is called unreliable", async () => {
  const { kind, mix, level } = await judge(1, { moved: 0.8 });
  expect(kind).toMatchObject({ isShifted: true, secondOpinionAgrees: true });
  expect(kind.accuracy).toBeGreaterThan(0.75);
  expect(mix.isReliable).toBe(false);
  expect(level).toBe(0.025);
});

test("another mix of classes is found and estimated, and is not taken for another kind of photo", async () => {
  const found = await judge(2, { mix: [0.7, 0.2, 0.1] }, 200);
  expect(found.kind.isShifted).toBe(false);
  expect(found.mix).toMatchObject({ isShifted: true, isReliable: true });
  for (const estimates of [found.mix.expected, found.mix.blackBox])
    [0.7, 0.2, 0.1].forEach((share, k) => {
      expect(Math.abs(estimates[k]!.share - share)).toBeLessThan(0.1);
      expect(estimates[k]!.low).toBeLessThanOrEqual(estimates[k]!.share);
      expect(estimates[k]!.high).toBeGreaterThanOrEqual(estimates[k]!.share);
    });
});

test("a class that is called another now is found and named; agreement raises no alarm", async () => {
  const swapped = await judge(3, { called: [0, 2, 2] });
  expect(swapped.meaning).toMatchObject({ isShifted: true, label: 2, labelled: 120, isReliable: true });
  expect(swapped.kind.isShifted || swapped.mix.isShifted).toBe(false);
  const { meaning, level } = await judge(3, { called: [0, 1, 2] });
  expect(meaning?.isShifted).toBe(false);
  expect(level).toBeCloseTo(0.05 / 3, 12);
});

test("the same seed finds the same, whatever ran before", async () => {
  expect(await judge(4, {}, 40)).toEqual(await judge(4, {}, 40));
});

test("fewer than five photos of either side are refused with both counts", async () => {
  await expect(judge(5, {}, 4)).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringContaining("got 100 and 4") as unknown,
  });
});

test("a known photo that no fit held out counts for its features alone", async () => {
  const random = createRandom(6);
  const known = draw(random, 100, { called: [0, 1, 2] });
  known.probabilities.data.fill(Number.NaN, 0, 3 * 30);
  const found = await judgeShift(known, draw(random, 60), { permutations: 99 });
  expect(found.mix.called.known.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(found.mix.blackBox.every(({ share }) => Number.isFinite(share))).toBe(true);
});
