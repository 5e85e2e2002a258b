import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkEvent } from "../../base/events.ts";
import { createRandom } from "../../base/random.ts";
import { RootstockError } from "../../base/errors.ts";
import type { Engine } from "../../engine/engine.ts";
import { openEngine } from "../../engine/open-engine.ts";
import { hashBytes } from "../../files/hash-file.ts";
import { type Tensor, asFloat32 } from "../../graph/tensor.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import { type StateFile, stateFile } from "../../training/state-file.ts";
import { type PretrainNetworkOptions, type PretrainedNetwork, pretrainNetwork } from "./pretrain-network.ts";
import type { PretrainingPlan } from "./pretraining-plan.ts";
import type { Teacher } from "./step-batches.ts";

let engine: Engine;
/** The undisturbed training. */
let whole: PretrainedNetwork;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  whole = await pretrainNetwork(plan, options());
});
afterAll(async () => await engine[Symbol.asyncDispose]());

/** Two steps an epoch, four in all, each at a size of its own. */
const plan: PretrainingPlan = {
  architecture: "alexnet-mini",
  width: 0.125,
  size: 32,
  isGrowing: true,
  epochs: 2,
  batchSize: 4,
  rate: 0.02,
  weightDecay: 5e-4,
  labelSmoothing: 0,
  mixup: 0,
};

const labels = Int32Array.from([0, 1, 0, 1, 0, 1, -1, 1, 0, 1]);

/** Dark photos and light ones; those of an epoch are shaken. */
function sourceOf(side: number): ExampleSource {
  return {
    dims: [3, side, side],
    load: async (rows, epoch) =>
      Float32Array.from(
        [...rows].flatMap((row) => {
          const random = createRandom(row).fork(`${epoch}`);
          return Array.from({ length: 3 * side * side }, () => (row % 2) - 0.5 + 0.3 * random.normal());
        }),
      ),
  };
}

const teacher: Teacher = {
  width: 3,
  load: async (rows) => ({
    features: Float32Array.from([...rows].flatMap((row) => [row % 2, -(row % 2), 0.5])),
    softened: Float32Array.from([...rows].flatMap((row) => [0.9 - 0.8 * (row % 2), 0.1 + 0.8 * (row % 2)])),
  }),
};

function options(more: Partial<PretrainNetworkOptions> = {}): PretrainNetworkOptions {
  return {
    engine,
    sourceOf,
    labels,
    classCount: 2,
    training: Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7]),
    validation: Int32Array.from([8, 9]),
    teacher,
    seed: 3,
    stage: "pretrain",
    keepEveryMs: 0,
    ...more,
  };
}

/** A digest: a difference of millions of weights is no message. */
function bitsOf(weights: ReadonlyMap<string, Tensor>): string[] {
  return [...weights].map(([name, { bytes }]) => `${name} ${hashBytes(bytes)}`);
}

async function place(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "rootstock-pretraining-")), "state.safetensors");
}

/** A state file whose writes stop for good after some: what a process that was killed then leaves behind. */
function dyingAfter(path: string, saves: number): StateFile {
  const file = stateFile(path, { key: "k" });
  let left = saves;
  return {
    ...file,
    save: async (kept) => {
      if (left === 0) throw new Error("killed");
      left -= 1;
      await file.save(kept);
    },
  };
}

test("pretrainNetwork: killed after any of its checkpoints it goes on to the bits of the undisturbed one, figures too", async () => {
  expect(whole.weights.get("features.0.weight")!.dims).toEqual([8, 3, 7, 7]);
  expect([...whole.weights.keys()].filter((name) => name.startsWith("hint"))).toEqual([]);
  const path = await place();
  let kills = 0;
  for (;;) {
    const run = pretrainNetwork(plan, options({ checkpoints: dyingAfter(path, 2) }));
    const made = await run.catch((error: unknown) => {
      if ((error as Error).message !== "killed") throw error;
      kills += 1;
      return null;
    });
    if (made === null) continue;
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(bitsOf(made.weights)).toEqual(bitsOf(whole.weights));
    expect(made.history).toEqual(whole.history);
    return;
  }
});

test("pretrainNetwork: an abort keeps the state of the step that was under way, and throws the reason", async () => {
  const [path, events] = [await place(), [] as WorkEvent[]];
  const stop = new AbortController();
  const checkpoints = stateFile(path, { key: "k" });
  const report = (event: WorkEvent): void => {
    if (event.type === "progress") stop.abort(new Error("enough"));
  };
  const run = pretrainNetwork(plan, options({ checkpoints, report, signal: stop.signal, keepEveryMs: 1e9 }));
  await expect(run).rejects.toThrow("enough");
  const again = await pretrainNetwork(plan, options({ checkpoints, report: (event) => events.push(event) }));
  const notices = events.flatMap((event) => (event.type === "notice" ? [event.message] : []));
  expect(notices).toEqual(["pretrain: continuing after step 1 of 4"]);
  expect(bitsOf(again.weights)).toEqual(bitsOf(whole.weights));
});

test("pretrainNetwork: a disk that is full ends it, and what was kept before stays whole", async () => {
  const path = await place();
  const first = stateFile(path, { key: "k" });
  await pretrainNetwork(plan, options({ checkpoints: dyingAfter(path, 1) })).catch(() => undefined);
  const before = hashBytes(await readFile(path));
  const write = async (): Promise<void> => {
    throw new RootstockError("E_DISK_FULL", "no space left");
  };
  const checkpoints = stateFile(path, { key: "k", write });
  await expect(pretrainNetwork(plan, options({ checkpoints }))).rejects.toMatchObject({
    code: "E_DISK_FULL",
  });
  expect(hashBytes(await readFile(path))).toBe(before);
  expect((await first.load())!.state).toMatchObject({ step: 1 });
});

test("pretrainNetwork: the state of another training is refused, not continued", async () => {
  const path = await place();
  await pretrainNetwork(plan, options({ checkpoints: dyingAfter(path, 1) })).catch(() => undefined);
  const run = pretrainNetwork(plan, options({ checkpoints: stateFile(path, { key: "other" }) }));
  await expect(run).rejects.toMatchObject({ code: "E_CHECKPOINT" });
});

test("pretrainNetwork: weights decay; scales of normalisations do not", async () => {
  const training = Int32Array.from([0, 1, 2, 3]);
  const step = { ...plan, epochs: 1, isGrowing: false }; // one: later ones differ anyway
  const [decayed, plain] = [
    await pretrainNetwork({ ...step, weightDecay: 0.5 }, options({ training })),
    await pretrainNetwork({ ...step, weightDecay: 0 }, options({ training })),
  ];
  const of = (network: PretrainedNetwork, name: string): Float32Array =>
    asFloat32(network.weights.get(name)!);
  expect(of(decayed, "features.1.weight")).toEqual(of(plain, "features.1.weight"));
  expect(of(decayed, "features.0.weight")).not.toEqual(of(plain, "features.0.weight"));
});
