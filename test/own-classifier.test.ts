import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell } from "./fixtures/command-line.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// docs/recipes.md: a classifier of the user's own, as a module that a recipe or the command line names.

const library = pathToFileURL(join(process.cwd(), "dist/src/index.js")).href;
const head = `import { classifierTable, defineClassifier } from ${JSON.stringify(library)};\n`;

/** The module beside it does the learning, and leaves a mark whenever it is run. */
const parts = `${head}
import { appendFileSync } from "node:fs";
appendFileSync(new URL("marks", import.meta.url), ".");
export const { fit, restore, outOfFold } = classifierTable.ridge;
`;
const mine = `import { fit, restore, outOfFold } from "./parts.mjs";
export default { name: "mine", defaults: { alpha: 1 }, grid: [{ alpha: 1 }, { alpha: 100 }], fit, restore, outOfFold };
`;
/** `mine` with the fitted value changed. */
const spoilt = (name: string, change: string): string =>
  `${head}const sound = classifierTable.ridge;
const fit = async (...args) => { const fitted = await sound.fit(...args); return { ...fitted, ${change} }; };
export const spoilt = { ...sound, name: ${JSON.stringify(name)}, grid: [{}], fit };
`;

const modules: Readonly<Record<string, string>> = {
  "parts.mjs": parts,
  "mine.mjs": mine,
  "throws.mjs": `${head}export default { ...classifierTable.ridge, name: "throws", fit: async () => {
  return undefined.length;
} };`,
  "nan.mjs": `${head}export default { ...classifierTable.ridge, name: "nan", outOfFold: async (...args) => {
  const scores = await classifierTable.ridge.outOfFold(...args);
  scores[0].data[4] = Number.NaN;
  return scores;
} };`,
  "narrow.mjs": `${head}export default defineClassifier({ name: "narrow", defaults: {}, grid: [{}], fit: async () => ({
  classCount: 3, dimensions: 710, state: new Map(), appendTo: (_, features) => features,
  logits: ({ rows }) => ({ rows, columns: 2, data: new Float32Array(2 * rows) }),
}), restore: () => {} });`,
  "late.mjs": spoilt("late", "logits: async (features) => fitted.logits(features)"),
  "other.mjs": spoilt("other", `appendTo: (b, x) => b.op("Neg", [fitted.appendTo(b, x)])`),
  "syntax.mjs": "export default {\n  name: 'syntax',\n  fit(] {}\n};\n",
  "lost.mjs": `import { gone } from "a-package-that-nobody-has";\nexport default gone;\n`,
  "alone.mjs": `import { defineClassifier } from "rootstock";\nexport default defineClassifier({});\n`,
  "dies.mjs": `throw new TypeError("no luck");\n`,
  "nothing.mjs": "const unsaid = 1;\n",
  "learner.mjs": `export default { name: "learner", defaults: {}, grid: [{}], fit() {}, restore() {} };\n`,
  "two.mjs": `${head}export const { ridge, lda } = classifierTable;\n`,
  "old.cjs": `module.exports = { name: "Old One" };\n`,
  "typed.ts": `interface Named { readonly name: string }\n${mine.replace("export default {", "const typed = {")}
export default typed satisfies Named;\n`,
};
const recipe = (classifier: string): string =>
  `version: 1\nname: ours\nsummary: Ours.\nbackbones: all\nclassifier: ${classifier}\n`;

let shell: Shell;
let compared: Outcome;
let trained: Outcome;
const place = (...path: string[]): string => join(shell.folder, ...path);
const marks = async (): Promise<number> => (await stat(place("lib", "marks"))).size;
const gabor = ["--backbone", "gabor-bank"];

beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(place("photos"), 4);
  await mkdir(place("lib"));
  for (const [name, text] of Object.entries(modules)) await writeFile(place("lib", name), text);
  await writeFile(place("ours.yaml"), recipe("./lib/mine.mjs"));
  const recipes = [
    "ours.yaml",
    ...["mine", "throws", "nan", "narrow", "late", "other"].map((m) => `lib/${m}.mjs`),
  ];
  const words = ["--recipes", [...recipes, "nearest-mean"].join(), "--folds", "2", "--json", ...gabor];
  compared = await shell.rootstock("compare", "photos", ...words);
  trained = await shell.rootstock("train", "photos", "--recipe", "ours.yaml", "--out", "model", ...gabor);
});
afterAll(async () => await shell[Symbol.asyncDispose]());

