import { expect, test } from "vitest";
import { listRecipes, readRecipe } from "../recipes/read-recipe.ts";
import { defaultBackbone, embeddedFor, recipesFor } from "./defaults.ts";
import { openPlans } from "./open-plans.ts";
import { type Plan, openBackbones } from "./plan.ts";
import { plansOn, sharedPlans } from "./shared-question.ts";

const classifiers = ["svm", "svm-rbf", "bayes", "lda", "softmax"];
const fiveWays = ["scratch@alexnet", "alexnet-svm", "vgg-bayes", "fusion", "fine-tune@alexnet"];
const silent = (): void => undefined;

/** A plan without the weights of its networks. */
const told = ({ name, recipe, uses }: Plan): unknown => [
  name,
  recipe,
  uses.map(({ backbone, ...use }) => [backbone.name, use]),
];

test("recipesFor: nothing named, the article's five ways and the hand-made baseline", async () => {
  expect(recipesFor(undefined)).toEqual([...fiveWays, "svm", "blend"]);
  const plans = await openPlans(recipesFor(undefined), {}, silent);
  expect(plans.map(({ name, uses }) => [name, ...uses.map(({ backbone }) => backbone.name)])).toEqual([
    ["scratch", "alexnet-mini"],
    ["alexnet-svm", "alexnet-mini"],
    ["vgg-bayes", "vgg-mini"],
    ["fusion", "alexnet-mini", "vgg-mini"],
    ["fine-tune", "alexnet-mini"],
    ["svm", "gabor-bank"],
    ["blend", "alexnet-mini", "vgg-mini", "gabor-bank"],
  ]);
});

test("recipesFor: one foreign backbone or several, the classifiers as before", () => {
  for (const one of ["mobilenet_v2", "alexnet", "vgg=network.onnx", "alexnet-mini", "gabor-bank"])
    expect(recipesFor([one])).toEqual([...classifiers, "blend"]);
  expect(recipesFor(["alexnet", "resnet18"])).toEqual([...classifiers, "fusion", "blend"]);
  expect(recipesFor(["alexnet", "vgg16", "resnet18"])).toEqual([...classifiers, "fusion", "blend"]);
});

test("recipesFor: an AlexNet and a VGG, by role or by name, the five ways on them, AlexNet alone trained", async () => {
  for (const pair of [
    ["alexnet", "vgg16"],
    ["vgg=a.onnx", "alexnet=b.pth"],
    ["alexnet-mini", "vgg-mini"],
  ])
    expect(recipesFor(pair)).toEqual([...fiveWays, "blend"]);
  const backbones = ["alexnet=vgg-mini", "vgg=gabor-bank"];
  const plans = await openPlans(recipesFor(backbones), { backbones }, silent);
  expect(plans.map(({ name, uses }) => [name, ...uses.map(({ backbone }) => backbone.name)])).toEqual([
    ["scratch", "alexnet"],
    ["alexnet-svm", "alexnet"],
    ["vgg-bayes", "vgg"],
    ["fusion", "alexnet", "vgg"],
    ["fine-tune", "alexnet"],
    ["blend", "alexnet", "vgg"],
  ]);
});

test("embeddedFor: every shipped recipe has a backbone in the package, what is made for none the hand-made one", async () => {
  const chosen = Object.fromEntries(
    await Promise.all(
      (await listRecipes()).map(async (name) => [name, embeddedFor(await readRecipe(name))] as const),
    ),
  );
  const special = {
    "alexnet-svm": ["alexnet-mini"],
    "vgg-bayes": ["vgg-mini"],
    fusion: ["alexnet-mini", "vgg-mini"],
    "fine-tune": ["alexnet-mini"],
    scratch: ["alexnet-mini"],
    blend: [], // it stands on what its members stand on
  };
  const others = Object.keys(chosen).filter((name) => !(name in special));
  expect(chosen).toEqual({
    ...special,
    ...Object.fromEntries(others.map((name) => [name, [defaultBackbone]])),
  });
});

test("openPlans: rows can be named as a comparison shows them, and a layer of nobody's role is refused", async () => {
  const names = ["svm@vgg", "svm@alexnet-mini", "svm"];
  const plans = await openPlans(names, {}, silent);
  expect(plans.map(({ name }) => name)).toEqual(["svm@vgg-mini", "svm@alexnet-mini", "svm@gabor-bank"]);
  await expect(openPlans(["svm@resnet"], {}, silent)).rejects.toMatchObject({
    code: "E_OPTION",
    message: 'recipe "svm": expected a backbone "resnet", got "gabor-bank".',
  });
});

test("sharedPlans: written down and read again, they give another process the same plans", async () => {
  const plans = await openPlans(recipesFor(undefined), { epochs: 3 }, silent);
  const written = JSON.parse(JSON.stringify(sharedPlans(plans))) as ReturnType<typeof sharedPlans>;
  const opened = await openBackbones(["vgg-mini", "alexnet-mini", "gabor-bank"], { layers: [] });
  expect(plansOn(written, opened, "parts").map(told)).toEqual(plans.map(told));
  expect(plans.find(({ name }) => name === "scratch")!.recipe).toMatchObject({ epochs: 3, size: 48 });
  expect(() => plansOn(written, opened.slice(1), "parts")).toThrow('expected a backbone "vgg-mini"');
});

test("openPlans: what a recipe says of AlexNet holds there, under what the caller says, and nowhere else", async () => {
  const [general] = await openPlans(["fine-tune"], { backbones: ["other=vgg-mini"] }, silent);
  const [special] = await openPlans(["fine-tune"], {}, silent);
  const [asked] = await openPlans(["fine-tune"], { head: [], epochs: 2 }, silent);
  expect(general!.recipe).toMatchObject({ head: [], epochs: 10, freezeTo: null, refit: true });
  expect(special!.recipe).toMatchObject({ head: [512], freezeTo: "conv4" });
  expect(asked!.recipe).toMatchObject({ head: [], epochs: 2, freezeTo: "conv4" });
  for (const plan of [general, special, asked]) expect(plan!.recipe).not.toHaveProperty("on");
});
