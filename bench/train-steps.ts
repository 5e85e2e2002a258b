import { crossEntropy } from "../src/autodiff/losses.ts";
import { adamW, sgd } from "../src/autodiff/optimizers.ts";
import { trainableParameters } from "../src/autodiff/trainable-parameters.ts";
import { type TrainingGraph, trainingGraph } from "../src/autodiff/training-graph.ts";
import { initialise } from "../src/backbones/architectures/initialise.ts";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import type { Backbone } from "../src/backbones/backbone.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { type Pooling, featureModel } from "../src/features/feature-model.ts";
import { resolveLayer } from "../src/features/resolve-layer.ts";
import { headGraph, randomHead } from "../src/finetune/head.ts";
import { tunableNetwork } from "../src/finetune/tunable-network.ts";
import type { Graph } from "../src/graph/graph.ts";
import { chainGraphs } from "../src/graph/edit/join-graphs.ts";
import { openStepRunner } from "../src/training/step-runner.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { type Peer, openPeer } from "./peer.ts";
import { randomExamples, timeSteps } from "./time-steps.ts";

interface NetworkCase {
  readonly name: string;
  readonly layer: string;
  readonly pooling: Pooling;
  readonly hidden: readonly number[];
  readonly dropout: number;
}

/** What is trained, in our words and as the number of modules of torchvision's `features` that stay frozen. */
interface ScopeCase {
  readonly title: string;
  readonly network: NetworkCase;
  readonly upTo: string;
  readonly frozen: number;
  /** Whether the frozen part's values are given, or its forward pass is part of every step. */
  readonly isCached: boolean;
  readonly batchNorm: "frozen" | "batch";
  /** SGD with momentum by default; AdamW with clipped gradients as `fine-tune` has it. */
  readonly optimizer?: "adamw";
  readonly steps: number;
}

const alexnet = {
  name: "alexnet",
  layer: "pool5",
  pooling: "flat",
  hidden: [4096, 4096],
  dropout: 0.5,
} as const;
const mobilenet = { name: "mobilenet_v2", layer: "conv18", pooling: "avg", hidden: [], dropout: 0 } as const;
const cached = { isCached: true, batchNorm: "frozen" } as const;
const whole = { upTo: "none", frozen: 0, isCached: false, steps: 7 } as const;

const cases: readonly ScopeCase[] = [
  { title: "AlexNet: FC layers", network: alexnet, upTo: "all", frozen: 13, ...cached, steps: 32 },
  {
    title: "AlexNet: FC layers, AdamW and clipping",
    network: alexnet,
    upTo: "all",
    frozen: 13,
    ...cached,
    optimizer: "adamw",
    steps: 32,
  },
  { title: "AlexNet: conv4, conv5, FC", network: alexnet, upTo: "conv3", frozen: 8, ...cached, steps: 8 },
  {
    title: "AlexNet: the same, frozen part in every step",
    network: alexnet,
    upTo: "conv3",
    frozen: 8,
    isCached: false,
    batchNorm: "frozen",
    steps: 6,
  },
  { title: "AlexNet: all layers", network: alexnet, ...whole, batchNorm: "frozen" },
  { title: "MobileNetV2: linear head", network: mobilenet, upTo: "all", frozen: 19, ...cached, steps: 256 },
  {
    title: "MobileNetV2: last quarter, head",
    network: mobilenet,
    upTo: "block13",
    frozen: 14,
    ...cached,
    steps: 12,
  },
  { title: "MobileNetV2: all, normalisation frozen", network: mobilenet, ...whole, batchNorm: "frozen" },
  { title: "MobileNetV2: all, normalisation on the batch", network: mobilenet, ...whole, batchNorm: "batch" },
];

const batchSize = 32;
const classCount = 5;
/** Memory layouts of the peer; the better one counts. */
const peerFormats = ["contiguous", "channels_last"] as const;

/**
 * Milliseconds a training step takes at batch 32 and 224 pixels, examples ready in memory: ours by
 * the epoch loop that the product runs, and PyTorch's eager mode on as many threads.
 */
