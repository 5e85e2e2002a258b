import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBundleRecord } from "../src/bundle/load-model.ts";
import { hashFile } from "../src/files/hash-file.ts";
import { type CompareResult, compare, evaluateModel, loadModel, verify } from "../src/index.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// One comparison from end to end: two backbones joined, a holdout, and a recipe that fails.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let result: CompareResult;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const model = (): string => join(result.runDirectory, "model");

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("all"), 10);
  for (const label of ["across", "down", "slanted"])
    for (let i = 0; i < 10; i += 1) {
      const place = at("data", i < 7 ? "train" : "test", label);
      await mkdir(place, { recursive: true });
      await cp(at("all", label, `${i}.png`), join(place, `${i}.png`));
    }
  const failing = { version: 1, name: "failing", summary: "It cannot be fitted.", classifier: "svm" };
  await writeFile(at("failing.yaml"), JSON.stringify({ ...failing, backbones: "all", grid: [{ C: -1 }] }));
  result = await compare(at("data"), {
    backbones: ["gabor-bank", await writeSmallNetwork(folder.path)],
    recipes: ["fusion", at("failing.yaml")],
    folds: 3,
    threads: 1,
    cache: null,
    out: at("runs"),
  }).result;
});
afterAll(async () => await folder[Symbol.asyncDispose]());

test("the holdout is scored once, and no fold and no fit has seen it", async () => {
  const [fusion] = result.recipes;
  expect(fusion).toMatchObject({ name: "fusion", holdout: expect.any(Number) });
  const run = JSON.parse(await readFile(join(result.runDirectory, "run.json"), "utf8")) as {
    images: { path: string; fold: number }[];
  };
  const folds = run.images.map(({ path, fold }) => [path.startsWith("test/"), fold >= 0]);
  expect(folds.filter(([isHeld, isInFold]) => isHeld && isInFold)).toEqual([]);
  expect(folds.filter(([isHeld, isInFold]) => !isHeld && isInFold)).toHaveLength(21);
});

test("the delivered model never saw the holdout: its photos are not among those trained on", async () => {
  const trained = (await readFile(join(model(), "training-photos.txt"), "utf8")).split("\n");
  const held = ["across", "down", "slanted"].flatMap((label) =>
    [7, 8, 9].map(async (i) => await hashFile(at("data", "test", label, `${i}.png`))),
  );
  for (const sha256 of await Promise.all(held)) expect(trained).not.toContain(sha256);
  expect(trained.filter((line) => line !== "")).toHaveLength(21);
});

test("evaluate on the whole folder gives the figure that compare gave for the holdout", async () => {
  const { images, accuracy } = await evaluateModel(model(), at("data"), { threads: 1 }).result;
  expect(images).toBe(9);
  expect(accuracy.mean).toBe(result.recipes[0]!.holdout);
});

test("a recipe that fails keeps its row, with the error in place of figures", () => {
  const failed = result.recipes[1]!;
  expect(failed).toMatchObject({
    name: "failing",
    backbones: ["gabor-bank", "small"],
    error: { code: expect.stringMatching(/^E_/), message: expect.stringContaining("expected C above 0") },
  });
  expect(failed).not.toHaveProperty("accuracy");
  expect(result.winner).toBe("fusion");
});

test("fusion ships as one ONNX file that does the work of both networks, and verifies on every runtime", async () => {
  const record = await readBundleRecord(model());
  expect(record.backbones.map(({ name }) => name)).toEqual(["gabor-bank", "small"]);
  expect(record.metrics).toMatchObject({ holdout: result.recipes[0]!.holdout });
  expect(await verify(model()).result).toMatchObject({ isMet: true, faults: [] });
  await using loaded = await loadModel(model(), { threads: 1 });
  const { label } = await loaded.predict(at("data", "train", "down", "0.png"));
  expect(label).toBe("down");
});

test("the model card tells what was measured, and only that holds for photos like these", async () => {
  const card = await readFile(join(model(), "README.md"), "utf8");
  expect(card).toContain("Accuracy on the holdout, which it never saw");
  expect(card).toContain("The figures hold for photos like those it was trained on");
  expect(card).toMatch(/- type: accuracy\n +value: [01]\.\d{4}\n/);
});