interface Row {
  readonly name: string;
  readonly accuracy?: { readonly mean: number };
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

test("a module in a recipe, and one in a recipe's place, are measured beside the shipped ones", () => {
  const rows = (JSON.parse(compared.stdout) as { recipes: Row[] }).recipes;
  expect(rows.map(({ name }) => name)).toEqual([
    "ours",
    "mine",
    "throws",
    "nan",
    "narrow",
    "late",
    "other",
    "nearest-mean",
  ]);
  for (const name of ["ours", "mine", "nearest-mean"])
    expect(rows.find((row) => row.name === name)).toMatchObject({ accuracy: { mean: 1 } });
});

test.each([
  [
    "throws",
    /^classifier module "throws.mjs": fit: expected no error, got TypeError: .*length.* \(throws.mjs:3:\d+\)\.$/,
  ],
  ["nan", /^classifier module "nan.mjs": outOfFold: expected finite logits, got NaN in row 1, class 1\.$/],
  [
    "narrow",
    /^narrow: logits: expected logits \d x 3 as a matrix of float32, got \d x 2 with \d+ values as Float32Array\.$/,
  ],
  ["late", /^classifier module "late.mjs": logits: expected logits \d x 3 .*, got a promise/],
  [
    "other",
    /^classifier module "other.mjs": appendTo: expected the function of logits .*, got one that differs by \d/,
  ],
])("a classifier that breaks its contract keeps its row with what it did: %s", (name, told) => {
  const { recipes } = JSON.parse(compared.stdout) as { recipes: Row[] };
  const { error } = recipes.find((row) => row.name === name)!;
  expect(error).toMatchObject({ code: "E_CLASSIFIER", message: expect.stringMatching(told) as string });
  expect(error!.hint).toContain("rootstock/testing");
});

test("run.json and the model name the module's files by their hashes; the model holds none of them", async () => {
  const { runDirectory } = JSON.parse(compared.stdout) as { runDirectory: string };
  const record = JSON.parse(await readFile(join(runDirectory, "run.json"), "utf8")) as {
    recipes: { resolved: unknown }[];
  };
  const own = { name: "mine", files: { "mine.mjs": expect.stringMatching(/^[0-9a-f]{64}$/) as string } };
  expect(record.recipes[0]!.resolved).toMatchObject({ classifier: "mine.mjs", own });
  expect(trained.status).toBe(0);
  const text = await readFile(place("model", "rootstock.json"), "utf8");
  const { recipe, files } = JSON.parse(text) as { recipe: { resolved: { own: object } }; files: object };
  expect(Object.keys((recipe.resolved.own as { files: object }).files)).toEqual(["mine.mjs", "parts.mjs"]);
  expect(Object.keys(files).filter((file) => /mine|parts/.test(file))).toEqual([]);
  expect(text).not.toContain(shell.folder);
});

test("a model's classifier is a graph: it predicts where the module is gone, and nothing runs what is left of it", async () => {
  const before = await marks();
  await rm(place("lib", "mine.mjs"));
  const predicted = await shell.rootstock("predict", "model", "photos/down/1.png", "--json");
  await writeFile(place("lib", "mine.mjs"), mine);
  expect(JSON.parse(predicted.stdout)).toMatchObject({ label: "down" });
  expect(await marks()).toBe(before);
});

test("what the module imports is part of the question: after a change it is another model", async () => {
  const again = ["train", "photos", "--recipe", "ours.yaml", "--out", "model", ...gabor];
  await writeFile(place("lib", "parts.mjs"), `${parts}// changed\n`);
  const refused = await shell.rootstock(...again);
  await writeFile(place("lib", "parts.mjs"), parts);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/expected no model, or one of the same recipe.*\[E_BUNDLE\]/s);
});

test("a run that several processes share has the module where each of them names it, and none where workers would", async () => {
  const words = ["photos", "--recipes", "ours.yaml", "--folds", "2", "--out", "shared", ...gabor];
  const [shard, queue] = await Promise.all([
    shell.rootstock("compare", ...words, "--shard-index", "0", "--shard-count", "1", "--json"),
    shell.rootstock("compare", ...words, "--queue", "redis://127.0.0.1:9"),
  ]);
  expect(JSON.parse(shard.stdout)).toMatchObject({ missing: 0, comparison: { winner: "ours" } });
  const again = await shell.rootstock(
    "compare",
    ...words,
    "--shard-index",
    "0",
    "--shard-count",
    "1",
    "--json",
  );
  expect(JSON.parse(again.stdout)).toMatchObject({ missing: 0, comparison: { winner: "ours" } });
  expect(queue.status).toBe(2);
  expect(queue.stderr).toMatch(
    /queue: expected classifiers of the package, got one of your own in "ours"\..*\[E_OPTION\]/s,
  );
});

