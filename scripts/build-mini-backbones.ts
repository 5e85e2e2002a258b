/**
 * Writes `assets/backbones/<name>.onnx` and its card from trained weights, and their head beside the training's record:
 * `node dist/scripts/build-mini-backbones.js alexnet-mini weights.pth facts.json`.
 * facts.json says what no file of weights knows: { size, source, notes, defaultLayer }.
 */
import { readFile, writeFile } from "node:fs/promises";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import { encodeTrunk } from "../src/backbones/encode-trunk.ts";
import { formatCard } from "../src/backbones/format-card.ts";
import { openWeightsFile } from "../src/backbones/open-weights-file.ts";
import { type StoredTensor, encodeSafetensors } from "../src/files/safetensors.ts";
import { numbersOf, tensorOfNumbers } from "../src/graph/tensor.ts";

const [name, weights, facts] = process.argv.slice(2) as [string, string, string];
const { size, ...told } = JSON.parse(await readFile(facts, "utf8")) as {
  size: number;
  source: string;
  notes: string;
  defaultLayer: string;
};
const { model } = await openWeightsFile(weights, { architecture: name });
const { bytes, card } = encodeTrunk(buildArchitecture(name, { size }), model.graph.initializers);
await writeFile(`assets/backbones/${name}.onnx`, bytes);
const head = [...model.graph.initializers].filter(([id]) => id.startsWith("head."));
const halves = head.map(([id, tensor]): [string, StoredTensor] => {
  const { bytes } = tensorOfNumbers("float16", tensor.dims, numbersOf(tensor));
  return [id, { type: "float16", dims: tensor.dims, bytes }];
});
await writeFile(`bench/pretraining/${name}-head.safetensors`, encodeSafetensors(new Map(halves)));
await writeFile(`assets/backbones/${name}.card.yaml`, await formatCard({ ...card, ...told }));
