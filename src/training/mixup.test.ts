import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { type EpochOptions, epochBatches } from "./epoch-batches.ts";
import type { ExampleSource } from "./example-source.ts";
import { mixBatch, oneHotRows } from "./mixup.ts";
import type { StackedBatches } from "./step-runner.ts";

const labels = Int32Array.from({ length: 60 }, (_, row) => row % 3);
/** Row r is [r, -r]: what was mixed can be read off. */
const source: ExampleSource = {
  dims: [2],
  load: async (rows) => Float32Array.from([...rows].flatMap((row) => [row, -row])),
};
const options: EpochOptions = {
  source,
  labels,
  rows: labels.map((_, row) => row),
  batchSize: 8,
  seed: 3,
  rateOf: () => 1,
};

async function batchesOf(more: Partial<EpochOptions>, epoch = 1): Promise<StackedBatches[]> {
  const batches: StackedBatches[] = [];
  for await (const batch of epochBatches(epoch, { ...options, ...more })) batches.push(batch);
  return batches;
}

test("oneHotRows: 1 at each row's class", () => {
  expect([...oneHotRows(Int32Array.from([2, 0]), 3)]).toEqual([0, 0, 1, 1, 0, 0]);
});

test("mixBatch: examples and targets are λ of the row and 1 - λ of its partner, and every row is one's partner", () => {
  const examples = Float32Array.from(
    { length: 12 },
    (_, i) => 4 ** Math.floor(i / 2) * (i % 2 === 0 ? 1 : -1),
  );
  const distribution = oneHotRows(Int32Array.from([0, 1, 2, 3, 4, 5]), 6);
  const share = mixBatch({ examples, distribution }, { rows: 6, alpha: 1, random: createRandom(4) });
  const partners = Array.from({ length: 6 }, (_, i) => {
    const row = [...distribution.subarray(6 * i, 6 * i + 6)];
    const partner = row.findIndex((value, j) => j !== i && value > 0);
    return partner === -1 ? i : partner;
  });
  expect(new Set(partners).size).toBe(6);
  expect(partners.filter((partner, i) => partner !== i).length).toBeGreaterThan(2);
  for (const [i, partner] of partners.entries()) {
    expect(examples[2 * i]!).toBeCloseTo(share * 4 ** i + (1 - share) * 4 ** partner, 2);
    expect(examples[2 * i + 1]!).toBe(-examples[2 * i]!);
    expect(distribution[6 * i + i]!).toBeCloseTo(partner === i ? 1 : share, 6);
    expect(distribution[6 * i + partner]!).toBeCloseTo(partner === i ? 1 : 1 - share, 6);
  }
});

test("epochBatches: without mixup, distributions are the labels and the examples as they were", async () => {
  const [batch] = await batchesOf({ classCount: 3 });
  expect([...batch!.distribution!]).toEqual([...oneHotRows(batch!.labels, 3)]);
  const [plain] = await batchesOf({});
  expect(plain!.distribution).toBeUndefined();
  expect(batch!.examples).toEqual(plain!.examples);
});

test("epochBatches: mixup mixes targets as it mixes examples, with a λ of its own for every batch", async () => {
  const [batch] = await batchesOf({ classCount: 3, mixup: 1 });
  const [plain] = await batchesOf({});
  const { examples, distribution } = batch!;
  expect(examples).not.toEqual(plain!.examples);
  for (let i = 0; i < examples.length / 2; i += 1) {
    const total = distribution!.subarray(3 * i, 3 * i + 3).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(1, 6);
    expect(examples[2 * i + 1]).toBe(-examples[2 * i]!);
  }
  const mean = (values: Float32Array, step: number): number =>
    values.subarray(16 * step, 16 * step + 16).reduce((sum, value, i) => sum + (i % 2 === 0 ? value : 0), 0);
  for (let step = 0; step < 8; step += 1)
    expect(mean(examples, step)).toBeCloseTo(mean(plain!.examples, step), 3);
});

test("epochBatches: mixing is decided by seed and epoch, however the steps are cut into calls", async () => {
  const wide: ExampleSource = {
    dims: [400_000],
    load: async (rows) =>
      Float32Array.from({ length: rows.length * 400_000 }, (_, i) => rows[Math.floor(i / 400_000)]!),
  };
  const mixed = { classCount: 3, mixup: 0.4, rows: options.rows.slice(0, 16), batchSize: 4 };
  const [together] = await batchesOf(mixed);
  const parts = await batchesOf({ ...mixed, source: wide });
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flatMap(({ distribution }) => [...distribution!])).toEqual([...together!.distribution!]);
  expect((await batchesOf(mixed))[0]!.examples).toEqual(together!.examples);
  expect((await batchesOf(mixed, 2))[0]!.examples).not.toEqual(together!.examples);
  expect((await batchesOf({ ...mixed, seed: 4 }))[0]!.examples).not.toEqual(together!.examples);
});

test("epochBatches: mixup without distributions is refused", async () => {
  await expect(batchesOf({ mixup: 0.2 })).rejects.toMatchObject({
    code: "E_OPTION",
    message: "mixup: expected a loss over distributions, got one over labels.",
  });
});
