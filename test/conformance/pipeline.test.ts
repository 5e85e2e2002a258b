import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import type { WorkEvent } from "../../src/base/events.ts";
import { createMatrix } from "../../src/base/matrix.ts";
import { gaussianClasses, logitDifference } from "../../src/classifiers/conformance/labelled-features.ts";
import { type FittedPipeline, fitPipeline, restorePipeline } from "../../src/classifiers/pipeline.ts";
import { fitTemperature } from "../../src/classifiers/temperature.ts";
import { type TransformSpec, transformNames } from "../../src/classifiers/transforms/transform-table.ts";
import { encodeModel } from "../../src/graph/onnx/encode-model.ts";
import { createModel } from "../../src/graph/create-model.ts";

const data = gaussianClasses([20, 18, 16], { columns: 30 });
const options = { classCount: 3, seed: 1 };

async function fit(transforms: readonly TransformSpec[], classifier = "lda"): Promise<FittedPipeline> {
  const spec = { transforms, classifier, blocks: [18, 12], innerFolds: 3 };
  return await fitPipeline(data.features, data.labels, spec, options);
}

for (const transforms of [
  ...transformNames.map((name) => [name]),
  ["signed-sqrt", "standardise", "balance", "l2"],
  [{ pca: 5 }],
  ["standardise", "balance", { pca: 20 }, "standardise", "l2"],
] as TransformSpec[][]) {
  const name = JSON.stringify(transforms);

  test(`${name}: fitted twice it is the same, and it leaves the features as they were`, async () => {
    const before = data.features.data.slice();
    const [one, other] = [await fit(transforms), await fit(transforms)];
    expect(logitDifference(one.logits(data.features), other.logits(data.features))).toBe(0);
    expect(data.features.data).toEqual(before);
  });

  test(`${name}: constant columns, and nothing but constant columns, keep the logits finite`, async () => {
    const some = {
      ...data.features,
      data: data.features.data.map((value, at) => (at % 30 < 20 ? 3 : value)),
    };
    const all = { ...data.features, data: data.features.data.map(() => 3) };
    for (const features of [some, all])
      for (const classifier of ["lda", "svm", "bayes"]) {
        const spec = { transforms, classifier, blocks: [18, 12], innerFolds: 3 };
        const fitted = await fitPipeline(features, data.labels, spec, options);
        expect(fitted.logits(features).data.every(Number.isFinite)).toBe(true);
      }
  });

  test(`${name}: restored, it gives the same logits`, async () => {
    const fitted = await fit(transforms);
    const record = JSON.parse(JSON.stringify(fitted.record)) as typeof fitted.record;
    const restored = restorePipeline(record, fitted.state);
    expect(logitDifference(restored.logits(data.features), fitted.logits(data.features))).toBe(0);
  });

  test(`${name}: as one ONNX graph, it gives the same logits`, async () => {
    const fitted = await fit(transforms);
    const session = await InferenceSession.create(encodeModel(createModel(fitted.toGraph())));
    const { logits } = await session.run({ features: new Tensor("float32", data.features.data, [54, 30]) });
    const foreign = createMatrix(54, 3, logits!.data as Float32Array);
    expect(logitDifference(fitted.logits(data.features), foreign)).toBeLessThan(1e-4);
  });
}

test("balance: standardised blocks share a mean square norm of 1", async () => {
  const { record, state } = await fit(["standardise", "balance"]);
  expect(record.blocks).toEqual([18, 12]);
  const scale = new Float32Array(state.get("transforms.1.scale")!.bytes.slice().buffer);
  expect([scale[0], scale[29]]).toEqual([Math.fround(1 / Math.sqrt(36)), Math.fround(1 / Math.sqrt(24))]);
});

test("pca: more components than the images allow are taken as far as they go, with a warning", async () => {
  const codes: string[] = [];
  const spec = { transforms: [{ pca: 64 }], classifier: "lda", innerFolds: 3 };
  const report = (event: WorkEvent): unknown => event.type === "warning" && codes.push(event.message);
  const fitted = await fitPipeline(data.features, data.labels, spec, { ...options, report });
  expect(codes).toEqual(["pca: 64 components asked, 54 images x 30 features have 30; these are used."]);
  expect(fitted.state.get("transforms.0.direction")!.dims).toEqual([30, 30]);
});

test("pca: the blocks of two backbones become one", async () => {
  const fitted = await fit([{ pca: 4 }, "balance"]);
  const scale = new Float32Array(fitted.state.get("transforms.1.scale")!.bytes.slice().buffer);
  expect([...scale]).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test("fitPipeline: chooses a candidate of the grid and a temperature that calibrates", async () => {
  const fitted = await fit(["standardise"], "bayes");
  expect(fitted.chosen).toHaveProperty("shrinkage");
  expect(fitted.record.temperature).toBeGreaterThan(0);
});

test("fitPipeline: blocks that do not sum to the columns are refused", async () => {
  const spec = { transforms: [], classifier: "lda", blocks: [10, 10] };
  await expect(fitPipeline(data.features, data.labels, spec, options)).rejects.toMatchObject({
    code: "E_SHAPE",
    message: "lda: expected blocks that sum to 30 columns, got 10 + 10.",
  });
});

test("fitPipeline: with one image a class nothing can be tuned, and it says so", async () => {
  const tiny = gaussianClasses([1, 1], { columns: 4 });
  const codes: string[] = [];
  const fitted = await fitPipeline(
    tiny.features,
    tiny.labels,
    { transforms: [], classifier: "svm" },
    { classCount: 2, report: (event) => event.type === "warning" && codes.push(event.code) },
  );
  expect(codes).toEqual(["W_NOT_TUNED"]);
  expect(fitted.record.temperature).toBe(1);
});

test("fitTemperature: undoes a scale of the logits", () => {
  const { features: noise, labels } = gaussianClasses([60, 60, 60], { columns: 3, distance: 0 });
  const features = createMatrix(
    180,
    3,
    noise.data.map((value, at) => value + (at % 3 === labels[Math.floor(at / 3)] ? 1.5 : 0)),
  );
  const rows = Int32Array.from(labels.keys());
  const tenfold = createMatrix(
    180,
    3,
    features.data.map((value) => value * 10),
  );
  expect(fitTemperature(tenfold, labels, rows) / fitTemperature(features, labels, rows)).toBeCloseTo(10, 6);
});

test("fitTemperature: scores without an error keep a finite temperature", () => {
  const logits = createMatrix(4, 2, Float32Array.from([1, 0, 1, 0, 0, 1, 0, 1]));
  const temperature = fitTemperature(logits, Int32Array.from([0, 0, 1, 1]), Int32Array.from([0, 1, 2, 3]));
  expect(temperature).toBeGreaterThan(0.1);
  expect(temperature).toBeLessThan(1);
});
