import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withParameters } from "../src/backbones/architectures/initialise.ts";
import { buildArchitecture } from "../src/backbones/architectures/registry.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { openWeights } from "../src/backbones/weights/open-weights.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { cutAtAll } from "../src/graph/edit/cut-graph.ts";
import type { Model } from "../src/graph/graph.ts";
import { asFloat32, floatTensor } from "../src/graph/tensor.ts";
import { noise } from "./reference/noise.ts";

// torchvision's AlexNet and VGG-16, written by PyTorch in both its formats: test/reference/pth/make-networks.py

interface Reference {
  readonly size: number;
  readonly networks: Record<
    string,
    { logits: number[]; pool5: { count: number; mean: number; max: number } }
  >;
}

const narrow = "test/reference/pth";
/** Where `make-networks.py FOLDER` left the files of full size; without it only the narrow ones are opened. */
const full = process.env["ROOTSTOCK_FULL_SIZE"] ?? "";
const cases = ["alexnet", "vgg16"].flatMap((name) =>
  ["zip", "legacy"].map((format) => [name, format] as const),
);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

test.each(cases)("%s at a 64th of its width, %s: the outputs are PyTorch's", async (name, format) => {
  const architecture = buildArchitecture(name, { width: 1 / 64, classes: 10 });
  await using file = await openWeights(join(narrow, `${name}.${format}.pth`));
  expect([...file.tensors.keys()].toSorted()).toEqual(
    architecture.parameters.map((spec) => spec.name).toSorted(),
  );
  const read = architecture.parameters.map(
    async (spec) => [spec.name, await file.tensors.get(spec.name)!.read()] as const,
  );
  const model = withParameters(architecture, new Map(await Promise.all(read)));
  const pool5 = architecture.card.layers.find((layer) => layer.name === "pool5")!.value;
  await expectTorch(model, { folder: narrow, name, pool5 });
});

test.skipIf(!existsSync(join(full, "networks.json"))).each(cases)(
  "%s at full size, %s: found by its tensors, the outputs are PyTorch's",
  async (name, format) => {
    const { card, model } = await openBackbone(join(full, `${name}.${format}.pth`));
    expect(card.name).toBe(name);
    const pool5 = card.layers.find((layer) => layer.name === "pool5")!.value;
    await expectTorch(model, { folder: full, name, pool5 });
  },
  120_000,
);

/** Logits to 1e-4 of their range, and the trunk's values by count, mean and maximum. */
async function expectTorch(
  model: Model,
  { folder, name, pool5 }: { folder: string; name: string; pool5: string },
): Promise<void> {
  const reference = JSON.parse(readFileSync(join(folder, "networks.json"), "utf8")) as Reference;
  const wanted = reference.networks[name]!;
  const { size } = reference;
  const picture = floatTensor([1, 3, size, size], noise("picture", 3 * size * size, { scale: 4 }));
  const both = cutAtAll(model, [
    { value: model.graph.outputs[0]!.name, outputName: "logits" },
    { value: pool5 },
  ]);
  await using session = await engine.load(both);
  const outputs = await session.run({ [both.graph.inputs[0]!.name]: picture });
  const logits = asFloat32(outputs["logits"]!);
  const range = Math.max(...wanted.logits) - Math.min(...wanted.logits);
  expect(range).toBeGreaterThan(0.1);
  expect(logits.length).toBe(wanted.logits.length);
  const worst = Math.max(...wanted.logits.map((value, i) => Math.abs(logits[i]! - value)));
  expect(worst / range).toBeLessThan(1e-4);
  const trunk = asFloat32(outputs[pool5]!);
  expect(trunk.length).toBe(wanted.pool5.count);
  const mean = trunk.reduce((sum, value) => sum + value, 0) / trunk.length;
  expect(Math.abs(mean - wanted.pool5.mean) / wanted.pool5.max).toBeLessThan(1e-4);
  expect(Math.max(...trunk) / wanted.pool5.max).toBeCloseTo(1, 4);
}
