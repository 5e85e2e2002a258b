import { expect, test } from "vitest";
import { pixelsOf } from "../../test/fixtures/pictures.ts";
import { tinyBackbone } from "../../test/fixtures/tiny-backbone.ts";
import { openEngine } from "../engine/open-engine.ts";
import { createModel } from "../graph/create-model.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import { createTensor } from "../graph/tensor.ts";
import { featureModel } from "./feature-model.ts";
import { pictureModel, pictureNames } from "./picture-model.ts";
import { resolveLayer } from "./resolve-layer.ts";

const backbone = tinyBackbone();
const { preprocessing } = backbone.card;
const network = featureModel(backbone, resolveLayer(backbone), "flat");
const pictures = [0, 1, 2].map((i) => createTensor("uint8", [8, 8, 3], pixelsOf(i)));

test.each([19, 21])(
  "one graph computes to the bit what preprocessing and the network compute apart, at opset %i",
  async (opset) => {
    await using engine = await openEngine({ threads: 1 });
    const steps = await engine.load(createModel(preprocessingGraph(preprocessing)));
    const forward = await engine.load(network);
    const whole = await engine.load(
      pictureModel({ ...network, opsets: new Map([["", opset]]) }, preprocessing, 1),
    );
    for (const image of pictures) {
      const { pixel_values } = await steps.run({ image });
      const apart = await forward.run({ [forward.inputs[0]!.name]: pixel_values! });
      const [name] = pictureNames(1);
      expect(await whole.run({ [name!]: image })).toEqual(apart);
    }
  },
);

test("several pictures are one batch, in the order of their names", async () => {
  await using engine = await openEngine({ threads: 1 });
  const one = await engine.load(pictureModel(network, preprocessing, 1));
  const three = await engine.load(pictureModel(network, preprocessing, 3));
  const feeds = Object.fromEntries(pictureNames(3).map((name, i) => [name, pictures[i]!]));
  const { features } = await three.run(feeds);
  expect(features!.dims).toEqual([3, 384]);
  for (const [i, image] of pictures.entries()) {
    const alone = await one.run({ [pictureNames(1)[0]!]: image });
    const bytes = alone["features"]!.bytes;
    expect(features!.bytes.slice(i * bytes.length, (i + 1) * bytes.length)).toEqual(bytes);
  }
});
