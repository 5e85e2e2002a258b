import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { blackBoxMix, correctForMix, expectedMix, testMix } from "../../../src/adapt/label-shift.ts";
import { meanDiscrepancy } from "../../../src/adapt/mmd.ts";
import { type PooledSample, poolSamples } from "../../../src/adapt/pooled-sample.ts";
import { doubtLabels } from "../../../src/adapt/suspicious.ts";
import { classifierTwoSample } from "../../../src/adapt/two-sample.ts";
import { type Matrix, createMatrix, rowOf, softmaxRows } from "../../../src/base/matrix.ts";
import { noise } from "../noise.ts";

interface Sample {
  known: number;
  arrived: number;
  columns: number;
  shift: number;
  auc: number;
  accuracy: number;
  scores: number[];
  mmd: number;
  bandwidth: number;
}
interface Reference {
  samples: Sample[];
  mixes: {
    confusion: number[][];
    called: number[];
    blackBox: number[];
    trained: number[];
    expected: number[];
    corrected: number[];
    counts: [number[], number[]];
    chiSquared: number;
    chiSquaredP: number;
  };
  doubts: { rows: number; classes: number; order: number[]; suspicious: number[]; expectedWrong: number };
}

/** Written by shift.py beside this file. */
const { samples, mixes, doubts } = JSON.parse(
  readFileSync(new URL("../../../../test/reference/adapt/shift.json", import.meta.url), "utf8"),
) as Reference;

const expectClose = (got: ArrayLike<number>, want: readonly number[], digits: number): void => {
  expect(got).toHaveLength(want.length);
  want.forEach((value, i) => expect(got[i]).toBeCloseTo(value, digits));
};

async function pool({ known, arrived, columns, shift }: Sample): Promise<PooledSample> {
  const second = createMatrix(arrived, columns, noise("arrived", arrived * columns));
  for (let i = 0; i < arrived; i += 1) second.data[i * columns]! += shift;
  return await poolSamples(createMatrix(known, columns, noise("known", known * columns)), second);
}

describe.each(samples)("$known known rows, $arrived new ones, $columns columns", (wanted) => {
  test("the classifier's scores are those of ridge fits without the row, its AUC scikit-learn's", async () => {
    const found = await classifierTwoSample(await pool(wanted));
    expectClose(found.scores, wanted.scores, 4);
    expect(found.auc).toBeCloseTo(wanted.auc, 9);
    expect(found.accuracy).toBeCloseTo(wanted.accuracy, 9);
  });

  test("the discrepancy and its bandwidth are NumPy's", async () => {
    const { squared, bandwidth } = await meanDiscrepancy(await pool(wanted));
    expect(squared).toBeCloseTo(wanted.mmd, 5);
    expect(bandwidth).toBeCloseTo(wanted.bandwidth, 5);
  });
});

test("black-box estimation inside the simplex is the solution of the linear system", () => {
  expectClose(blackBoxMix(mixes.confusion, mixes.called), mixes.blackBox, 5);
});

test("expectation maximisation ends where NumPy's iterations do, and a correction divides by the old shares", () => {
  const logits = createMatrix(
    40,
    3,
    noise("probabilities", 120).map((value) => 6 * value),
  );
  const probabilities = softmaxRows(logits);
  const trained = Float64Array.from(mixes.trained);
  const mix = expectedMix(probabilities, trained);
  expectClose(mix, mixes.expected, 5);
  expectClose(correctForMix(rowOf(probabilities, 0), trained, mix), mixes.corrected, 5);
});

test("the test of the mix has SciPy's chi², and its permutations agree with its tail", () => {
  const { statistic, p } = testMix(...mixes.counts, { permutations: 20_000 });
  expect(statistic).toBeCloseTo(mixes.chiSquared, 9);
  expect(Math.abs(p - mixes.chiSquaredP)).toBeLessThan(0.004);
});

test("doubtful labels have the order, the threshold and the confident joint of the paper's definitions", () => {
  const { rows, classes } = doubts;
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const found = doubtLabels(doubtful(rows, classes, labels), labels);
  expect(found.doubts.map(({ row }) => row)).toEqual(doubts.order);
  const suspicious = found.doubts.filter(({ isSuspicious }) => isSuspicious).map(({ row }) => row);
  expect(suspicious.sort((a, b) => a - b)).toEqual(doubts.suspicious);
  expect(found.expectedWrong).toBeCloseTo(doubts.expectedWrong, 9);
});

function doubtful(rows: number, classes: number, labels: Int32Array): Matrix {
  const logits = createMatrix(
    rows,
    classes,
    noise("doubts", rows * classes).map((value) => 4 * value),
  );
  labels.forEach((label, row) => (logits.data[row * classes + label]! += 1.5));
  return softmaxRows(logits);
}
