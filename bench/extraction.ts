import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import { initialise } from "../src/backbones/architectures/initialise.ts";
import type { Backbone } from "../src/backbones/backbone.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { readManifest } from "../src/data/read-manifest.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import type { ImageSource } from "../src/features/features.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { type StageCosts, measureStages } from "./extraction-stages.ts";
import { describeMachine } from "./machine.ts";
import { openPeer } from "./peer.ts";

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly images: number;
}

/** Ways of sharing two cores between the peer's loader and its network; the best one counts. */
const peerLayouts = [
  { workers: 2, threads: 2 },
  { workers: 2, threads: 1 },
  { workers: 1, threads: 2 },
];
const weights = "../shared/weights";

/**
 * JPEG files -> pooled features: images a second of ours, of the bound that the processors allow
 * (cores / CPU seconds an image costs in bare forward + decoding + Resize), and of PyTorch + torchvision's DataLoader.
 */
export async function run({ python, data, rounds }: BenchOptions): Promise<BenchResult> {
  const manifest = await readManifest(
    data ?? (existsSync(weights) ? "../shared/data/flowers" : "samples/flowers"),
  );
  const images = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  const words = [manifest.root, peerWeights()];
  await using peer = python === null ? null : await openPeer(python, "bench/peers/extraction.py", words);
  const rows: string[][] = [];
  const raw: unknown[] = [];
  for (const backbone of await openBackbones()) {
    const stages = await measureStages(backbone, images.slice(0, 200));
    const ours: Measured[] = [];
    const theirs: Measured[][] = peerLayouts.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await extractOnce(backbone, images));
      for (const [i, layout] of peerLayouts.entries())
        if (peer !== null) theirs[i]!.push(await peer.ask({ network: backbone.name, ...layout }));
    }
    rows.push(tableRow(backbone.name, stages, ours, theirs));
    raw.push({
      network: backbone.name,
      stages,
      ours,
      theirs: peerLayouts.map((layout, i) => ({ ...layout, runs: theirs[i] })),
    });
  }
  const columns = [
    "network",
    "ours, images/s",
    "bound",
    "ours / bound",
    "PyTorch, images/s",
    "ours / PyTorch",
    "CPU ms an image, ours",
    "PyTorch",
  ];
  return { columns, rows, raw: { images: images.length, peer: peer ? peer.greeting : null, networks: raw } };
}

function tableRow(
  name: string,
  stages: StageCosts,
  ours: readonly Measured[],
  theirs: readonly Measured[][],
): string[] {
  const rate = median(ours.map(rateOf));
  const bound = describeMachine().cores / (stages.forward + stages.decode + stages.resize);
  const best = theirs
    .filter((runs) => runs.length > 0)
    .sort((a, b) => median(b.map(rateOf)) - median(a.map(rateOf)))[0];
  const peerRate = best && median(best.map(rateOf));
  return [
    name,
    rate.toFixed(0),
    bound.toFixed(0),
    (rate / bound).toFixed(2),
    peerRate?.toFixed(0) ?? "absent",
    peerRate === undefined ? "" : (rate / peerRate).toFixed(2),
    cpuMs(ours),
    best ? cpuMs(best) : "",
  ];
}

async function extractOnce(backbone: Backbone, images: readonly ImageSource[]): Promise<Measured> {
  await using engine = await openEngine();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { matrix, failed } = await extractFeatures(images, backbone, { engine, cache: null });
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  if (failed.length > 0) throw new Error(`${failed.length} pictures failed: ${failed[0]!.error.message}`);
  return { seconds, cpuSeconds: (user + system) / 1e6, images: matrix.rows };
}

/** SqueezeNet with its weights where they are, else random ones; AlexNet with random ones: the speed is the same. */
async function openBackbones(): Promise<Backbone[]> {
  const file = join(weights, "squeezenet1_1.onnx");
  return [existsSync(file) ? await openBackbone(file) : untrained("squeezenet1_1"), untrained("alexnet")];
}

function untrained(name: string): Backbone {
  const architecture = buildArchitecture(name);
  return { name, path: name, sha256: "", card: architecture.card, model: initialise(architecture, 1) };
}

function peerWeights(): string {
  const path = join(weights, "squeezenet1_1.pth");
  return existsSync(path) ? path : "";
}

function rateOf({ images, seconds }: Measured): number {
  return images / seconds;
}

function cpuMs(runs: readonly Measured[]): string {
  return median(runs.map(({ cpuSeconds, images }) => (1e3 * cpuSeconds) / images)).toFixed(1);
}
