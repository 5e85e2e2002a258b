import { readFile } from "node:fs/promises";
import ort from "onnxruntime-node";
import type { Backbone } from "../src/backbones/backbone.ts";
import { featureModel } from "../src/features/feature-model.ts";
import type { ImageSource } from "../src/features/features.ts";
import { resolveLayer } from "../src/features/resolve-layer.ts";
import { encodeModel } from "../src/graph/onnx/encode-model.ts";
import { createModel } from "../src/graph/create-model.ts";
import type { Model } from "../src/graph/graph.ts";
import { preprocessingGraph } from "../src/graph/preprocessing-graph.ts";
import { decodePixels } from "../src/image/decode.ts";
import type { Image } from "../src/image/image.ts";

/** CPU seconds an image costs in each stage alone, one after the other on one thread: no pipeline can do with less. */
export interface StageCosts {
  readonly decode: number;
  readonly resize: number;
  readonly forward: number;
}

/** Measures the stages on `images`, three times each; the smallest counts. */
export async function measureStages(backbone: Backbone, images: readonly ImageSource[]): Promise<StageCosts> {
  const pixels = await bareSession(createModel(preprocessingGraph(backbone.card.preprocessing)));
  const network = await bareSession(featureModel(backbone, resolveLayer(backbone), "avg"));
  const files = await Promise.all(images.map(({ path }) => readFile(path)));
  const pictures: Image[] = [];
  for (const file of files) pictures.push(await decodePixels(file));
  const resize = ({ width, height, data }: Image): Promise<ort.InferenceSession.ReturnType> =>
    pixels.run({ image: new ort.Tensor("uint8", data, [height, width, 3]) });
  const { pixel_values: input } = await resize(pictures[0]!);
  const feeds = { [network.inputNames[0]!]: input! };
  return {
    decode: await cpuSecondsEach(files, (file) => decodePixels(file)),
    resize: await cpuSecondsEach(pictures, resize),
    forward: await cpuSecondsEach(images, () => network.run(feeds)),
  };
}

/** The runtime itself, on one thread, without our worker: what a copy or a message costs is ours to answer for. */
async function bareSession(model: Model): Promise<ort.InferenceSession> {
  return await ort.InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
}

async function cpuSecondsEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = process.cpuUsage();
    for (const item of items) await work(item);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1e6 / items.length);
  }
  return Math.min(...costs);
}