/** Refusals before any work, by the words that name the module. */
const refusals: readonly (readonly [module: string, code: string, told: RegExp, next: RegExp])[] = [
  ["lib/syntax.mjs", "E_CLASSIFIER", /^classifier module "syntax.mjs": expected a module that can be read, got SyntaxError: .* \(syntax.mjs:3\)\.$/, /Mend the module/],
  ["lib/lost.mjs", "E_CLASSIFIER", /expected all that it imports, got .*a-package-that-nobody-has/, /Mend/],
  ["lib/alone.mjs", "E_CLASSIFIER", /expected all that it imports, got .*'rootstock'/, /npm install rootstock/],
  ["lib/dies.mjs", "E_CLASSIFIER", /expected a module that can be run, got TypeError: no luck \(dies.mjs:1:\d+\)\./, /Mend/],
  ["lib/nothing.mjs", "E_CLASSIFIER", /expected a classifier as its default or only export, got no export\./, /examples\/own-classifier/],
  ["lib/learner.mjs", "E_CLASSIFIER", /its export "default" to be a classifier, and it lacks outOfFold: a function\./, /defineClassifier/],
  ["lib/two.mjs", "E_CLASSIFIER", /expected one classifier, got "lda", "ridge"\./, /#lda/],
  ["lib/two.mjs#svm", "E_CLASSIFIER", /expected an export "svm", got exports "lda", "ridge"\./, /./],
  ["lib/old.cjs", "E_CLASSIFIER", /it lacks name: lower-case letters.*; defaults: .*; grid: .*; fit: .*; restore: /, /./],
  ["lib/gone.mjs", "E_RECIPE", /^classifier module "gone.mjs": cannot be read: .*\.$/, /Check the path/],
  ["broken.yaml", "E_RECIPE", /classifier: expected one of nearest-mean, .*, or a module of yours like .\/mine.js, got ".\/lib\/mine"/, /docs\/recipes.md/],
]; // prettier-ignore

test("a module that cannot be taken is refused with what is wrong and what to do", async () => {
  await writeFile(place("broken.yaml"), recipe("./lib/mine"));
  const words = [...refusals.map(([module]) => module), "lib/two.mjs#lda", "lib/typed.ts"];
  const script = `import { readRecipe } from ${JSON.stringify(library)};
    const told = (error) => ({ code: error.code, message: error.message, hint: error.hint });
    const answers = [];
    for (const word of ${JSON.stringify(words)}) answers.push(await readRecipe(word).catch(told));
    console.log(JSON.stringify(answers));`;
  const { stdout, stderr } = await shell.run(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stderr.replaceAll(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, "")).toBe("");
  const answers = JSON.parse(stdout) as (
    { code: string; message: string; hint: string } | { name: string }
  )[];
  for (const [i, [module, code, message, hint]] of refusals.entries())
    expect([module, answers[i]]).toEqual([
      module,
      {
        code,
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      },
    ]);
  const [chosen, typed] = answers.slice(-2);
  expect(chosen).toMatchObject({ name: "lda", own: { name: "lda" }, backbones: "all" });
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
  if (stripsTypes) expect(typed).toMatchObject({ name: "mine" });
  else
    expect(typed).toMatchObject({
      code: "E_CLASSIFIER",
      message: `classifier module "typed.ts": expected JavaScript, since Node.js ${process.versions.node} does not read TypeScript by itself.`,
      hint: expect.stringContaining("22.18") as string,
    });
});

test("two recipes of one name are refused, since results are kept by it", async () => {
  const { status, stderr } = await shell.rootstock("compare", "photos", "--recipes", "lda,lda");
  expect(status).toBe(2);
  expect(stderr).toMatch(/recipe "lda@gabor-bank": given twice\..*\[E_OPTION\]/s);
});

test("a process that has run a module refuses a changed one, which Node would not read again", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "mine.mjs");
  await writeFile(file, `${head}export const { ridge } = classifierTable;\n`);
  const script = `import { appendFileSync } from "node:fs";
    import { readRecipe } from ${JSON.stringify(library)};
    await readRecipe(${JSON.stringify(file)});
    await readRecipe(${JSON.stringify(file)});
    appendFileSync(${JSON.stringify(file)}, "// changed");
    await readRecipe(${JSON.stringify(file)}).catch((error) => console.log(error.message));`;
  const { stdout } = await shell.run(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stdout).toBe(
    'classifier module "mine.mjs": expected "mine.mjs" as this process has run it, got another version.\n',
  );
});
