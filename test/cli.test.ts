import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeModel } from "../src/graph/onnx/encode-model.ts";
import { decodeImage } from "../src/image/decode.ts";
import { tinyBackbone } from "./fixtures/tiny-backbone.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let model = "";

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ROOTSTOCK_CACHE: join(folder.path, "cache"), NO_COLOR: "1" };
}

function rootstock(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words], {
    cwd: folder.path,
    env: environment(),
    encoding: "utf8",
  });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  photos = join(folder.path, "photos");
  model = join(folder.path, "model");
  await writePatternPhotos(photos, 8);
  expect(rootstock("train", photos, "--recipe", "svm", "--out", model).status).toBe(0);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

test("compare --json: the names of the contract, on stdout alone", () => {
  const { status, stdout } = rootstock("compare", photos, "--recipes", "svm,lda", "--folds", "3", "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as Record<string, unknown> & { recipes: Record<string, unknown>[] };
  expect(Object.keys(result)).toEqual(
    expect.arrayContaining([
      "dataset",
      "seed",
      "folds",
      "recipes",
      "winner",
      "verdict",
      "runDirectory",
      "report",
    ]),
  );
  expect(result["dataset"]).toMatchObject({
    images: 24,
    classes: ["across", "down", "slanted"],
    skipped: [],
  });
  expect(result.recipes[0]).toMatchObject({
    name: "svm",
    backbones: ["gabor-bank"],
    accuracy: { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
    macroF1: expect.any(Number),
    foldAccuracies: [expect.any(Number), expect.any(Number), expect.any(Number)],
    holdout: null,
    seconds: {
      features: expect.any(Number),
      fit: expect.any(Number),
      predict: expect.any(Number),
      total: expect.any(Number),
    },
  });
});

test("compare: twice with one seed gives the same numbers, and the table shows the winner", () => {
  const [first, second] = [1, 2].map(
    () => rootstock("compare", photos, "--recipes", "svm", "--folds", "3").stdout,
  );
  const figures = (text: string): string[] => text.match(/\d+\.\d %/g) ?? [];
  expect(figures(first!)).toEqual(figures(second!));
  expect(first).toMatch(/\* svm +gabor-bank/);
});

test("predict: a line for each image, a broken one named, exit 3", async () => {
  const broken = join(folder.path, "broken.jpg");
  await writeFile(broken, "no picture");
  const { status, stdout } = rootstock("predict", model, join(photos, "down"), broken, "--json");
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(status).toBe(3);
  expect(lines).toHaveLength(9);
  expect(lines[0]).toMatchObject({
    label: expect.any(String),
    probability: expect.any(Number),
    probabilities: {},
  });
  expect(lines[8]).toMatchObject({
    path: broken,
    error: { code: "E_IMAGE_TYPE", message: expect.any(String), hint: expect.any(String) },
  });
});

test("predict --out: a table as its name ends, the same numbers as the lines, broken pictures among them", async () => {
  const broken = join(folder.path, "broken.jpg");
  const given = ["predict", model, join(photos, "down"), broken];
  const [table, lines] = [join(folder.path, "p.parquet"), join(folder.path, "p.jsonl")];
  const asked = [
    rootstock(...given, "--out", table),
    rootstock(...given, "--out", lines, "--json"),
    rootstock(...given, "--out", join(folder.path, "p.xlsx")),
  ];
  expect(asked.map(({ status }) => status)).toEqual([3, 3, 2]);
  expect(asked[0]!.stdout).toBe(`${table}: 9 images, 1 of them could not be used\n`);
  expect(JSON.parse(asked[1]!.stdout)).toEqual({ out: lines, images: 9, failed: 1 });
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(table) });
  const told = rootstock(...given, "--json")
    .stdout.trim()
    .split("\n");
  const wanted = told.map((line) => JSON.parse(line) as { path: string; probability?: number });
  expect(rows.map((row) => [row["path"], row["probability"] ?? undefined])).toEqual(
    wanted.map(({ path, probability }) => [path, probability]),
  );
  expect(Object.keys(rows[0]!).filter((name) => name.startsWith("p_"))).toEqual(
    Object.keys((wanted[0] as { probabilities?: object }).probabilities!).map((name) => `p_${name}`),
  );
  const written = (await readFile(lines, "utf8")).trim().split("\n");
  expect(written.map((line) => (JSON.parse(line) as { path: string }).path)).toEqual(
    wanted.map(({ path }) => path),
  );
  expect(JSON.parse(written[8]!)).toMatchObject({ path: broken, error: "E_IMAGE_TYPE" });
});

test("evaluate --json: accuracy, classes and confusion", () => {
  const { status, stdout } = rootstock("evaluate", model, photos, "--include-training", "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as {
    images: number;
    accuracy: { mean: number };
    confusion: { labels: string[]; matrix: number[][] };
  };
  expect(result.images).toBe(24);
  expect(result.accuracy.mean).toBeGreaterThan(0.9);
  expect(result.confusion.matrix.flat().reduce((a, b) => a + b)).toBe(24);
});

