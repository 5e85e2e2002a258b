import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, writePatternPhotos } from "../../../test/pattern-photos.ts";
import { shippedFolder } from "../../backbones/shipped-cards.ts";
import { decodeImage } from "../../image/decode.ts";
import { formatShown, showBackbone, writeFilters } from "./show-backbone.ts";
import { train } from "../train.ts";

test("showBackbone: a name, a file, a model folder", async () => {
  await using folder = await temporaryFolder();
  const named = await showBackbone("alexnet");
  expect(named).toMatchObject({ kind: "backbone", card: { name: "alexnet", defaultLayer: "pool5" } });
  expect(await formatShown(named)).toContain("defaultLayer: pool5");
  const file = await showBackbone(join(shippedFolder, "gabor-bank.onnx"));
  expect(file).toMatchObject({ kind: "backbone", card: { name: "gabor-bank" } });

  const [photos, model] = [join(folder.path, "photos"), join(folder.path, "model")];
  await writePatternPhotos(photos, 4);
  await train(photos, { recipe: "nearest-mean", cache: null, out: model }).result;
  const shown = await showBackbone(model);
  expect(shown).toMatchObject({ kind: "model", record: { labels: ["across", "down", "slanted"] } });
  expect(await formatShown(shown)).toContain("recipe: nearest-mean");

  const [own, trained] = [join(folder.path, "own.png"), join(folder.path, "trained.png")];
  const drawn = await writeFilters("gabor-bank", own);
  const image = await decodeImage(await readFile(own));
  expect([image.width, image.height]).toEqual([drawn.width, drawn.height]);
  expect(drawn.layers.length).toBeGreaterThan(0);
  // the same filters are inside the trained model, under longer names
  await writeFilters(model, trained);
  expect((await readFile(trained)).equals(await readFile(own))).toBe(true);
});

test("showBackbone: an unknown name lists the known ones; a card alone has no filters to draw", async () => {
  await expect(showBackbone("alexnett")).rejects.toMatchObject({ code: "E_BACKBONE" });
  await expect(writeFilters("squeezenet1_1.onnx", "x.png")).rejects.toMatchObject({ code: "E_BACKBONE" });
});
