import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Matrix, argmax, createMatrix, rowOf } from "../../src/base/matrix.ts";
import type {
  Classifier,
  FitOptions,
  FittedClassifier,
  HyperParameters,
} from "../../src/classifiers/classifier.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { encodeModel } from "../../src/graph/encode-model.ts";
import { createModel } from "../../src/graph/graph.ts";
import {
  type LabelledFeatures,
  gaussianClasses,
  interleavedFolds,
  logitDifference,
  reorder,
} from "./conformance-data.ts";

/** Where a classifier keeps less than the suite asks, by name and with the reason. */
export interface Deviation {
  readonly allowed: number;
  readonly reason: string;
}

export interface ConformanceOptions {
  /** Beside the defaults, also checked with these. */
  readonly variants?: readonly HyperParameters[];
  /** Largest difference between `outOfFold` and fits fold by fold, as a share of the logits' range. */
  readonly outOfFold?: Deviation;
  readonly rowOrder?: Deviation;
  /** For a classifier that trains a network. */
  readonly engine?: Engine;
}

const strict = 1e-4;

/** What every classifier promises. Logits are compared centred, as a share of max(1, their range). */
export function conforms(classifier: Classifier, options: ConformanceOptions = {}): void {
  const common = { seed: 3, ...(options.engine && { engine: options.engine }) };
  for (const parameters of [{}, ...(options.variants ?? [])])
    describe(`${classifier.name} ${JSON.stringify(parameters)}`, () => {
      const fit = async (set: LabelledFeatures, signal?: AbortSignal): Promise<FittedClassifier> =>
        await classifier.fit(set.features, set.labels, parameters, {
          classCount: set.classCount,
          ...common,
          signal,
        });

      for (const [shape, columns] of [
        ["more rows than columns", 12],
        ["more columns than rows", 90],
      ] as const) {
        const data = gaussianClasses([20, 16, 14], { columns });
        const fresh = gaussianClasses([20, 16, 14], { columns, seed: 7 });

        test(`${shape}: learns, and gives the same logits twice`, async () => {
          const logits = (await fit(data)).logits(data.features);
          expect(accuracy(logits, data.labels)).toBeGreaterThan(0.85);
          expect(logitDifference((await fit(data)).logits(data.features), logits)).toBe(0);
        });
        test(`${shape}: leaves its arguments as they were`, async () => {
          await (await fit(data)).logits(data.features);
          expect(data).toEqual(fresh);
        });
        test(`${shape}: row order does not matter`, async () => {
          const [one, other] = [await fit(data), await fit(reorder(data, 5))];
          const difference = logitDifference(one.logits(data.features), other.logits(data.features));
          expect(difference).toBeLessThanOrEqual(options.rowOrder?.allowed ?? strict);
        });
        test(`${shape}: restored from its state, it gives the same logits`, async () => {
          const fitted = await fit(data);
          const restored = classifier.restore(fitted.state, fitted.parameters);
          expect(logitDifference(restored.logits(data.features), fitted.logits(data.features))).toBe(0);
          expect([restored.classCount, restored.dimensions]).toEqual([3, columns]);
        });
        test(`${shape}: as ONNX, it gives the same logits`, async () => {
          const fitted = await fit(data);
          expect(await onnxDifference(fitted, data.features)).toBeLessThanOrEqual(strict);
        });
        test(`${shape}: outOfFold equals a fit per fold`, async () => {
          const folds = interleavedFolds(data.labels.length);
          const settings = { classCount: 3, ...common };
          const rising = classifier.grid.slice(0, 3);
          const grid = [...rising, parameters, ...rising.toReversed()];
          const scores = await classifier.outOfFold(data.features, data.labels, folds, grid, settings);
          for (const [c, candidate] of grid.entries()) {
            const separate = await fitPerFold(classifier, data, { parameters: candidate, common });
            expect(logitDifference(separate, scores[c]!)).toBeLessThanOrEqual(
              options.outOfFold?.allowed ?? strict,
            );
          }
        });
      }

      test("two classes are enough", async () => {
        const data = gaussianClasses([12, 15], { distance: 2 });
        const logits = (await fit(data)).logits(data.features);
        expect(logits.columns).toBe(2);
        expect(accuracy(logits, data.labels)).toBeGreaterThan(0.85);
      });
      test("a class of one image keeps its logits finite and the others learnable", async () => {
        const data = gaussianClasses([15, 1, 15], { distance: 2 });
        const logits = (await fit(data)).logits(data.features);
        expect(logits.data.every(Number.isFinite)).toBe(true);
        expect(accuracy(logits, data.labels)).toBeGreaterThan(0.85);
      });
      test("a class without a row never wins, in memory, restored and as ONNX", async () => {
        const data = gaussianClasses([15, 0, 15, 0]);
        const fitted = await fit(data);
        const probes = gaussianClasses([20, 20, 20, 20], { seed: 11, scale: 5 }).features;
        const logits = fitted.logits(probes);
        expect(logits.columns).toBe(4);
        for (let i = 0; i < probes.rows; i += 1) expect([0, 2]).toContain(argmax(rowOf(logits, i)));
        const restored = classifier.restore(fitted.state, fitted.parameters);
        expect(logitDifference(restored.logits(probes), logits)).toBe(0);
        expect(await onnxDifference(fitted, probes)).toBeLessThanOrEqual(strict);
      });
      test("a fold whose training part lacks a class is scored", async () => {
        const data = gaussianClasses([15, 1, 15], { distance: 2 });
        const folds = interleavedFolds(data.labels.length);
        const settings = { classCount: 3, ...common };
        const [scores] = await classifier.outOfFold(
          data.features,
          data.labels,
          folds,
          [parameters],
          settings,
        );
        expect(scores!.data.every(Number.isFinite)).toBe(true);
        expect(argmax(rowOf(scores!, 15))).not.toBe(1);
      });
      test("one class alone is refused", async () => {
        await expect(fit(gaussianClasses([9, 0]))).rejects.toMatchObject({ code: "E_ONE_CLASS" });
      });
      test("constant columns, and nothing but constant columns, keep the logits finite", async () => {
        const data = gaussianClasses([15, 15], { distance: 2 });
        for (let i = 0; i < data.features.rows; i += 1) data.features.data.fill(3, i * 12, i * 12 + 4);
        const logits = (await fit(data)).logits(data.features);
        expect(logits.data.every(Number.isFinite)).toBe(true);
        expect(accuracy(logits, data.labels)).toBeGreaterThan(0.85);
        const flat = { ...data, features: createMatrix(30, 12, new Float32Array(360).fill(2)) };
        expect((await fit(flat)).logits(flat.features).data.every(Number.isFinite)).toBe(true);
      });
      test("features a million times larger are learnt, and exported", async () => {
        const data = gaussianClasses([15, 15, 15], { distance: 2, scale: 1e6 });
        const fitted = await fit(data);
        const logits = fitted.logits(data.features);
        expect(logits.data.every(Number.isFinite)).toBe(true);
        expect(accuracy(logits, data.labels)).toBeGreaterThan(0.85);
        expect(await onnxDifference(fitted, data.features)).toBeLessThanOrEqual(strict);
      });
      test("a feature that is not a number is refused by row and column", async () => {
        const data = gaussianClasses([10, 10]);
        data.features.data[3 * 12 + 5] = Number.NaN;
        await expect(fit(data)).rejects.toMatchObject({
          code: "E_NAN",
          message: expect.stringContaining("row 3, column 5"),
        });
        const fitted = await fit(gaussianClasses([10, 10]));
        expect(() => fitted.logits(data.features)).toThrow(/row 3, column 5/);
      });
      test("features of another width and unknown parameters are refused", async () => {
        const data = gaussianClasses([10, 10]);
        const fitted = await fit(data);
        expect(() => fitted.logits(createMatrix(1, 5))).toThrow(/expected 12 features/);
        const misspelt = classifier.fit(data.features, data.labels, { colour: 1 }, { classCount: 2 });
        await expect(misspelt).rejects.toMatchObject({ code: "E_OPTION" });
      });
      test("an abort before and during the fit stops it", async () => {
        const data = gaussianClasses([40, 40, 40], { columns: 60 });
        await expect(fit(data, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
        const folds = interleavedFolds(120);
        const endless = Array.from({ length: 20_000 }, () => parameters);
        const settings = { classCount: 3, ...common, signal: AbortSignal.timeout(60) };
        await expect(
          classifier.outOfFold(data.features, data.labels, folds, endless, settings),
        ).rejects.toMatchObject({ name: "TimeoutError" });
      });
    });
}

async function fitPerFold(
  classifier: Classifier,
  { features, labels, classCount }: LabelledFeatures,
  { parameters, common }: { parameters: HyperParameters; common: Omit<FitOptions, "classCount"> },
): Promise<Matrix> {
  const out = createMatrix(features.rows, classCount);
  for (const { train, test } of interleavedFolds(features.rows)) {
    const part = pick(features, train);
    const options = { classCount, ...common };
    const fitted = await classifier.fit(
      part,
      train.map((row) => labels[row]!),
      parameters,
      options,
    );
    const logits = fitted.logits(pick(features, test));
    test.forEach((row, i) => out.data.set(rowOf(logits, i), row * classCount));
  }
  return out;
}

function pick(features: Matrix, rows: Int32Array): Matrix {
  const out = createMatrix(rows.length, features.columns);
  rows.forEach((row, i) => out.data.set(rowOf(features, row), i * features.columns));
  return out;
}

function accuracy(logits: Matrix, labels: Int32Array): number {
  return (
    labels.reduce((sum, label, i) => sum + Number(argmax(rowOf(logits, i)) === label), 0) / labels.length
  );
}

async function onnxDifference(fitted: FittedClassifier, features: Matrix): Promise<number> {
  const session = await InferenceSession.create(encodeModel(createModel(fitted.toGraph())));
  const input = new Tensor("float32", features.data, [features.rows, features.columns]);
  const { logits } = await session.run({ features: input });
  await session.release();
  const [rows, columns] = logits!.dims as [number, number];
  return logitDifference(fitted.logits(features), createMatrix(rows, columns, logits!.data as Float32Array));
}
