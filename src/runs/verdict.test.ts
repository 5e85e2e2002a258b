import { expect, test } from "vitest";
import type { RunRecipe } from "./run-record.ts";
import { chooseWinner, judgeRecipes, rankRecipes } from "./verdict.ts";

/** A measured recipe as far as a verdict looks at it: `right` of four images. */
function recipe(name: string, right: number, more: object = {}): RunRecipe {
  const mean = right / 4;
  const predictions = Array.from({ length: 4 }, (_, i) => ({ label: i < right ? 0 : 1, probability: 1 }));
  const accuracy = { mean, low: 0, high: 1 };
  const seconds = { features: 0, fit: 0, predict: 0, total: 1 };
  return { name, accuracy, predictions, seconds, holdout: null, chosen: [], ...more } as unknown as RunRecipe;
}

const images = Array.from({ length: 4 }, () => ({ label: 0, group: null }));

test("the winner of equals is the simplest and then the first by name, whatever time each took", () => {
  for (const total of [1, 100]) {
    const seconds = { features: 0, fit: 0, predict: 0, total };
    const recipes = [
      recipe("svm", 3, { complexity: [0, 1, 710, 5] }),
      recipe("lda", 3, { complexity: [0, 1, 710, 2], seconds }),
      recipe("fine-tune", 3, { complexity: [1, 1, 710, 0] }),
    ];
    expect(chooseWinner(recipes)!.name).toBe("lda");
    expect(judgeRecipes(recipes, images, { classes: ["a"] }).winner).toBe("lda");
    expect(chooseWinner([recipe("b", 3, { seconds }), recipe("a", 3)])!.name).toBe("a");
  }
});

test("rankRecipes: the winner never stands below another, and what failed stands at the end", () => {
  const failed = { name: "a-failed", accuracy: undefined };
  const recipes = [failed, recipe("ada", 3), recipe("lda", 3), recipe("bayes", 4)] as RunRecipe[];
  const names = rankRecipes({
    recipes: recipes as { name: string; accuracy?: { mean: number } }[],
    winner: "lda",
  });
  expect(names.map(({ name }) => name)).toEqual(["lda", "bayes", "ada", "a-failed"]);
});

test("where no recipe finished the verdict names the cause, and does not send the reader to look for it", () => {
  const error = { code: "E_DATA", message: "fold 1 of 3: expected rows to learn from, got 0.", hint: "" };
  const failed = (name: string, message = error.message): RunRecipe =>
    ({ name, error: { ...error, message } }) as unknown as RunRecipe;
  expect(judgeRecipes([failed("svm"), failed("lda")], images)).toMatchObject({
    winner: null,
    text: "The cause: fold 1 of 3: expected rows to learn from, got 0.",
  });
  expect(judgeRecipes([failed("svm"), failed("lda", "another.")], images).text).toContain(
    "The first cause: fold 1",
  );
});
