import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listRecipes, loadModel, readRecipe, train } from "../src/index.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// Every recipe that ships, by the files in assets/recipes/: read, trained on a few pictures, delivered, and asked.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let network = "";
beforeAll(async () => {
  folder = await temporaryFolder();
  photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 8);
  network = await writeSmallNetwork(folder.path);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** A blend is made by a comparison: see blend.test.ts. */
const trainable = (await listRecipes()).filter((name) => name !== "blend");

test.each(trainable)("%s: trains, and its model names a picture", async (name) => {
  const recipe = await readRecipe(name);
  expect(recipe.summary).toMatch(/^[A-Z].*\.$/);
  const one = recipe.role === null ? network : `${recipe.role}=${network}`;
  const backbones = recipe.backbones === "all" ? [one, "gabor-bank"] : [one];
  const quick = recipe.kind === "classifier" ? {} : { epochs: 2, refit: false };
  const size = recipe.kind === "scratch" ? { size: null, rate: 1e-3 } : {};
  const out = join(folder.path, name);
  const cache = join(folder.path, "cache");
  const trained = await train(photos, { recipe: name, backbones, cache, out, ...quick, ...size }).result;
  expect(trained).toMatchObject({ recipe: name, images: 24 });
  expect(trained.backbones).toHaveLength(backbones.length);

  await using model = await loadModel(out, { threads: 1 });
  const { label, probabilities } = await model.predict(join(photos, "down", "1.png"));
  expect(model.labels).toContain(label);
  expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});
