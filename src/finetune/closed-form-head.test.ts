import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../../test/autodiff/evaluator.ts";
import { gaussianClasses } from "../classifiers/conformance/labelled-features.ts";
import { selectRows } from "../base/matrix.ts";
import { lda } from "../classifiers/lda/lda.ts";
import { fitTemperature } from "../classifiers/temperature.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { closedFormHead } from "./closed-form-head.ts";
import { headGraph } from "./head.ts";

const { features, labels } = gaussianClasses([20, 18, 16], { columns: 10, distance: 0.6 });
const validation = Int32Array.from(labels.keys()).filter((row) => row % 5 === 0);
const training = Int32Array.from(labels.keys()).filter((row) => row % 5 !== 0);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

test("closedFormHead: its logits are LDA's on the training rows, over the temperature of the validation rows", async () => {
  const options = { split: { training, validation }, classCount: 3, engine, temperature: null };
  const { weights, temperature } = (await closedFormHead(features, labels, options))!;
  const shape = { dimensions: 10, hidden: [], classCount: 3, dropout: 0 };
  const values = { dims: [54, 10], data: Float64Array.from(features.data) };
  const logits = evaluate(headGraph(shape, weights), { features: values }).get("logits")!.data;

  const own = training.map((row) => labels[row]!);
  const fitted = await lda.fit(selectRows(features, training), own, {}, { classCount: 3 });
  const scores = fitted.logits(features);
  expect(temperature).toBeCloseTo(fitTemperature(scores, labels, validation), 5);
  for (const [i, score] of scores.data.entries()) expect(logits[i]!).toBeCloseTo(score / temperature, 3);
});

test("closedFormHead: none where a class has no training row", async () => {
  const without = training.filter((row) => labels[row] !== 1);
  const options = { split: { training: without, validation }, classCount: 3, engine, temperature: null };
  expect(await closedFormHead(features, labels, options)).toBeNull();
});
