import { expect, test } from "vitest";
import { listRecipes, parseRecipe, readRecipe } from "./read-recipe.ts";

const recipe = (transforms: string): string =>
  `version: 1\nname: mine\nsummary: A test.\nclassifier: lda\ntransforms: ${transforms}\n`;

test("parseRecipe: transforms are names, and pca with its number of components", async () => {
  const read = await parseRecipe(recipe("[standardise, { pca: 64 }, l2]"), "mine.yaml");
  expect(read).toMatchObject({ kind: "classifier", transforms: ["standardise", { pca: 64 }, "l2"] });
});

for (const [transforms, message] of [
  ["[pca]", "transforms.0: expected one of standardise, balance, l2, signed-sqrt, or { pca: components }"],
  ["[whiten]", "transforms.0: expected one of standardise, balance, l2, signed-sqrt, or { pca: components }"],
  ["[l2, { pca: 0 }]", "transforms.1.pca: Too small"],
  ["[{ pca: 1.5 }]", "transforms.0"],
  ["[{ pca: 8, whiten: true }]", 'transforms.0: Unrecognized key: "whiten"'],
])
  test(`parseRecipe: transforms ${transforms} are refused: ${message}`, async () => {
    await expect(parseRecipe(recipe(transforms!), "mine.yaml")).rejects.toMatchObject({
      code: "E_RECIPE",
      message: expect.stringContaining(message!),
    });
  });

test("readRecipe: every shipped recipe is read under its own name", async () => {
  for (const name of await listRecipes()) expect((await readRecipe(name)).name).toBe(name);
});
