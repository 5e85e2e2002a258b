import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { WorkEvent } from "../../../src/base/events.ts";
import { argmax, createMatrix, rowOf } from "../../../src/base/matrix.ts";
import { defineClassifier } from "../../../src/classifiers/define-classifier.ts";
import { linearSvm, linearSvmLearner } from "../../../src/classifiers/svm/linear-svm.ts";
import { nearestMean } from "../../../src/classifiers/neighbours/nearest-mean.ts";
import { asFloat32 } from "../../../src/graph/tensor.ts";
import { openEngine } from "../../../src/engine/open-engine.ts";
import { uniform } from "../../autodiff/seeded-values.ts";

// Many rows of few, scaled columns, where coordinate descent has to set rows aside with care: liblinear's objectives by
// narrow.py.

const { objectives, positives } = JSON.parse(
  readFileSync("test/reference/classifiers/narrow.json", "utf8"),
) as { readonly objectives: Readonly<Record<string, number>>; readonly positives: number };

const [rows, columns] = [270, 13];
const features = createMatrix(
  rows,
  columns,
  uniform(270, [rows, columns], 1).map((value, at) =>
    (at % columns) % 3 > 0 ? value : value < 0.2 ? -1 : 1,
  ),
);
const noise = uniform(271, [rows], 1.5);
const labels = Int32Array.from({ length: rows }, (_, i) => {
  const score = rowOf(features, i).reduce((sum, value, j) => sum + value * (j % 2 === 0 ? -0.5 : 0.75), 0);
  return Number(score + noise[i]! > 0);
});

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

/** ½ (‖w‖² + b²) + C Σ loss of class 1 against the rest. */
function objectiveOf(weights: Float32Array, bias: number, { C, loss }: { C: number; loss: string }): number {
  const losses = labels.reduce((sum, label, i) => {
    const score = rowOf(features, i).reduce((total, value, j) => total + value * weights[j]!, bias);
    const slack = Math.max(0, 1 - (label === 1 ? 1 : -1) * score);
    return sum + (loss === "hinge" ? slack : slack ** 2);
  }, 0);
  return (weights.reduce((sum, w) => sum + w * w, 0) + bias ** 2) / 2 + C * losses;
}

test("the rows are those that the script draws", () => {
  expect(labels.reduce((sum, label) => sum + label, 0)).toBe(positives);
});

test.each(Object.entries(objectives).filter(([setting]) => setting.startsWith("squared")))(
  "svm where rows are many, %s: within 0.0001 % of liblinear's lowest objective, and no warning",
  async (setting, lowest) => {
    const warnings: unknown[] = [];
    const classifier = defineClassifier(linearSvmLearner(() => true));
    const C = Number(setting.split(" ")[1]);
    const { state } = await classifier.fit(
      features,
      labels,
      { C },
      { classCount: 2, engine, report: (event) => void (event.type === "warning" && warnings.push(event)) },
    );
    for (const [k, sign] of [-1, 1].entries()) {
      const weights = asFloat32(state.get("weight")!)
        .slice(k * columns, (k + 1) * columns)
        .map((value) => sign * value);
      const bias = sign * asFloat32(state.get("bias")!)[k]!;
      expect(objectiveOf(weights, bias, { C, loss: "squared-hinge" }) / lowest - 1).toBeLessThan(1e-6);
    }
    expect(warnings).toEqual([]);
  },
);

test.each(Object.entries(objectives))(
  "svm, %s: within 0.0001 % of liblinear's lowest objective, and no warning",
  async (setting, lowest) => {
    const [loss, C] = setting.split(" ") as [string, string];
    const warnings: unknown[] = [];
    const report = (event: WorkEvent): void => void (event.type === "warning" && warnings.push(event));
    const { state } = await linearSvm.fit(
      features,
      labels,
      { C: Number(C), loss },
      { classCount: 2, seed: 0, report },
    );
    const weights = asFloat32(state.get("weight")!).subarray(columns);
    const bias = asFloat32(state.get("bias")!)[1]!;
    expect(objectiveOf(weights, bias, { C: Number(C), loss }) / lowest - 1).toBeLessThan(1e-6);
    expect(warnings).toEqual([]);
  },
);

test("nearest-mean: an offset of 1000 in every column changes no class", async () => {
  const classes = async (offset: number): Promise<number[]> => {
    const moved = createMatrix(
      rows,
      columns,
      features.data.map((value) => value + offset),
    );
    const fitted = await nearestMean.fit(moved, labels, {}, { classCount: 2, seed: 0 });
    const logits = fitted.logits(moved);
    return Array.from({ length: rows }, (_, i) => argmax(rowOf(logits, i)));
  };
  const [near, far] = [await classes(0), await classes(1000)];
  expect(far.filter((label, i) => label === near[i]).length / rows).toBeGreaterThan(0.99);
});
