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

test("parseRecipe: settings under `on` are checked as the recipe's own, each fault by its place", async () => {
  const tuned = (on: string): string =>
    `version: 1\nkind: fine-tune\nname: mine\nsummary: A test.\nepochs: 3\non: { alexnet: ${on} }\n`;
  const read = await parseRecipe(tuned("{ head: [64], summary: Ours. }"), "mine.yaml");
  expect(read).toMatchObject({ head: [], on: { alexnet: { head: [64], summary: "Ours." } } });
  for (const [on, message] of [
    ["{ head: [0] }", "on.alexnet.head.0: Too small"],
    ["{ epochs: 0, colour: red }", "on.alexnet.epochs: Too small"],
    ["{ colour: red }", 'on.alexnet: Unrecognized key: "colour"'],
    ["{ size: 64 }", 'on.alexnet: Unrecognized key: "size"'],
    ["{ kind: scratch }", "on.alexnet.kind: expected a setting"],
    ["{ name: other }", "on.alexnet.name: expected a setting"],
  ])
    await expect(parseRecipe(tuned(on!), "mine.yaml")).rejects.toMatchObject({
      code: "E_RECIPE",
      message: expect.stringContaining(message!) as string,
    });
});
