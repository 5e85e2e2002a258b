import { expect, test } from "vitest";
import { tinyBackbone } from "../../test/fixtures/tiny-backbone.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import { type NamedBackbone, layersOf, openBackbones, planRecipes } from "./plan.ts";

function backbone(name: string, architecture?: string): NamedBackbone {
  const tiny = tinyBackbone();
  const card = { ...tiny.card, ...(architecture === undefined ? {} : { architecture }) };
  return { ...tiny, name, card };
}

async function planned(recipes: readonly string[], backbones: readonly NamedBackbone[]): Promise<unknown> {
  const read = await Promise.all(recipes.map(readRecipe));
  return planRecipes(read, backbones, {}).map(({ name, uses }) => [
    name,
    uses.map((use) => use.backbone.name),
  ]);
}

test("planRecipes: the article's recipes take the backbone of their role, fusion all of them", async () => {
  const given = [backbone("alexnet"), backbone("vgg")];
  expect(await planned(["alexnet-svm", "vgg-bayes", "fusion", "lda"], given)).toEqual([
    ["alexnet-svm", ["alexnet"]],
    ["vgg-bayes", ["vgg"]],
    ["fusion", ["alexnet", "vgg"]],
    ["lda@alexnet", ["alexnet"]],
    ["lda@vgg", ["vgg"]],
  ]);
});

test("planRecipes: without such a name, a backbone of that architecture or family has the role", async () => {
  const given = [backbone("a", "alexnet"), backbone("b", "vgg16_bn"), backbone("c", "vgg19")];
  expect(await planned(["alexnet-svm", "vgg-bayes"], given)).toEqual([
    ["alexnet-svm", ["a"]],
    ["vgg-bayes@b", ["b"]],
    ["vgg-bayes@c", ["c"]],
  ]);
  expect(await planned(["vgg-bayes"], [...given, backbone("vgg")])).toEqual([["vgg-bayes", ["vgg"]]]);
});

test("planRecipes: every role that nobody has is named, with what to type", async () => {
  await expect(planned(["alexnet-svm", "vgg-bayes", "svm"], [backbone("tiny")])).rejects.toMatchObject({
    code: "E_OPTION",
    message: 'recipe "alexnet-svm", "vgg-bayes": expected a backbone "alexnet", "vgg", got "tiny".',
    hint: expect.stringContaining("--backbone alexnet=FILE --backbone vgg=FILE"),
  });
});

test("layersOf: what the caller says stands above the recipes", async () => {
  const read = [await readRecipe("svm"), { ...(await readRecipe("lda")), layer: "conv4" }];
  expect(layersOf(read, {})).toEqual(["default", "conv4"]);
  expect(layersOf(read, { layer: "fc6" })).toEqual(["fc6", "fc6"]);
});

test("openBackbones: a name given twice wants a role", async () => {
  const layers = ["default"];
  await expect(openBackbones(["gabor-bank", "gabor-bank"], { layers })).rejects.toMatchObject({
    code: "E_OPTION",
  });
  const [first, second] = await openBackbones(["gabor-bank", "other=gabor-bank"], { layers });
  expect([first!.name, second!.name]).toEqual(["gabor-bank", "other"]);
});
