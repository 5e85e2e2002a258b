import { crossEntropy } from "../src/autodiff/losses.ts";
import { sgd } from "../src/autodiff/optimizers.ts";
import { trainableParameters } from "../src/autodiff/trainable-parameters.ts";
import { trainingGraph } from "../src/autodiff/training-graph.ts";
import { initialise } from "../src/backbones/architectures/initialise.ts";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import { createRandom } from "../src/base/random.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { createBuilder } from "../src/graph/build.ts";
import type { Graph, GraphNode } from "../src/graph/graph.ts";
import { sizeOf } from "../src/graph/tensor.ts";
import type { ExampleSource } from "../src/training/example-source.ts";
import { type StepRunner, openStepRunner } from "../src/training/step-runner.ts";
import { trainEpoch } from "../src/training/train-epoch.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { type Peer, openPeer } from "./peer.ts";

const networks = ["alexnet-mini", "vgg-mini"] as const;
const size = 64;
const batchSize = 128;
const classes = 200;
/** Steps of one measurement, so many as the epoch loop hands over at a time. */
const steps = 3;
/** The peer's arithmetic. Ours is float32; bfloat16 is for the record. */
const precisions = ["float32", "bfloat16"] as const;

/**
 * Images a second of a whole pretraining step (forward, loss, backward, update; normalisation on the batch's statistics)
 * of both small networks at 64 pixels and batch 128, by the epoch loop that training runs, beside PyTorch's eager mode
 * on as many threads.
 */
export async function run({ python, rounds, only }: BenchOptions): Promise<BenchResult> {
  await using peer = python === null ? null : await openPeer(python, "bench/peers/pretrain.py", []);
  const measured: Measured[] = [];
  for (const network of networks.filter((name) => only === null || name.includes(only)))
    measured.push(await measure(network, { peer, rounds }));
  const columns = [
    "images/s, 64 px, batch 128",
    "ours",
    "PyTorch float32",
    "ours / PyTorch float32",
    "PyTorch bfloat16",
  ];
  return { columns, rows: measured.map(tableRow), raw: { peer: peer && peer.greeting, networks: measured } };
}

/** Seconds a step, round by round. */
interface Measured {
  readonly network: string;
  readonly ours: readonly number[];
  readonly theirs: Readonly<Record<(typeof precisions)[number], readonly number[]>>;
}

function tableRow({ network, ours, theirs }: Measured): string[] {
  const rate = (seconds: readonly number[]): number => batchSize / median(seconds);
  if (theirs.float32.length === 0) return [network, rate(ours).toFixed(0), "absent", "", "absent"];
  const ratio = (rate(ours) / rate(theirs.float32)).toFixed(2);
  return [
    network,
    rate(ours).toFixed(0),
    rate(theirs.float32).toFixed(0),
    ratio,
    rate(theirs.bfloat16).toFixed(0),
  ];
}

async function measure(
  network: string,
  { peer, rounds }: { peer: Peer | null; rounds: number },
): Promise<Measured> {
  const ours: number[] = [];
  const theirs = { float32: [] as number[], bfloat16: [] as number[] };
  await using engine = await openEngine();
  await using runner = await openStepRunner(trainingGraphOf(network), { engine });
  await timeSteps(runner);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timeSteps(runner));
    for (const precision of peer === null ? [] : precisions) {
      const request = { network, precision, size, batch: batchSize, classes, steps };
      theirs[precision].push((await peer!.ask<{ secondsEach: number }>(request)).secondsEach);
    }
  }
  return { network, ours, theirs };
}

function trainingGraphOf(network: string): ReturnType<typeof trainingGraph> {
  const architecture = buildArchitecture(network, { classes, size });
  const forward = withDropout(initialise(architecture, 1).graph, architecture.dropouts);
  return trainingGraph(forward, {
    trainable: new Set(trainableParameters(forward)),
    loss: crossEntropy(),
    optimizer: sgd({ nesterov: true, weightDecay: 5e-4 }),
    batchSize,
    normalisation: "batch",
  });
}

/** What reads a value reads it through a Dropout node, which a network made to predict does not have. */
function withDropout(graph: Graph, dropouts: readonly { value: string; rate: number }[]): Graph {
  const b = createBuilder("dropout", "dropout/");
  const dropped = new Map(
    dropouts.map(({ value, rate }) => [value, b.op("Dropout", [value, b.scalar(rate)])] as const),
  );
  const added = b.graph();
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const inputs = node.inputs.map((name) => dropped.get(name) ?? name);
    const after = added.nodes.filter(({ inputs: [value] }) => node.outputs.includes(value!));
    return [{ ...node, inputs }, ...after];
  });
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...added.initializers]) };
}

/** Seconds a step, the way of the examples into the runtime and of the weights in and out included. */
async function timeSteps(runner: StepRunner): Promise<number> {
  const rows = Int32Array.from({ length: steps * batchSize }, (_, i) => i);
  const labels = rows.map((row) => row % classes);
  const start = performance.now();
  await trainEpoch(1, {
    runner,
    source: randomExamples,
    labels,
    rows,
    batchSize,
    seed: 1,
    stage: "",
    epochs: 1,
    rateOf: () => 1e-3,
  });
  return (performance.now() - start) / 1e3 / steps;
}

const dims = [3, size, size];
const random = createRandom(3);
const batch = Float32Array.from({ length: batchSize * sizeOf(dims) }, () => random.normal());

/** One batch of noise, handed out again and again: a step's time does not depend on it. */
const randomExamples: ExampleSource = {
  dims,
  load: async (rows) => {
    const out = new Float32Array(rows.length * sizeOf(dims));
    for (let at = 0; at < out.length; at += batch.length) out.set(batch, at);
    return await Promise.resolve(out);
  },
};
