import { afterAll, expect, test } from "vitest";
import { openEngine } from "../engine/open-engine.ts";
import { createMatrix, selectRows } from "../base/matrix.ts";
import { classifierTable } from "./classifier-table.ts";
import type { Classifier } from "./classifier.ts";
import { fitsByBlocks } from "./fit-by-blocks.ts";
import { gaussianClasses } from "./conformance/labelled-features.ts";
import { type TunedPipeline, fitPipeline } from "./pipeline.ts";

const engine = await openEngine({ threads: 1 });
afterAll(async () => await engine[Symbol.asyncDispose]());

const { features, labels, classCount } = gaussianClasses([14, 12, 10]);
const half = (first: number): Int32Array => Int32Array.from({ length: 18 }, (_, i) => first + 2 * i);

async function fitHalf(classifier: string | Classifier, first: number): Promise<TunedPipeline> {
  const rows = half(first);
  const { defaults } = typeof classifier === "string" ? classifierTable[classifier]! : classifier;
  const spec = { transforms: ["standardise" as const], classifier, grid: [defaults] };
  const own = rows.map((row) => labels[row]!);
  return await fitPipeline(features, own, spec, { rows, classCount, engine, seed: 3 });
}

test.each(Object.keys(classifierTable))(
  "%s keeps nothing of its rows' memory: a fit on other rows of the same features leaves its scores as they were",
  async (name) => {
    const first = await fitHalf(name, 0);
    const before = first.logits(features);
    await fitHalf(name, 1);
    expect(first.logits(features)).toEqual(before);
    expect((await fitHalf(name, 0)).logits(features)).toEqual(before);
  },
);

test("a classifier of one's own may keep what it is given: its rows are lent to nobody else", async () => {
  const table = classifierTable["nearest-mean"]!;
  const kept: Float32Array[] = [];
  const own: Classifier = {
    ...table,
    fit: async (rows, ...rest) => {
      kept.push(rows.data);
      return await table.fit(rows, ...rest);
    },
  };
  await fitHalf(own, 0);
  const before = createMatrix(18, features.columns, kept[0]!.slice());
  await fitHalf(own, 1);
  expect(kept[0]).toEqual(before.data);
  expect(kept[1]!.buffer).not.toBe(kept[0]!.buffer);
});

const many = gaussianClasses([11_000, 12_000, 13_000], { columns: 6 });

test.each([
  ["bayes", ["signed-sqrt", "l2"]],
  ["lda", ["signed-sqrt", "standardise", "balance"]],
  ["ridge", ["standardise", "l2"]],
  ["nearest-mean", []],
] as const)(
  "%s on very many rows reads them block by block, to the digits of a fit in memory",
  async (name, ways) => {
    const rows = Int32Array.from({ length: 35_000 }, (_, i) => i + (i >= 20_000 ? 1000 : 0));
    const own = rows.map((row) => many.labels[row]!);
    const spec = { transforms: ways, classifier: name };
    const fit = { features: many.features, rows, labels: own, transforms: ways, blocks: [6] };
    expect(fitsByBlocks({ ...fit, classifier: classifierTable[name]! }, { classCount: 3 })).toBe(true);
    const options = { classCount: 3, seed: 5, algebra: engine.algebra, engine };
    const copy = selectRows(many.features, rows);
    const inMemory = await fitPipeline(copy, own, spec, options);
    const before = many.features.data.slice();
    const byBlocks = await fitPipeline(many.features, own, spec, { ...options, rows });
    expect(many.features.data).toEqual(before);
    expect(byBlocks.record).toEqual(inMemory.record);
    expect(byBlocks.chosen).toEqual(inMemory.chosen);
    expect(byBlocks.state).toEqual(inMemory.state);
    expect(byBlocks.heldOut).toEqual(inMemory.heldOut);
  },
);

test("a row that is not finite among very many is named by its place in the training rows", async () => {
  const features = createMatrix(many.features.rows, 6, many.features.data.slice());
  features.data[7 * 6 + 2] = Number.NaN;
  const rows = Int32Array.from({ length: 35_000 }, (_, i) => i + 5);
  const fit = fitPipeline(
    features,
    rows.map((row) => many.labels[row]!),
    { transforms: ["l2"], classifier: "bayes" },
    { classCount: 3, rows },
  );
  await expect(fit).rejects.toMatchObject({
    code: "E_NAN",
    message: expect.stringContaining("row 2, column 2"),
  });
});
