import { expect, test } from "vitest";
import type { ExampleSource } from "../../training/example-source.ts";
import type { StackedBatches } from "../../training/step-runner.ts";
import { type StepBatchOptions, type Teacher, stepBatches } from "./step-batches.ts";

const rows = Int32Array.from(Array(10).keys());

/** An example is its row and its epoch. */
const source: ExampleSource = {
  dims: [2],
  load: async (wanted, epoch) => Float32Array.from([...wanted].flatMap((row) => [row, epoch!])),
};

/** Features are the row; the answers are sure of class 2. */
const teacher: Teacher = {
  width: 1,
  load: async (wanted) => ({
    features: Float32Array.from(wanted),
    softened: Float32Array.from([...wanted].flatMap(() => [0, 0, 1])),
  }),
};

const options: StepBatchOptions = {
  plan: { batchSize: 4, mixup: 0, labelSmoothing: 0 },
  source,
  labels: rows.map((row) => (row === 9 ? -1 : row % 3)),
  classCount: 3,
  rows,
  teacher: null,
  seed: 5,
  rateOf: (step) => step / 10,
};

/** Three steps an epoch. */
async function steps(range: { from: number; to: number }, given = options): Promise<StackedBatches[]> {
  const chunks: StackedBatches[] = [];
  for await (const chunk of stepBatches(range, given)) chunks.push(chunk);
  return chunks;
}

/** Step by step, whatever the chunks are. */
async function alone(range: { from: number; to: number }, given = options): Promise<StackedBatches[]> {
  const all: StackedBatches[] = [];
  for (let at = range.from; at < range.to; at += 1)
    all.push(...(await steps({ from: at, to: at + 1 }, given)));
  return all;
}

test("an epoch shows every row once, the last batch is filled up, and the next epoch has another order", async () => {
  const [first] = await steps({ from: 0, to: 3 });
  const [second] = await steps({ from: 3, to: 6 });
  const shown = (chunk: StackedBatches): number[] => [...chunk.examples].filter((_, i) => i % 2 === 0);
  expect(
    shown(first!)
      .slice(0, 10)
      .toSorted((a, b) => a - b),
  ).toEqual([...rows]);
  expect(shown(first!)).toHaveLength(12);
  expect(shown(second!)).not.toEqual(shown(first!));
  expect(second!.examples[1]).toBe(2);
  expect(first!.rates).toEqual([0, 0.1, 0.2]);
});

for (const [name, plan] of [
  ["plain", options.plan],
  ["mixed", { ...options.plan, mixup: 0.4, labelSmoothing: 0.1 }],
] as const)
  test(`${name}: a step gets the same whether the steps before it were made in this process or not`, async () => {
    const given = { ...options, plan, teacher };
    const [whole] = await steps({ from: 0, to: 3 }, given);
    const parts = await alone({ from: 0, to: 3 }, given);
    expect(parts.flatMap(({ examples }) => [...examples])).toEqual([...whole!.examples]);
    expect(parts.flatMap(({ labels }) => [...labels])).toEqual([...whole!.labels]);
    expect(parts.flatMap(({ seeds }) => seeds)).toEqual(whole!.seeds);
    for (const target of ["teacher", "teacher features"])
      expect(parts.flatMap(({ targets }) => [...targets!.get(target)!])).toEqual([
        ...whole!.targets!.get(target)!,
      ]);
    expect(parts.flatMap(({ distribution = [] }) => [...distribution])).toEqual([
      ...(whole!.distribution ?? []),
    ]);
  });

test("mixup: photos, labels and the teacher's features are mixed by the same partners and shares", async () => {
  const given = { ...options, plan: { ...options.plan, mixup: 1 }, teacher };
  const [{ examples, targets, distribution }] = (await steps({ from: 0, to: 3 }, given)) as [StackedBatches];
  const features = targets!.get("teacher features")!;
  for (const [i, feature] of features.entries()) expect(examples[2 * i]).toBeCloseTo(feature, 5);
  expect([...features].some((feature) => !Number.isInteger(feature))).toBe(true);
  expect(distribution).toHaveLength(3 * 12);
});

test("mixup: a photo without a label brings no class, not even a smoothed one", async () => {
  const plan = { ...options.plan, mixup: 1e-9, labelSmoothing: 0.3 };
  const [{ labels, distribution }] = (await steps({ from: 0, to: 3 }, { ...options, plan })) as [
    StackedBatches,
  ];
  const sums = [...labels].map(
    (_, i) => distribution![3 * i]! + distribution![3 * i + 1]! + distribution![3 * i + 2]!,
  );
  expect(labels).toContain(-1);
  expect(sums.map((sum) => sum.toFixed(4)).toSorted()).toEqual(
    [...labels].map((label) => (label < 0 ? "0.0000" : "1.0000")).toSorted(),
  );
});
