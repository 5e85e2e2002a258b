import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WorkEvent } from "../src/base/events.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { readManifest } from "../src/data/read-manifest.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { fineTuneMethod } from "../src/finetune/fine-tune-method.ts";
import { type InnerSplit, innerSplit } from "../src/finetune/inner-split.ts";
import type { NetworkData } from "../src/finetune/network-data.ts";
import { readRecipe } from "../src/recipes/read-recipe.ts";
import type { FineTuneRecipe } from "../src/recipes/recipe.ts";
import { batchSizeOf } from "../src/finetune/fine-tune-plan.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { type Peer, openPeer } from "./peer.ts";

/** Seconds since the start and validation accuracy, after each epoch. */
type Curve = readonly (readonly [seconds: number, accuracy: number])[];

const weights = "../shared/weights";
/** Our file, torchvision's name, and how many modules of its `features` the recipe's frozen part is. */
const networks = [
  { file: "squeezenet1_1.onnx", name: "squeezenet1_1", frozen: 10 },
  { file: "mobilenetv2_features.onnx", name: "mobilenet_v2", frozen: 14 },
] as const;
const peerModes = ["plain", "cached"] as const;
/** Ways of sharing two cores between the peer's loader and its network; the fastest over ten batches is taken. */
const peerLayouts = [
  { workers: 2, threads: 2 },
  { workers: 2, threads: 1 },
  { workers: 1, threads: 2 },
];
const seed = 42;

/**
 * Seconds until the validation accuracy is within one point of its best over the run: our `fine-tune` recipe from JPEG
 * files, with nothing cached before, against PyTorch's transfer-learning recipe and the same with cached features.
 * The same photos, split, weights, frozen layers, optimiser, rates and batch.
 */
