import { afterAll, expect, test } from "vitest";
import { openEngine } from "../engine/open-engine.ts";
import { createMatrix } from "../base/matrix.ts";
import { classifierTable } from "./classifier-table.ts";
import type { Classifier } from "./classifier.ts";
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
