import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../autodiff/losses.ts";
import { sgd } from "../autodiff/optimizers.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkEvent } from "../base/events.ts";
import { createRandom } from "../base/random.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { type Tensor, floatTensor } from "../graph/tensor.ts";
import { checkpointFile } from "./checkpoint.ts";
import type { ExampleSource } from "./example-source.ts";
import { findRate } from "./find-rate.ts";
import { warmUpCosine } from "./schedule.ts";
import { type TrainNetworkOptions, trainNetwork } from "./train-network.ts";
import type { TrainingPlan } from "./training-plan.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

const rows = Int32Array.from(Array(150).keys());
/** Two rings: no linear function tells them apart. */
const labels = rows.map((row) => row % 2);
const random = createRandom(3);
const points = [...rows].map((row) => {
  const [radius, angle] = [1 + 1.5 * (row % 2) + 0.2 * random.normal(), 2 * Math.PI * random.next()];
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});

/** Epochs move the points a little, as an augmentation would. */
const source: ExampleSource = {
  dims: [2],
  load: async (wanted, epoch) =>
    Float32Array.from(
      [...wanted].flatMap((row) => {
        const shake = createRandom(row).fork(`${epoch}`);
        return points[row]!.map((x) => x + (epoch === null ? 0 : 0.05 * shake.normal()));
      }),
    ),
};

/** 2 -> 16 -> 2, ReLU and Dropout between. */
function network(): Graph {
  const b = createBuilder("rings");
  const draw = createRandom(1);
  const weight = (out: number, into: number): Tensor =>
    floatTensor(
      [out, into],
      Float32Array.from({ length: out * into }, () => draw.normal()),
    );
  const x = b.input("x", "float32", ["N", 2]);
  const layer = (input: string, name: string, [out, into]: [number, number]): string =>
    b.op(
      "Gemm",
      [
        input,
        b.constant(weight(out, into), `${name}.weight`),
        b.constant(floatTensor([out], new Float32Array(out)), `${name}.bias`),
      ],
      { transB: 1 },
    );
  const hidden = b.op("Dropout", [b.op("Relu", [layer(x, "first", [16, 2])]), b.scalar(0.1)]);
  b.output(layer(hidden, "second", [2, 16]), "logits", "float32", ["N", 2]);
  return b.graph();
}

const plan: TrainingPlan = {
  trainable: new Set(["first.weight", "first.bias", "second.weight", "second.bias"]),
  loss: crossEntropy(),
  optimizer: sgd(),
  batchSize: 16,
  epochs: 12,
  patience: null,
  rate: 0.1,
  schedule: warmUpCosine(),
};

function options(more: Partial<TrainNetworkOptions> = {}): TrainNetworkOptions {
  const [training, validation] = [rows.slice(0, 110), rows.slice(110)];
  return { engine, source, labels, training, validation, seed: 5, stage: "rings", ...more };
}

function weightsOf({ initializers }: Graph): string {
  return [...plan.trainable].map((name) => Buffer.from(initializers.get(name)!.bytes).toString("hex")).join();
}

test("trainNetwork: learns what no linear function can, and tells every epoch", async () => {
  const epochs: number[] = [];
  const report: TrainNetworkOptions["report"] = (event) => {
    if (event.type === "metric") epochs.push(event.values["epoch"]!);
  };
  const trained = await trainNetwork(network(), plan, options({ report }));
  expect(trained.history.at(-1)!.validationAccuracy).toBeGreaterThan(0.95);
  expect(epochs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(trained.imagesSeen).toBe(12 * 7 * 16);
});

test("trainNetwork: one seed, the same bits; another seed, others", async () => {
  const run = async (seed: number): Promise<string> =>
    weightsOf((await trainNetwork(network(), { ...plan, epochs: 3 }, options({ seed }))).graph);
  expect(await run(5)).toBe(await run(5));
  expect(await run(6)).not.toBe(await run(5));
});

test("trainNetwork: continued from a checkpoint, it ends at the same bits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rootstock-"));
  const store = checkpointFile(join(folder, "c.safetensors"), { key: "k" });
  const undisturbed = await trainNetwork(network(), plan, options());
  const dying = {
    ...store,
    save: async (state: Parameters<typeof store.save>[0]) => {
      await store.save(state);
      if (state.epoch === 5) throw new Error("killed");
    },
  };
  await expect(trainNetwork(network(), plan, options({ checkpoints: dying }))).rejects.toThrow("killed");
  const resumed = await trainNetwork(network(), plan, options({ checkpoints: store }));
  expect(weightsOf(resumed.graph)).toBe(weightsOf(undisturbed.graph));
  expect(resumed.history).toEqual(undisturbed.history);
});

test("trainNetwork: a resumed training tells its whole course, and the end with the epoch that is kept", async () => {
  const store = checkpointFile(join(await mkdtemp(join(tmpdir(), "rootstock-")), "c.safetensors"), {
    key: "k",
  });
  const told = async (epochs: number): Promise<{ metrics: unknown[]; end: unknown }> => {
    const events: WorkEvent[] = [];
    const report = (event: WorkEvent): number => events.push(event);
    await trainNetwork(network(), { ...plan, epochs }, options({ checkpoints: store, report }));
    const metrics = events.flatMap((event) => (event.type === "metric" ? [event.values] : []));
    return { metrics, end: events.at(-1) };
  };
  const first = await told(3);
  const second = await told(5);
  expect(second.metrics.slice(0, 4)).toEqual(first.metrics);
  expect(second.metrics).toHaveLength(6);
  expect(await told(5)).toEqual(second);
  expect(second.end).toMatchObject({
    done: 35,
    total: 35,
    values: { epochs: 5, bestEpoch: expect.any(Number) },
  });
});

