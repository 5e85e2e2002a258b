import { crossEntropy } from "../src/autodiff/losses.ts";
import { sgd } from "../src/autodiff/optimizers.ts";
import { trainableParameters } from "../src/autodiff/trainable-parameters.ts";
import { trainingGraph } from "../src/autodiff/training-graph.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { createStudent } from "../src/finetune/pretraining/student.ts";
import { openStepRunner } from "../src/training/step-runner.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { type Peer, openPeer } from "./peer.ts";
import { randomExamples, timeSteps } from "./time-steps.ts";

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
  const count = { source: randomExamples([3, size, size], batchSize), steps, batchSize, classes };
  await timeSteps(runner, count);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timeSteps(runner, count));
    for (const precision of peer === null ? [] : precisions) {
      const request = { network, precision, size, batch: batchSize, classes, steps };
      theirs[precision].push((await peer!.ask<{ secondsEach: number }>(request)).secondsEach);
    }
  }
  return { network, ours, theirs };
}

function trainingGraphOf(network: string): ReturnType<typeof trainingGraph> {
  const { training: forward } = createStudent({
    architecture: network,
    width: 1,
    classes,
    side: size,
    seed: 1,
    hintWidth: null,
  });
  return trainingGraph(forward, {
    trainable: new Set(trainableParameters(forward)),
    loss: crossEntropy(),
    optimizer: sgd({ nesterov: true, weightDecay: 5e-4 }),
    batchSize,
    normalisation: "batch",
  });
}
