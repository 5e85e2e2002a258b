import { afterAll, expect, test } from "vitest";
import { rowOf } from "../../base/matrix.ts";
import { createPause } from "../../base/pause.ts";
import { rowProducts } from "../../base/products.ts";
import { openEngine } from "../../engine/open-engine.ts";
import { gaussianClasses, reorder } from "../conformance/labelled-features.ts";
import { defineClassifier } from "../define-classifier.ts";
import { drawLandmarks, mapByLandmarks } from "./landmarks.ts";
import { kernelSvmLearner } from "./kernel-svm.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

const data = gaussianClasses([40, 40]);
const options = { classCount: 2, engine, pause: createPause(undefined), tell: () => undefined };

test("drawLandmarks: the seed and the rows decide, not their order", async () => {
  const [one, same, other] = [
    await drawLandmarks(data.features, 20, { seed: 1 }),
    await drawLandmarks(reorder(data, 3).features, 20, { seed: 1 }),
    await drawLandmarks(data.features, 20, { seed: 2 }),
  ];
  expect(one.rows.rows.rows).toBe(20);
  expect(same.rows.rows).toEqual(one.rows.rows);
  expect(other.rows.rows).not.toEqual(one.rows.rows);
});

test("mapByLandmarks: products of mapped rows are the kernel's where every row is a landmark, and near it with half", async () => {
  const gamma = 0.01;
  const worst = async (count: number): Promise<number> => {
    const landmarks = await drawLandmarks(data.features, count, {});
    await using mapping = await mapByLandmarks(landmarks, gamma, options);
    const mapped = await mapping.map(data.features);
    const products = rowProducts(mapped, mapped);
    return products.data.reduce((most, value, at) => {
      const [a, b] = [rowOf(data.features, Math.floor(at / 80)), rowOf(data.features, at % 80)];
      const square = a.reduce((sum, x, j) => sum + (x - b[j]!) ** 2, 0);
      return Math.max(most, Math.abs(value - Math.exp(-gamma * square)));
    }, 0);
  };
  expect(await worst(80)).toBeLessThan(2e-3);
  expect(await worst(40)).toBeLessThan(0.5);
});

test("svm-rbf: an approximated fit says so, an exact one does not", async () => {
  const fit = async (isMany: boolean): Promise<unknown> => {
    const classifier = defineClassifier(kernelSvmLearner({ exactRows: isMany ? 0 : Infinity }));
    return (await classifier.fit(data.features, data.labels, {}, { classCount: 2, engine })).remarks;
  };
  expect(await fit(true)).toEqual({ kernel: "approximated by 80 landmarks" });
  expect(await fit(false)).toBeUndefined();
});