export async function run({ python, rounds, only }: BenchOptions): Promise<BenchResult> {
  await using peer = python === null ? null : await openPeer(python, "bench/peers/train_steps.py", []);
  const rows: string[][] = [];
  const raw: unknown[] = [];
  for (const scope of cases.filter(({ title }) => only === null || title.includes(only))) {
    const measured = await measureScope(scope, { peer, rounds });
    rows.push(tableRow(scope.title, measured));
    raw.push({ title: scope.title, ...measured });
  }
  const columns = ["ms a step, batch 32", "ours", "PyTorch", "PyTorch / ours"];
  return { columns, rows, raw: { peer: peer ? peer.greeting : null, scopes: raw } };
}

interface Measured {
  /** Seconds a step, round by round. */
  readonly ours: readonly number[];
  readonly theirs: Readonly<Record<(typeof peerFormats)[number], readonly number[]>>;
}

function tableRow(title: string, { ours, theirs }: Measured): string[] {
  const own = 1e3 * median(ours);
  const runs = Object.values(theirs).filter(({ length }) => length > 0);
  if (runs.length === 0) return [title, own.toFixed(1), "absent", ""];
  const best = 1e3 * Math.min(...runs.map(median));
  return [title, own.toFixed(1), best.toFixed(1), (best / own).toFixed(2)];
}

async function measureScope(
  scope: ScopeCase,
  { peer, rounds }: { peer: Peer | null; rounds: number },
): Promise<Measured> {
  const ours: number[] = [];
  const theirs = { contiguous: [] as number[], channels_last: [] as number[] };
  await using engine = await openEngine();
  const graph = trainingGraphOf(scope);
  await using runner = await openStepRunner(graph.training, { engine });
  const count = {
    source: randomExamples(graph.dims, batchSize),
    steps: scope.steps,
    batchSize,
    classes: classCount,
  };
  await timeSteps(runner, count);
  const { network, frozen, isCached, batchNorm, optimizer = "sgd", steps } = scope;
  const where = { frozen, cached: isCached, pooled: network.pooling === "avg" && scope.upTo === "all" };
  const setting = { network: network.name, scope: where, batchNorm, optimizer, batch: batchSize };
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timeSteps(runner, count));
    for (const format of peerFormats) {
      const request = { ...setting, format, steps: Math.ceil(steps / 2) };
      if (peer !== null) theirs[format].push((await peer.ask<{ secondsEach: number }>(request)).secondsEach);
    }
  }
  return { ours, theirs };
}

function trainingGraphOf(scope: ScopeCase): { training: TrainingGraph; dims: readonly number[] } {
  const { body, parameters, dimensions } = bodyOf(scope);
  const shape = { ...scope.network, dimensions, classCount };
  const head = headGraph(shape, randomHead(shape, 1));
  const forward = body === null ? head : chainGraphs(body, head, { features: "features" });
  const training = trainingGraph(forward, {
    trainable: new Set([...parameters, ...trainableParameters(head)]),
    loss: crossEntropy(),
    ...(scope.optimizer === "adamw" ? { optimizer: adamW(), clipNorm: 5 } : { optimizer: sgd() }),
    batchSize,
    normalisation: scope.batchNorm,
  });
  return { training, dims: (forward.inputs[0]!.dims as number[]).slice(1) };
}

/** What stands before the head: as `fine-tune` builds it, or as `scratch` does where the batch normalises. */
function bodyOf({ network, upTo, isCached, batchNorm }: ScopeCase): {
  body: Graph | null;
  parameters: Iterable<string>;
  dimensions: number;
} {
  const backbone = untrained(network.name);
  const { tuned, whole, depths, dimensions } = tunableNetwork(backbone, { ...network, upTo });
  if (batchNorm === "frozen")
    return { body: isCached ? tuned : whole, parameters: depths.keys(), dimensions };
  const layer = resolveLayer(backbone, network.layer);
  const body = featureModel(backbone, layer, network.pooling).graph;
  return { body, parameters: trainableParameters(body), dimensions };
}

/** Random weights for the convolutions; the classifier is not used, so nothing is drawn for it. */
function untrained(name: string): Backbone {
  const published = buildArchitecture(name);
  const parameters = published.parameters.filter((spec) => spec.name.startsWith("features."));
  const architecture = { ...published, parameters };
  return { name, path: name, sha256: "", card: architecture.card, model: initialise(architecture, 1) };
}
