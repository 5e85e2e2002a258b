import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import type { Backbone } from "../src/backbones/backbone.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { type Matrix, rowOf } from "../src/base/matrix.ts";
import { readManifest } from "../src/data/read-manifest.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import { decodeSafetensors } from "../src/files/safetensors.ts";
import { createModel } from "../src/graph/create-model.ts";
import { cutFrom } from "../src/graph/edit/cut-from.ts";
import type { Graph } from "../src/graph/graph.ts";
import { floatTensor, numbersOf } from "../src/graph/tensor.ts";
import { classifierOf } from "../src/workflow/pretraining/measure-delivered.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";

const records = "bench/pretraining";
/** Photos were of this size in training, and are in this measurement. */
const size = 64;

/** What `pretrain_mini.py export` says of a training. */
interface Training {
  readonly images: number;
  readonly hours: number;
  /** [epochs, top-1 of PyTorch] after each. */
  readonly top1: readonly (readonly [number, number])[];
}

/**
 * Top-1 and top-5 of the shipped small networks on the validation photos of Tiny ImageNet, by our engine: the shipped
 * trunk with the classifier that it was trained with. `--data`: the folder of the 200 class folders of `val`. Peer: the
 * figure that PyTorch gave after the last epoch, on the averaged weights before they became float16.
 */
export async function run({ data, only }: BenchOptions): Promise<BenchResult> {
  if (data === null) throw new Error("pretrained: give --data FOLDER, Tiny ImageNet's validation photos.");
  const manifest = await readManifest(data);
  const photos = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  const labels = manifest.rows.map(({ label }) => manifest.classes.indexOf(label ?? ""));
  await using engine = await openEngine();
  const raw: (Scores & { network: string; training: Training })[] = [];
  for (const network of ["alexnet-mini", "vgg-mini"].filter((name) => only === null || name.includes(only))) {
    const classifier = await openClassifier(network, manifest.classes.length);
    const { matrix } = await extractFeatures(photos, classifier, { engine, cache: null });
    const training = JSON.parse(await readFile(join(records, `${network}.json`), "utf8")) as Training;
    raw.push({ network, ...scoresOf(matrix, labels), training });
  }
  const columns = ["network", "photos", "top-1", "top-5", "PyTorch, top-1", "epochs", "hours"];
  const rows = raw.map(({ network, top1, top5, training }) => [
    network,
    String(photos.length),
    top1.toFixed(4),
    top5.toFixed(4),
    training.top1.at(-1)![1].toFixed(4),
    (training.images / 1e5).toFixed(1),
    training.hours.toFixed(1),
  ]);
  return { columns, rows, raw };
}

/** The shipped trunk at 64 pixels, its head behind it, the class scores its default layer. */
async function openClassifier(name: string, classes: number): Promise<Backbone> {
  const { card, model, ...rest } = await openBackbone(name);
  const graph = classifierOf(model.graph, await readHead(name, classes), [3, size, size]);
  const resize = { kind: "shortSide", size } as const;
  const preprocessing = { ...card.preprocessing, width: size, height: size, resize };
  const layers = [{ name: "fc7", value: "logits", shape: [classes] }];
  return {
    ...rest,
    model: createModel(graph),
    card: { ...card, preprocessing, layers, defaultLayer: "fc7" },
  };
}

/** From the trunk's maps to class scores: the architecture behind its default layer, with the weights that were kept. */
async function readHead(name: string, classes: number): Promise<Graph> {
  const { tensors } = decodeSafetensors(await readFile(join(records, `${name}-head.safetensors`)));
  const { graph, card } = buildArchitecture(name, { classes, size });
  const { value, shape } = card.layers.find((layer) => layer.name === card.defaultLayer)!;
  const weights = [...tensors].map(
    ([id, tensor]) => [id, floatTensor(tensor.dims, numbersOf(tensor))] as const,
  );
  const initializers = new Map([...graph.initializers, ...weights]);
  return cutFrom({ ...graph, initializers }, value, { dims: ["N", shape[0]!, "height", "width"] });
}

interface Scores {
  /** Share of the photos whose class has the largest score, and one of the five largest. */
  readonly top1: number;
  readonly top5: number;
}

function scoresOf(logits: Matrix, labels: readonly number[]): Scores {
  const ranks = labels.map((label, row) => {
    const scores = rowOf(logits, row);
    return scores.filter((score) => score > scores[label]!).length;
  });
  const share = (limit: number): number => ranks.filter((rank) => rank < limit).length / ranks.length;
  return { top1: share(1), top5: share(5) };
}
