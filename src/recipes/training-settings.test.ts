import { expect, test } from "vitest";
import { readRecipe } from "./read-recipe.ts";
import { withTrainingSettings } from "./training-settings.ts";

const recipes = await Promise.all(["svm", "fine-tune", "scratch"].map(readRecipe));
const [svm, tuned, scratch] = recipes;

test("withTrainingSettings: each setting lands where its kind has it, the rest stays", async () => {
  const changed = await withTrainingSettings(recipes, {
    epochs: 3,
    head: [512],
    freezeTo: "conv4",
    rate: null,
    refit: false,
  });
  expect(changed).toEqual([
    svm,
    { ...tuned, epochs: 3, head: [512], freezeTo: "conv4", rate: null, refit: false },
    { ...scratch, epochs: 3, head: [512], rate: null, refit: false },
  ]);
  expect(await withTrainingSettings(recipes, { layer: "conv4", epochs: undefined } as object)).toEqual(
    recipes,
  );
});

test("withTrainingSettings: settings that no recipe takes are refused together", async () => {
  const refused = withTrainingSettings([svm!, scratch!], { freezeTo: "all", epochs: 3 });
  await expect(refused).rejects.toMatchObject({
    code: "E_OPTION",
    message: 'freezeTo: expected a recipe of kind fine-tune, got "svm", "scratch".',
  });
  await expect(withTrainingSettings([svm!], { head: [], batchSize: 8 })).rejects.toMatchObject({
    code: "E_OPTION",
    message: 'head, batchSize: expected a recipe of kind fine-tune or scratch, got "svm".',
  });
});

test("withTrainingSettings: values out of range are refused, all of them", async () => {
  await expect(withTrainingSettings(recipes, { epochs: 0, dropout: 1 })).rejects.toMatchObject({
    code: "E_OPTION",
    message: expect.stringMatching(/^fine-tune: dropout: .*; epochs: .*\.$/),
  });
});