export async function run({ python, data, rounds, only }: BenchOptions): Promise<BenchResult> {
  const shipped = (await readRecipe("fine-tune")) as FineTuneRecipe;
  const recipe = { ...shipped, refit: false }; // what follows the last validation is not what is timed
  const folder = await mkdtemp(join(tmpdir(), "bench-accuracy-"));
  const columns = [
    "fine-tune, flowers",
    "s to its best - 1 point",
    "times ours",
    "s to the common bar",
    "times ours",
    "best accuracy",
    "s an epoch",
  ];
  const rows: string[][] = [];
  const raw: unknown[] = [];
  try {
    for (const network of networks.filter(({ name }) => only === null || name.includes(only))) {
      const { photos, split, labels } = await splitOf(data ?? "../shared/data/flowers");
      const file = join(folder, "split.json");
      const pathsOf = (picked: Int32Array): [string, number][] =>
        Array.from(picked, (row) => [resolve(photos[row]!.path), labels[row]!]);
      const paths = { training: pathsOf(split.training), validation: pathsOf(split.validation) };
      await writeFile(file, JSON.stringify(paths));
      await using peer =
        python === null ? null : await openPeer(python, "bench/peers/time_to_accuracy.py", [file, weights]);
      const request = requestOf(recipe, network, split);
      const layout = peer === null ? null : await bestLayout(peer, request);
      const ours: Curve[] = [];
      const theirs = { plain: [] as Curve[], cached: [] as Curve[] };
      for (let round = 0; round < rounds; round += 1) {
        ours.push(await fineTuneOnce(recipe, network.file, { photos, labels }));
        for (const mode of peerModes)
          if (peer !== null)
            theirs[mode].push(
              (await peer.ask<{ epochs: Curve }>({ ...request, ...layout, mode, epochs: recipe.epochs }))
                .epochs,
            );
      }
      const bar = commonBar([ours, theirs.plain, theirs.cached]);
      const row = (title: string, curves: readonly Curve[]): string[] =>
        tableRow(`${network.name}: ${title}`, curves, { ours, bar });
      rows.push(
        row("Rootstock", ours),
        row("PyTorch, plain recipe", theirs.plain),
        row("PyTorch, cached features", theirs.cached),
      );
      raw.push({ network: network.name, peer: peer ? peer.greeting : null, layout, ours, theirs });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { columns, rows, raw };
}

function tableRow(
  title: string,
  curves: readonly Curve[],
  { ours, bar }: { ours: readonly Curve[]; bar: number },
): string[] {
  if (curves.length === 0) return [title, "absent", "", "", "", "", ""];
  const own = (curve: Curve): number => secondsTo(bestOf(curve) - 0.01, curve);
  const common = (curve: Curve): number => secondsTo(bar, curve);
  const epochs = curves.map((curve) => (curve.at(-1)![0] - curve[0]![0]) / (curve.length - 1));
  return [
    title,
    ...[own, common].flatMap((measure) => {
      const seconds = median(curves.map(measure));
      return [seconds.toFixed(1), (seconds / median(ours.map(measure))).toFixed(1)];
    }),
    median(curves.map(bestOf)).toFixed(3),
    median(epochs).toFixed(2),
  ];
}

/** What every run reached: the lowest of their best accuracies, less one point. */
function commonBar(ways: readonly (readonly Curve[])[]): number {
  return Math.min(...ways.flat().map(bestOf)) - 0.01;
}

function bestOf(curve: Curve): number {
  return Math.max(...curve.map(([, accuracy]) => accuracy));
}

/** Until the accuracy is first at or above `bar`. */
function secondsTo(bar: number, curve: Curve): number {
  return curve.find(([, accuracy]) => accuracy >= bar)![0];
}

interface Photos {
  readonly photos: NetworkData["pictures"];
  readonly labels: Int32Array;
}

/** The split that the recipe itself makes of these rows and this seed. */
async function splitOf(folder: string): Promise<Photos & { split: InnerSplit }> {
  const manifest = await readManifest(folder);
  const photos = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  const labels = Int32Array.from(manifest.rows, ({ label }) => manifest.classes.indexOf(label!));
  const rows = Int32Array.from(labels.keys());
  return { photos, labels, split: innerSplit(rows, { labels, groups: groupsOf(labels), seed }) };
}

function groupsOf(labels: Int32Array): undefined[] {
  return Array.from(labels, () => undefined);
}

function requestOf(
  recipe: FineTuneRecipe,
  { name, frozen }: (typeof networks)[number],
  { training }: InnerSplit,
): Record<string, unknown> {
  const { views, rate, bodyRate, weightDecay } = recipe;
  const batch = batchSizeOf(recipe, training.length);
  return { network: name, frozen, views, rate, bodyRate, weightDecay, batch };
}

async function bestLayout(
  peer: Peer,
  request: Record<string, unknown>,
): Promise<(typeof peerLayouts)[number]> {
  const timed: { layout: (typeof peerLayouts)[number]; seconds: number }[] = [];
  for (const layout of peerLayouts) {
    const asked = { ...request, ...layout, mode: "plain", epochs: 0 };
    timed.push({ layout, seconds: (await peer.ask<{ secondsEach: number }>(asked)).secondsEach });
  }
  return timed.reduce((a, b) => (b.seconds < a.seconds ? b : a)).layout;
}

/** From JPEG files to the last epoch, in the words of the training's own events. */
async function fineTuneOnce(
  recipe: FineTuneRecipe,
  file: string,
  { photos, labels }: Photos,
): Promise<Curve> {
  const backbone = await openBackbone(join(weights, file));
  const start = performance.now();
  await using engine = await openEngine();
  const method = fineTuneMethod("fine-tune", recipe, {
    backbone,
    layer: recipe.layer ?? backbone.card.defaultLayer,
    pooling: recipe.pooling,
    pictures: photos,
    labels,
    groups: groupsOf(labels),
    classCount: 1 + Math.max(...labels),
    engine,
    cache: null,
  });
  const curve: [number, number][] = [];
  const report = (event: WorkEvent): void => {
    if (event.type !== "metric") return;
    curve.push([(performance.now() - start) / 1e3, event.values["validationAccuracy"]!]);
  };
  await method.fit(Int32Array.from(labels.keys()), { seed, report });
  return curve;
}
