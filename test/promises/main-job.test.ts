import { copyFile, mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README, "Two commands" and "With your photos": what `compare` does with nothing said but the folder.

let shell: Shell;
let outcome: Outcome;
let run = "";
let record: {
  status: string;
  recipes: { name: string; backbones: string[]; holdout: number | null; error?: unknown }[];
  images: { path: string; fold: number | null; split: string | null }[];
  dataset: { skipped: { path: string; code: string }[] };
};

/** The words, with `<run>` for the folder of the run. */
const rootstock = async (...words: string[]): Promise<Outcome> =>
  await shell.rootstock(...words.map((word) => word.replace("<run>", run)));

beforeAll(async () => {
  shell = await openShell();
  const at = (...parts: string[]): string => join(shell.folder, "photos", ...parts);
  await writePatternPhotos(at("train"), 6);
  for (const label of ["across", "down", "slanted"]) {
    await mkdir(at("test", label), { recursive: true });
    await rename(at("train", label, "5.png"), at("test", label, "0.png"));
    await copyFile(at("train", label, "4.png"), at("train", label, "copy.png"));
  }
  await writeFile(at("train", "down", "broken.jpg"), "no picture");
  outcome = await shell.rootstock("compare", "photos", "--epochs", "2"); // trainings are cut short, for the time they take
  const [id] = await readdir(join(shell.folder, "runs"));
  run = `runs/${id}`;
  record = JSON.parse(await readFile(join(shell.folder, run, "run.json"), "utf8")) as typeof record;
}, 240_000); // twelve short trainings, on a machine that may have other work
afterAll(async () => await shell[Symbol.asyncDispose]());

test("compare with a folder alone: exit 0, the verdict, the table with its winner, and where report and model are", () => {
  expect(outcome.status).toBe(0);
  expect(outcome.stdout).toMatch(/^\* \S+ +\S.* +\d+ +\d+\.\d % /m);
  expect(outcome.stdout).toMatch(/comes first|gets/);
  expect(outcome.stdout).toMatch(/report +\S+report\.html\n/);
});

test("the default comparison is the five ways on the networks in the package, hand-made features, and their blend", () => {
  expect(record.recipes.map(({ name, backbones }) => [name, ...backbones])).toEqual([
    ["scratch", "alexnet-mini"],
    ["alexnet-svm", "alexnet-mini"],
    ["vgg-bayes", "vgg-mini"],
    ["fusion", "alexnet-mini", "vgg-mini"],
    ["fine-tune", "alexnet-mini"],
    ["svm", "gabor-bank"],
    ["blend", ...record.recipes.at(-1)!.backbones],
  ]);
  expect(record.recipes.filter(({ error }) => error !== undefined)).toEqual([]);
  const better =
    /do better: efficientnet_lite0 \(17 MB\) .*\n +rootstock backbones pull efficientnet_lite0\n/;
  expect(outcome.stdout).toMatch(better);
});

test("with one backbone named, it is svm, svm-rbf, bayes, lda and softmax on it, and their blend", async () => {
  const words = ["photos", "--backbone", "gabor-bank", "--folds", "2", "--out", "others", "--json"];
  const { stdout } = await rootstock("compare", ...words);
  const { recipes } = JSON.parse(stdout) as { recipes: { name: string }[] };
  expect(recipes.map(({ name }) => name)).toEqual(["svm", "svm-rbf", "bayes", "lda", "softmax", "blend"]);
});

test("it writes runs/<id>/ with report.html, run.json and model/, and nothing is left half-done", async () => {
  expect(record.status).toBe("complete");
  const names = await readdir(join(shell.folder, run));
  expect(names).toEqual(expect.arrayContaining(["model", "report.html", "run.json"]));
  expect(names.filter((name) => /^parts|partial|tmp/.test(name))).toEqual([]);
});

test("a test folder around the classes is kept apart and scored once as holdout", () => {
  expect(record.images.filter(({ split }) => split !== null && split !== "train")).toHaveLength(3);
  for (const { holdout } of record.recipes) expect(holdout).toEqual(expect.any(Number));
});

test("a broken photo is named, skipped and counted, and stops nothing", () => {
  expect(record.dataset.skipped).toMatchObject([{ path: "train/down/broken.jpg", code: "E_IMAGE_TYPE" }]);
  expect(outcome.stderr + outcome.stdout).toContain("broken.jpg");
});

test("copies of a photo are kept on one side of every fold", () => {
  const foldOf = (path: string): number | null => record.images.find((image) => image.path === path)!.fold;
  for (const label of ["across", "down", "slanted"])
    expect(foldOf(`train/${label}/copy.png`)).toBe(foldOf(`train/${label}/4.png`));
});

test("progress and warnings go to stderr, and --quiet leaves the result and the warnings", async () => {
  expect(outcome.stderr).toMatch(/check images, features alexnet-mini: /);
  expect(outcome.stdout).not.toMatch(/check images|warning/);
  const { stdout, stderr, status } = await rootstock(
    "compare",
    "photos",
    "--recipes",
    "lda",
    "--folds",
    "2",
    "--quiet",
  );
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\* lda/m) });
  expect(stderr).not.toMatch(/check images|features|model:/);
});

test("the model of the run predicts and is measured; runs lists and shows it; the report can be opened", async () => {
  const [predicted, evaluated, listed, shown] = await Promise.all([
    rootstock("predict", "<run>/model", "photos/test/down/0.png"),
    rootstock("evaluate", "<run>/model", "photos/test"),
    rootstock("runs", "list"),
    rootstock("runs", "show", run.slice("runs/".length)),
  ]);
  expect(predicted.stdout).toMatch(/^photos\/test\/down\/0\.png\t(across|down|slanted)\t[01]\.\d{4}\n$/);
  expect(evaluated.stdout).toMatch(/3 images/);
  expect(listed.stdout).toContain(run.slice("runs/".length));
  expect(JSON.parse(shown.stdout)).toMatchObject({ status: "complete" });
  for (const { status } of [predicted, evaluated, listed, shown]) expect(status).toBe(0);
  expect((await stat(join(shell.folder, run, "report.html"))).size).toBeGreaterThan(10_000);
});
