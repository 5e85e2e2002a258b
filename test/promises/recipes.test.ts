import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeModel } from "../../src/graph/onnx/encode-model.ts";
import { formatCard } from "../../src/backbones/format-card.ts";
import { decodeSafetensors } from "../../src/files/safetensors.ts";
import { type Shell, openShell } from "../fixtures/command-line.ts";
import { tinyBackbone } from "../fixtures/tiny-backbone.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README and docs/recipes.md: recipes by name or file, layers, pooling, roles, several backbones.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 4);
  const file = join(shell.folder, "tiny.onnx");
  const { model, card } = tinyBackbone();
  await writeFile(file, encodeModel(model));
  await writeFile(`${file}.card.yaml`, await formatCard(card));
  const recipe =
    "version: 1\nname: mine\nsummary: Ours.\nlayer: energy\npooling: max\ntransforms: [{ pca: 64 }]\nclassifier: lda\n";
  await writeFile(join(shell.folder, "mine.yaml"), recipe);
  await writeFile(join(shell.folder, "strict.yaml"), `${recipe}colour: red\n`);
});
afterAll(async () => await shell[Symbol.asyncDispose]());

interface Answer {
  readonly recipes: readonly {
    name: string;
    backbones: string[];
    layer: string;
    dimensions: number;
    error?: unknown;
  }[];
}

const compare = async (...words: string[]): Promise<Answer & { stderr: string }> => {
  const { stdout, stderr } = await shell.rootstock("compare", "photos", "--folds", "2", "--json", ...words);
  return { ...(JSON.parse(stdout) as Answer), stderr };
};

test("every shipped recipe on features runs by its name, and one of your own from its file", async () => {
  const shipped = ["svm", "svm-rbf", "bayes", "lda", "softmax", "ridge", "knn", "nearest-mean", "mlp"];
  const { recipes, stderr } = await compare("--recipes", [...shipped, "mine.yaml"].join(","));
  expect(recipes.map(({ name }) => name)).toEqual([...shipped, "mine"]);
  expect(recipes.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(recipes.at(-1)).toMatchObject({ layer: "energy", dimensions: 96 });
  expect(stderr).toMatch(/warning: .*pca/i); // fewer images than 64: it keeps what there is and warns
});

test("--recipes repeats, --layer and --pool stand above what a recipe says", async () => {
  const words = ["--recipes", "lda", "--recipes", "mine.yaml", "--layer", "scattering", "--pool", "avgmax"];
  const { recipes } = await compare(...words);
  expect(recipes).toMatchObject([
    { name: "lda", layer: "scattering", dimensions: 768 },
    { name: "mine", layer: "scattering", dimensions: 768 },
  ]);
});

test("several backbones: a row for each, role= names it, and fusion joins them by default", async () => {
  const { recipes } = await compare(
    "--backbone",
    "lab=tiny.onnx",
    "--backbone",
    "gabor-bank",
    "--recipes",
    "lda,fusion",
  );
  expect(recipes.map(({ name, backbones }) => [name, backbones])).toEqual([
    ["lda@lab", ["lab"]],
    ["lda@gabor-bank", ["gabor-bank"]],
    ["fusion", ["lab", "gabor-bank"]],
  ]);
});

test("a blend of your own and the shipped one are rows like others, and run.json tells what they average", async () => {
  const text = "version: 1\nkind: blend\nname: pair\nsummary: Two.\nmembers: [lda, knn]\n";
  await writeFile(join(shell.folder, "pair.yaml"), text);
  const { recipes } = await compare("--recipes", "lda,knn,bayes,blend,pair.yaml", "--out", "blends");
  expect(recipes.map(({ name, error }) => [name, error])).toEqual(
    ["lda", "knn", "bayes", "blend", "pair"].map((name) => [name, undefined]),
  );
  const [id] = await readdir(join(shell.folder, "blends"));
  const record = JSON.parse(await readFile(join(shell.folder, "blends", id!, "run.json"), "utf8")) as {
    recipes: { name: string; blend?: { members: { recipe: string; weight: number }[] } }[];
  };
  const [, , , all, pair] = record.recipes.map(({ blend }) => blend?.members.map(({ recipe }) => recipe));
  expect(["lda", "knn", "bayes"]).toEqual(expect.arrayContaining(all!));
  expect(["lda", "knn"]).toEqual(expect.arrayContaining(pair!));
  await writeFile(join(shell.folder, "wrong.yaml"), text.replace("knn", "knnn"));
  const wrong = await shell.rootstock("compare", "photos", "--recipes", "lda,knn,wrong.yaml");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/"knnn".*\[E_RECIPE\]\n.*knn/s);
});

test("views, stages and alternatives of a recipe reach the model, which verify proves", async () => {
  const text = `version: 1
name: looked
summary: Ours.
views: 4
stages: 2
transforms: [signed-sqrt, l2]
alternatives: [[standardise], [l2]]
classifier: nearest-mean
`;
  await writeFile(join(shell.folder, "looked.yaml"), text);
  const words = ["photos", "--recipe", "looked.yaml", "--backbone", "tiny.onnx", "--out", "looked", "--json"];
  const { stdout } = await shell.rootstock("train", ...words);
  const { chosen, backbones } = JSON.parse(stdout) as {
    chosen: { transforms?: string };
    backbones: string[];
  };
  expect(["signed-sqrt + l2", "standardise", "l2"]).toContain(chosen.transforms);
  expect(backbones).toHaveLength(1);
  expect((await shell.rootstock("verify", "looked")).status).toBe(0);
});

test("features: any layer and pooling, flat too, with labels beside them", async () => {
  const words = ["--layer", "moments", "--pool", "flat", "--out", "f.safetensors"];
  expect((await shell.rootstock("features", "photos", ...words)).status).toBe(0);
  const { tensors, metadata } = decodeSafetensors(await readFile(join(shell.folder, "f.safetensors")));
  expect(tensors.get("features")!.dims).toEqual([12, 6 * 4 * 4]);
  expect(tensors.get("labels")!.dims).toEqual([12]);
  expect(metadata.get("layer")).toBe("moments");
});

test.each([
  ["a recipe with an unknown key", ["--recipes", "strict.yaml"], 2, /colour.*\[E_RECIPE\]/s],
  [
    "a layer that the backbone has not",
    ["--recipes", "lda", "--layer", "conv9"],
    1,
    /conv9.*\[E_LAYER\]\n  \S/s,
  ],
  ["a backbone of the list that is not here", ["--backbone", "alexnet"], 1, /pull/],
])("%s is refused before a photo is read", async (_, words, status, told) => {
  const outcome = await shell.rootstock("compare", "photos", ...words);
  expect(outcome.status).toBe(status);
  expect(outcome.stderr).toMatch(told);
  expect(outcome.stderr).not.toContain("check images");
});