test("verify: met as written; a changed byte, a missing and an added file are exit 4 and named", async () => {
  expect(rootstock("verify", model).status).toBe(0);
  const config = join(model, "config.json");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replace("resnet", "renset"));
  await writeFile(join(model, "extra.txt"), "");
  const { status, stdout } = rootstock("verify", model);
  expect(status).toBe(4);
  expect(stdout).toContain("config.json: changed");
  expect(stdout).toContain("extra.txt: added");
  await writeFile(config, text);
  await rm(join(model, "extra.txt"));
});

test.each([
  ["an unknown command", ["grow"], 2],
  ["a missing argument", ["compare"], 2],
  ["an option out of range", ["compare", ".", "--folds", "1"], 2],
  ["an unknown recipe", ["compare", ".", "--recipes", "magic"], 2],
  ["unknown golden pictures", ["train", ".", "--out", "m", "--golden", "some"], 2],
  ["no such data", ["compare", "nowhere"], 3],
  ["no such model", ["predict", "nowhere", "."], 1],
])("%s: exit code %s -> %i", (_, words, expected) => {
  const { status, stderr } = rootstock(...words);
  expect(status).toBe(expected);
  expect(stderr).not.toBe("");
});

test("train refuses to overwrite a folder that is no model", async () => {
  const { status, stderr } = rootstock("train", photos, "--out", photos);
  expect(status).toBe(1);
  expect(stderr).toContain("E_BUNDLE");
  expect((await stat(join(photos, "down"))).isDirectory()).toBe(true);
});

test("Ctrl-C: exit 130, the run is marked, and the same command continues it", async () => {
  const out = join(folder.path, "stopped");
  const words = [
    "compare",
    photos,
    "--recipes",
    "svm,lda,bayes",
    "--folds",
    "3",
    "--seed",
    "7",
    "--out",
    out,
  ];
  const child = spawn(process.execPath, [program, ...words], { cwd: folder.path, env: environment() });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
    if (text.includes("svm: 3 folds")) child.kill("SIGINT");
  });
  expect((await ended)[0]).toBe(130);
  const [id] = await readdir(out);
  expect(JSON.parse(await readFile(join(out, id!, "run.json"), "utf8"))).toMatchObject({
    status: "interrupted",
  });
  expect(said).toContain("is kept: the same command goes on");
  const again = rootstock(...words);
  expect(again.status).toBe(0);
  expect(again.stderr).toMatch(/continuing .* \(finished already: .*svm\)/);
  expect(await readdir(out)).toEqual([id]);
  expect(JSON.parse(await readFile(join(out, id!, "run.json"), "utf8"))).toMatchObject({
    status: "complete",
  });
});

test("backbones add: without a terminal it lists what is missing, with flags it writes a card that compare takes", async () => {
  const file = join(folder.path, "tiny.onnx");
  await writeFile(file, encodeModel(tinyBackbone().model));
  const missing = rootstock("backbones", "add", file);
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain("expected --source, --licence, --pixels");
  const flags = ["--source", "tests", "--licence", "MIT", "--pixels", "unit", "--photos", photos];
  const added = rootstock("backbones", "add", file, ...flags);
  expect(added.status).toBe(0);
  expect(added.stdout).toContain("tried on  8 photos");
  expect(rootstock("backbones", "add", file, ...flags, "--json").status).toBe(1);
  const { stdout } = rootstock("backbones", "add", file, ...flags, "--force", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ card: { name: "tiny", licence: "MIT" }, trial: { photos: 8 } });
  expect(rootstock("features", photos, "--backbone", file, "--out", `${file}.safetensors`).status).toBe(0);
});

test("backbones show --filters: a picture of a trained model's first layer", async () => {
  const out = join(folder.path, "filters.png");
  const { status, stdout } = rootstock("backbones", "show", model, "--filters", out, "--json");
  expect(status).toBe(0);
  const { width, height } = JSON.parse(stdout) as { width: number; height: number };
  expect(await decodeImage(await readFile(out))).toMatchObject({ width, height });
  expect(rootstock("backbones", "show", model).stdout).toContain("recipe: svm");
});

test("doctor, backbones, runs and check answer in words and in JSON", () => {
  expect(rootstock("doctor").stdout).toContain("ONNX Runtime, native");
  expect(JSON.parse(rootstock("backbones", "list", "--json").stdout)).toContainEqual(
    expect.objectContaining({ name: "gabor-bank" }),
  );
  expect(rootstock("backbones", "show", "gabor-bank").stdout).toContain("preprocessing:");
  expect(rootstock("check", photos).stdout).toContain("24 usable images in 3 classes");
  expect(rootstock("runs", "list").stdout).toContain("complete");
});
