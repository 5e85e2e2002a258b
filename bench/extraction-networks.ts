import { existsSync } from "node:fs";
import { join } from "node:path";
import { initialise } from "../src/backbones/architectures/initialise.ts";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import type { Backbone } from "../src/backbones/backbone.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";

const weights = "../shared/weights";
const files: Readonly<Record<string, string>> = {
  squeezenet1_1: "squeezenet1_1.onnx",
  mobilenet_v2: "mobilenetv2_features.onnx",
};

/** By the names that they have in torchvision too. */
export const networkNames = ["squeezenet1_1", "mobilenet_v2", "alexnet"] as const;

/** With its weights where they are, else with random ones: the speed is the same. */
export async function openNetwork(name: string): Promise<Backbone> {
  const path = join(weights, files[name] ?? "none");
  if (existsSync(path)) return await openBackbone(path);
  const architecture = buildArchitecture(name);
  return { name, path: name, sha256: "", card: architecture.card, model: initialise(architecture, 1) };
}

/** The photos of `../shared` where they are, else the samples. */
export function defaultPhotos(): string {
  return existsSync(weights) ? "../shared/data/flowers" : "samples/flowers";
}