test("trainNetwork: without rows to validate on, the last epoch is kept and no validation is told", async () => {
  const events: WorkEvent[] = [];
  const report = (event: WorkEvent): number => events.push(event);
  const blind = options({ validation: new Int32Array(), report });
  const { bestEpoch, history } = await trainNetwork(network(), { ...plan, epochs: 3, patience: 1 }, blind);
  expect([bestEpoch, history.length]).toEqual([3, 3]);
  expect(Object.keys(history[0]!)).toEqual(["epoch", "loss", "accuracy", "rate"]);
  expect(events.filter(({ type }) => type === "metric")).toHaveLength(3);
  expect(events.at(-1)).toMatchObject({ values: { epochs: 3, bestEpoch: 3 } });
});

test("trainNetwork: no epochs, the weights as they were", async () => {
  const start = network();
  const { graph, bestEpoch, imagesSeen } = await trainNetwork(start, { ...plan, epochs: 0 }, options());
  expect([weightsOf(graph), bestEpoch, imagesSeen]).toEqual([weightsOf(start), 0, 0]);
});

test("findRate: takes a third of the rate with the lowest loss, and tells its curve of 80 steps", async () => {
  const events: WorkEvent[] = [];
  const { rate, curve } = await findRate(network(), plan, options({ report: (event) => events.push(event) }));
  const told = events.flatMap((event) => (event.type === "metric" ? [event.values] : []));
  expect(told).toEqual(curve.map((point, i) => ({ step: i + 1, ...point })));
  expect([curve.length, curve[0]!.rate, curve[79]!.rate]).toEqual([80, 1e-5, expect.closeTo(0.3, 9)]);
  const lowest = curve.slice(8).reduce((a, b) => (b.loss < a.loss ? b : a));
  expect(rate).toBe(lowest.rate / 3);
});

test("trainNetwork: another training's checkpoint is refused", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "rootstock-")), "c.safetensors");
  await trainNetwork(
    network(),
    { ...plan, epochs: 1 },
    options({ checkpoints: checkpointFile(path, { key: "a" }) }),
  );
  const other = options({ checkpoints: checkpointFile(path, { key: "b" }) });
  await expect(trainNetwork(network(), plan, other)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
});

test("trainNetwork: a full disk stops it with the last good checkpoint intact", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "rootstock-")), "c.safetensors");
  const good = checkpointFile(path, { key: "k" });
  const write = async (): Promise<void> => {
    throw new RootstockError("E_DISK_FULL", `"${path}": no space left on the disk.`);
  };
  const full = checkpointFile(path, { key: "k", write });
  await trainNetwork(network(), { ...plan, epochs: 2 }, options({ checkpoints: good }));
  const before = await readFile(path);
  await expect(trainNetwork(network(), plan, options({ checkpoints: full }))).rejects.toMatchObject({
    code: "E_DISK_FULL",
  });
  expect(await readFile(path)).toEqual(before);
  expect((await good.load())!.epoch).toBe(2);
});

test("trainNetwork: a loss that is not a number stops with the step, the rate and what to try", async () => {
  const wild = trainNetwork(network(), { ...plan, rate: 1e30 }, options());
  await expect(wild).rejects.toMatchObject({
    code: "E_NAN",
    message: expect.stringMatching(/step \d+, learning rate \d/),
    hint: expect.stringContaining("Lower the rate"),
  });
});

test("trainNetwork: an abort after an epoch keeps the best weights; before one it throws", async () => {
  const halt = new AbortController();
  const report: TrainNetworkOptions["report"] = (event) => {
    if (event.type === "metric" && event.values["epoch"] === 2) halt.abort();
  };
  const stopped = await trainNetwork(network(), plan, options({ signal: halt.signal, report }));
  expect([stopped.stoppedBy, stopped.history.length]).toEqual(["interruption", 2]);
  await expect(trainNetwork(network(), plan, options({ signal: halt.signal }))).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("trainNetwork: a batch larger than the data is refused with both numbers", async () => {
  await expect(trainNetwork(network(), { ...plan, batchSize: 111 }, options())).rejects.toMatchObject({
    code: "E_OPTION",
    message: "batch size: expected a whole number from 1 to the 110 training images, got 111.",
  });
});

test("trainNetwork: patience ends it after the best epoch and restores that epoch", async () => {
  const hasty = { ...plan, epochs: 60, patience: 2 };
  const { stoppedBy, history, bestEpoch } = await trainNetwork(network(), hasty, options());
  expect(stoppedBy).toBe("patience");
  expect(history.length).toBe(bestEpoch + 2);
  const losses = history.map(({ validationLoss }) => validationLoss!);
  expect(losses[bestEpoch - 1]).toBe(Math.min(...losses));
});

test("trainNetwork: memory stays flat over 500 steps", { timeout: 120_000 }, async () => {
  const sizes: number[] = [];
  const report: TrainNetworkOptions["report"] = (event) => {
    if (event.type === "metric") sizes.push(process.memoryUsage().rss);
  };
  await trainNetwork(network(), { ...plan, epochs: 75 }, options({ report }));
  expect(sizes.length * 7).toBeGreaterThan(500);
  expect(sizes.at(-1)! - sizes[24]!).toBeLessThan(30e6);
});
