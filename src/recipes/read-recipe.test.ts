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
  ["[l2, { pca: 0 }]", "line 5, transforms.1.pca: expected above 0, got 0"],
  ["[{ pca: 1.5 }]", "transforms.0"],
  ["[{ pca: 8, whiten: true }]", "line 5, transforms.0.whiten: unknown key, expected one of pca"],
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
    ["{ head: [0] }", "line 6, on.alexnet.head.0: expected above 0, got 0"],
    ["{ epochs: 0, colour: red }", "line 6, on.alexnet.epochs: expected at least 1, got 0"],
    ["{ colour: red }", "line 6, on.alexnet.colour: unknown key, expected one of summary,"],
    ["{ size: 64 }", "line 6, on.alexnet.size: unknown key"],
    ["{ kind: scratch }", "on.alexnet.kind: expected a setting"],
    ["{ name: other }", "on.alexnet.name: expected a setting"],
  ])
    await expect(parseRecipe(tuned(on!), "mine.yaml")).rejects.toMatchObject({
      code: "E_RECIPE",
      message: expect.stringContaining(message!) as string,
    });
});

test("parseRecipe: each fault by its line and key, what was expected, what stands there, and the nearest word", async () => {
  const text = [
    "version: 1",
    "name: Mine",
    "summary: A test.",
    "classifer: lda",
    "classifier: sofmax",
    "pooling: averge",
    "transforms:",
    "  - l2",
    "  - sined-sqrt",
    "grid: 3",
    "repeats: 0",
  ].join("\n");
  const { message } = (await parseRecipe(text, "mine.yaml").catch((error: unknown) => error)) as Error;
  for (const fault of [
    'line 2, name: expected lower-case letters, digits, - and _, got "Mine"',
    "line 4, classifer: unknown key, expected one of version, name, summary,",
    'did you mean "classifier"?',
    "line 5, classifier: expected one of nearest-mean,",
    'got "sofmax", did you mean "softmax"?',
    'line 6, pooling: expected one of avg, max, avgmax, flat, got "averge"',
    "line 9, transforms.1: expected one of standardise, balance, l2, signed-sqrt",
    'got "sined-sqrt", did you mean "signed-sqrt"?',
    "line 10, grid: expected a list, got 3",
    "line 11, repeats: expected at least 1, got 0",
  ])
    expect(message).toContain(fault);
  expect(message.match(/line \d+/g)).toEqual([2, 4, 5, 6, 9, 10, 11].map((line) => `line ${line}`));
});

test("parseRecipe: a key that is missing and a kind that is none are told where the recipe stands", async () => {
  for (const [text, message] of [
    ["# mine\nversion: 1\nname: a\nclassifier: lda\n", "line 2, summary: expected text, got nothing"],
    [
      "version: 1\nname: a\nsummary: A.\nkind: fintune\n",
      'line 4, kind: expected one of classifier, fine-tune, scratch, blend, got "fintune", did you mean "fine-tune"?',
    ],
    ["", "line 1, file: expected keys and values, got null"],
    [
      "version: 1\nname: a\nsummary: A.\nclassifier: svm\ngrid:\n  - C: 1\n  - c: 10\n",
      "line 7, grid.1.c: unknown key, expected one of C,",
    ],
    ["version: 1\nname: [\n", "line 3"],
    ["version: 1\nname: a\nname: b\n", "line 3"],
  ])
    await expect(parseRecipe(text!, "mine.yaml")).rejects.toMatchObject({
      code: "E_RECIPE",
      message: expect.stringContaining(message!) as string,
    });
});
