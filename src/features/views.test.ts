import { expect, test } from "vitest";
import { tinyBackbone } from "../../test/fixtures/tiny-backbone.ts";
import { createRandom } from "../base/random.ts";
import { openEngine } from "../engine/open-engine.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { featureModel } from "./feature-model.ts";
import { lastStages } from "./last-stages.ts";
import { resolveLayer } from "./resolve-layer.ts";
import { viewCounts } from "./views.ts";

const backbone = tinyBackbone();
const { width, height } = backbone.card.preprocessing;
const layer = resolveLayer(backbone);
const random = createRandom(4);
const pixels = Float32Array.from({ length: 2 * 3 * width * height }, () => random.normal());
const mirrored = pixels.map((_, at) => pixels[at - (at % width) + (width - 1 - (at % width))]!);

async function featuresOf(values: Float32Array, views: (typeof viewCounts)[number]): Promise<Float32Array> {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(featureModel(backbone, layer, "flat", views));
  const { features } = await session.run({
    [session.inputs[0]!.name]: floatTensor([2, 3, height, width], values),
  });
  expect(features!.dims[0]).toBe(2);
  return asFloat32(features!);
}

test("two views: the features are the mean of those of the pictures and of their mirror images, row by row", async () => {
  const [plain, other] = [await featuresOf(pixels, 1), await featuresOf(mirrored, 1)];
  const mean = await featuresOf(pixels, 2);
  expect(Math.max(...plain.map((value, at) => Math.abs(value - other[at]!)))).toBeGreaterThan(1e-3);
  mean.forEach((value, at) => expect(value).toBeCloseTo((plain[at]! + other[at]!) / 2, 4));
});

test.each([2, 4] as const)("%i views: a mirrored picture has the same features", async (views) => {
  const [left, right] = [await featuresOf(pixels, views), await featuresOf(mirrored, views)];
  left.forEach((value, at) => expect(value).toBeCloseTo(right[at]!, 4));
});

test("a network whose file fixes its batch is refused views, and told so", () => {
  const { graph } = backbone.model;
  const inputs = graph.inputs.map((input) => ({ ...input, dims: [1, 3, height, width] }));
  const fixed = { ...backbone, model: { ...backbone.model, graph: { ...graph, inputs } } };
  expect(() => featureModel(fixed, layer, "flat", 2)).toThrow(/free batch, got one that is fixed at 1/);
  expect(() => featureModel(fixed, layer, "flat", 1)).not.toThrow();
});

test("lastStages: the last layer, and the ends of the stages of larger maps before it", () => {
  const at = (
    name: string,
    channels: number,
    side: number,
  ): { name: string; value: string; shape: number[] } => ({
    name,
    value: name,
    shape: [channels, side, side],
  });
  const layers = [
    at("a", 8, 28),
    at("b", 8, 14),
    at("c", 16, 14),
    at("d", 32, 7),
    at("e", 64, 7),
    at("p", 64, 1),
  ];
  expect(lastStages(layers, layers[4]!, 1)).toEqual(["e"]);
  expect(lastStages(layers, layers[4]!, 2)).toEqual(["c", "e"]);
  expect(lastStages(layers, layers[4]!, 4)).toEqual(["a", "c", "e"]);
  expect(lastStages(layers, layers[2]!, 2)).toEqual(["a", "c"]);
});
