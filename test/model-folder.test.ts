import { spawnSync } from "node:child_process";
import { copyFile, cp, mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel, readBundleRecord } from "../src/bundle/load-model.ts";
import { rowOf, softmaxRows } from "../src/base/matrix.ts";
import { readMemory } from "../src/bundle/memory.ts";
import { type RunRecord, isMeasured } from "../src/runs/run-record.ts";
import { createRandom } from "../src/base/random.ts";
import { hashBytes, hashFile } from "../src/files/hash-file.ts";
import { decodeModel } from "../src/graph/onnx/decode-model.ts";
import { decodeImage } from "../src/image/decode.ts";
import { encodePng } from "../src/image/encode-png.ts";
import {
  type Engine,
  type Verification,
  compare,
  openEngine,
  predictionJson,
  train,
  verify,
  verifyBundle,
} from "../src/index.ts";
import { createDataFolder } from "./data-folder.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";
import { warningsOf } from "./run-warnings.ts";

// The model folder: what it proves, what it forgives, what it does not take.

/** The order of the model: that of the alphabet, which is not that of an object's keys. */
const labels = ["10", "9", "b"];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let model = "";
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await temporaryFolder();
  photos = join(folder.path, "photos");
  model = join(folder.path, "model");
  await writePatternPhotos(photos, 6);
  await rename(join(photos, "across"), join(photos, "10"));
  await rename(join(photos, "down"), join(photos, "9"));
  await rename(join(photos, "slanted"), join(photos, "b"));
  await train(photos, { recipe: "svm", cache: null, threads: 1, out: model }).result;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const verified = async (path: string): Promise<Verification> => await verifyBundle(path, [engine]);

/** A copy of the model to spoil. */
async function copyOf(name: string): Promise<string> {
  const copy = join(folder.path, name);
  await cp(model, copy, { recursive: true });
  return copy;
}

type Loose = Record<string, unknown> & { files: Record<string, string>; golden: { file: string }[] };

async function editRecord(copy: string, change: (record: Loose) => void): Promise<void> {
  const path = join(copy, "rootstock.json");
  const record = JSON.parse(await readFile(path, "utf8")) as Loose;
  change(record);
  await writeFile(path, JSON.stringify(record));
}

/** Takes a changed file's hash into the record, as whoever means harm would. */
async function coverUp(copy: string, file: string): Promise<void> {
  const sha256 = await hashFile(join(copy, file));
  await editRecord(copy, (record) => (record.files[file] = sha256));
}

test("a model folder remembers each training photo's features, class and held-out scores; --no-memory leaves them out", async () => {
  const memory = (await readMemory(model))!;
  const study = { rows: memory.features.rows, scores: memory.scores, others: memory.others.hashes };
  expect(study).toEqual({ rows: 18, scores: "inner folds", others: [] });
  for (const [k, label] of labels.entries())
    for (const name of await readdir(join(photos, label)))
      expect(memory.labels[memory.hashes.indexOf(await hashFile(join(photos, label, name)))]).toBe(k);
  expect(memory.logits.data.every(Number.isFinite)).toBe(true);
  const out = join(folder.path, "no-memory");
  await train(photos, { recipe: "nearest-mean", cache: null, threads: 1, out, memory: false }).result;
  expect(await readMemory(out)).toBeNull();
  expect(await readFile(join(out, "README.md"), "utf8")).not.toContain("memory.safetensors");
  expect(await readFile(join(model, "README.md"), "utf8")).toContain("`memory.safetensors` holds");
  const bare = await copyOf("altered-memory");
  const path = join(bare, "memory.safetensors");
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(path, bytes);
  expect((await verified(bare)).faults).toContain("memory.safetensors: changed (sha256 differs)");
});

test("the memory of a comparison's model has the scores of the folds that the comparison was decided by", async () => {
  const out = join(folder.path, "runs");
  const options = { recipes: ["nearest-mean"], cache: null, threads: 1, folds: 3, out };
  const { runDirectory } = await compare(photos, options).result;
  const run = JSON.parse(await readFile(join(runDirectory, "run.json"), "utf8")) as RunRecord;
  const memory = (await readMemory(join(runDirectory, "model")))!;
  expect(memory.scores).toBe("outer folds");
  const probabilities = softmaxRows(memory.logits);
  const [recipe] = run.recipes;
  const predictions = isMeasured(recipe!) ? recipe.predictions : [];
  for (const [row, { path }] of run.images.entries()) {
    const at = memory.hashes.indexOf(await hashFile(join(photos, path)));
    const { label, probability } = predictions[row]!;
    expect(rowOf(probabilities, at)[label]).toBeCloseTo(probability, 6);
  }
});

test("golden pictures are drawn unless asked for otherwise: no photo travels with the model", async () => {
  const record = await readBundleRecord(model);
  expect(record.goldenKind).toBe("synthetic");
  expect(record.golden).toHaveLength(6);
  const sizes = await Promise.all(
    record.golden.map(async ({ file }) => await decodeImage(await readFile(join(model, file)))),
  );
  expect(new Set(sizes.map(({ width, height }) => `${width} x ${height}`)).size).toBeGreaterThan(3);
  expect((await verify(model).result).isMet).toBe(true);
});

test("the model folder knows its training photos by their hashes, and nothing else of them", async () => {
  const files = (await readdir(photos, { recursive: true })).filter((name) => name.endsWith(".png"));
  const hashes = await Promise.all(files.map(async (name) => await hashFile(join(photos, name))));
  const text = await readFile(join(model, "training-photos.txt"), "utf8");
  expect(text).toBe(`${hashes.sort().join("\n")}\n`);
});

test("verify forgives what systems leave beside files and line ends that git changed, and says so", async () => {
  const copy = await copyOf("checked-out");
  for (const name of [".DS_Store", "Thumbs.db", "desktop.ini", join("golden", "._1.png"), ".gitattributes"])
    await writeFile(join(copy, name), "junk");
  for (const name of ["README.md", "config.json", "rootstock.json", "training-photos.txt", "predict.py"]) {
    const text = await readFile(join(copy, name), "utf8");
    await writeFile(join(copy, name), text.replaceAll("\n", "\r\n"));
  }
  const { isMet, notes, faults } = await verified(copy);
  expect([isMet, faults]).toEqual([true, []]);
  expect(notes.join("\n")).toMatch(/"Thumbs.db".*\n.*line ends.*"README.md"/);
});

test.each(["notes.txt", "thumbs.png", "onnx/extra.onnx"])(
  "verify names %s, which is no junk",
  async (name) => {
    const copy = await copyOf(`with ${hashBytes(Buffer.from(name)).slice(0, 8)}`);
    await writeFile(join(copy, name), "");
    expect((await verified(copy)).faults).toEqual([`${name}: added, not part of the model`]);
  },
);

test("a line end is forgiven in text alone, and one changed letter is not", async () => {
  const copy = await copyOf("letters");
  const card = await readFile(join(copy, "README.md"), "utf8");
  await writeFile(join(copy, "README.md"), card.replaceAll("\n", "\r\n").replace("classifier", "classifler"));
  const png = await readFile(join(copy, "golden", "1.png"));
  await writeFile(join(copy, "golden", "1.png"), Buffer.concat([png, Buffer.from("\r\n")]));
  const { faults } = await verified(copy);
  expect([...faults].sort()).toEqual([
    "README.md: changed (sha256 differs)",
    "golden/1.png: changed (sha256 differs)",
  ]);
});

test.each([
  ["a file", (record: Loose) => (record.files["../outside.png"] = "0".repeat(64))],
  ["a golden image", (record: Loose) => (record.golden[0]!.file = "golden/../../outside.png")],
  ["an absolute golden image", (record: Loose) => (record.golden[0]!.file = "/etc/passwd")],
])("a record that leads out of the folder is refused whole: %s", async (what, change) => {
  const copy = await copyOf(`escape ${what}`);
  await editRecord(copy, change);
  await expect(verified(copy)).rejects.toMatchObject({ code: "E_BUNDLE" });
  await expect(loadModel(copy)).rejects.toMatchObject({ code: "E_BUNDLE" });
});

test("an altered golden image is found by its hash, and by the probabilities where the hash was made to fit", async () => {
  const copy = await copyOf("repainted");
  await copyFile(join(copy, "golden", "2.png"), join(copy, "golden", "1.png"));
  expect((await verified(copy)).faults).toEqual(["golden/1.png: changed (sha256 differs)"]);
  await coverUp(copy, "golden/1.png");
  const { isMet, faults } = await verified(copy);
  expect(isMet).toBe(false);
  expect(faults.join("\n")).toMatch(/golden\/1.png on native: .*probability off by/);
});

test("swapped labels are found in the record, and in the record and config.json together", async () => {
  const copy = await copyOf("swapped");
  const swapped = ["9", "10", "b"];
  await editRecord(copy, (record) => (record["labels"] = swapped));
  expect((await verified(copy)).faults).toEqual([
    'config.json: expected the classes "9", "10", "b", got "10", "9", "b"',
  ]);
  const config = join(copy, "config.json");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replace('"0": "10"', '"0": "9"').replace('"1": "9"', '"1": "10"'));
  await coverUp(copy, "config.json");
  expect((await verified(copy)).faults.join("\n")).toContain("another label");
});

test("a model file longer than it was, and one with other classes than the record's, are refused", async () => {
  const copy = await copyOf("longer");
  const file = join(copy, "onnx", "model.onnx");
  await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(1000)]));
  expect((await verified(copy)).faults).toEqual(["onnx/model.onnx: changed (sha256 differs)"]);
  await copyFile(join(model, "onnx", "model.onnx"), file);
  await editRecord(copy, (record) => (record["labels"] = ["10", "9"]));
  await using loaded = await loadModel(copy, { threads: 1 });
  await expect(loaded.predict(join(copy, "golden", "1.png"))).rejects.toMatchObject({
    code: "E_BUNDLE",
    message: expect.stringContaining("expected one logit for each of 2 labels, got 3"),
  });
});

test("classes called 10, 9 and b keep the model's order in the ONNX file, config.json and predictions", async () => {
  const { metadata } = decodeModel(await readFile(join(model, "onnx", "model.onnx")));
  expect(JSON.parse(metadata.get("labels")!)).toEqual(labels);
  expect(metadata.get("pixel_values")).toContain("0 to 255");
  const config = await readFile(join(model, "config.json"), "utf8");
  const label2id = config.slice(config.indexOf('"label2id"'));
  expect([...label2id.matchAll(/"(\w+)": \d/g)].map(([, label]) => label)).toEqual(labels);
  await using loaded = await loadModel(model, { threads: 1 });
  expect(loaded.labels).toEqual(labels);
  const prediction = await loaded.predict(join(photos, "9", "0.png"));
  const text = predictionJson({ path: "a", ...prediction }, loaded.labels);
  expect(JSON.parse(text)).toEqual({ path: "a", ...prediction });
  const inOrder = /"probabilities":\{"10":[^,]+,"9":[^,]+,"b":[^,]+\}\}$/;
  expect(text).toMatch(inOrder);
  const words = [
    join("dist", "src", "cli", "main.js"),
    "predict",
    model,
    join(photos, "9", "0.png"),
    "--json",
  ];
  expect(spawnSync(process.execPath, words, { encoding: "utf8" }).stdout.trimEnd()).toMatch(inOrder);
});

test("--golden photos holds reduced photos, none holds nothing and says that nothing is proven", async () => {
  const settings = { recipe: "lda", cache: null, threads: 1 };
  const shown = join(folder.path, "shown");
  await train(photos, { ...settings, out: shown, golden: "photos" }).result;
  const first = await decodeImage(await readFile(join(shown, "golden", "1.png")));
  const original = await decodeImage(await readFile(join(photos, "10", "0.png")));
  expect(first).toEqual(original);
  expect(await readFile(join(shown, "README.md"), "utf8")).toContain("**training photos**");
  expect((await verified(shown)).isMet).toBe(true);

  const bare = join(folder.path, "bare");
  const run = train(photos, { ...settings, out: bare, golden: "none" });
  const said: string[] = [];
  for await (const event of run) if (event.type === "notice") said.push(event.message);
  expect(said.join("\n")).toContain("`verify` cannot prove this model folder");
  const { isMet, faults } = await verified(bare);
  expect([isMet, faults]).toEqual([
    false,
    ["no golden images (the model was written with --golden none): the predictions cannot be proven"],
  ]);
});

test("a model of nothing but noise verifies as soon as it is made", async () => {
  await using data = await createDataFolder();
  const random = createRandom(3);
  for (const label of ["a", "b", "c", "d", "e", "f", "g", "h"])
    for (let i = 0; i < 4; i += 1) {
      const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, () => random.integer(256));
      await data.put(`${label}/${i}.png`, await encodePng({ width: 64, height: 64, data: pixels }));
    }
  for (const golden of ["synthetic", "photos"] as const) {
    const out = join(folder.path, `noise-${golden}`);
    const run = train(data.root, { recipe: "svm", cache: null, threads: 1, out, golden });
    expect(await warningsOf(run)).toEqual([]);
    expect((await verified(out)).isMet).toBe(true);
  }
});

test("the folder of a run is told from its model, and a folder that is not there from one without a model", async () => {
  await mkdir(join(folder.path, "run"));
  await cp(model, join(folder.path, "run", "model"), { recursive: true });
  await expect(loadModel(join(folder.path, "run"))).rejects.toMatchObject({
    code: "E_BUNDLE",
    message: expect.stringContaining("got the folder of a run"),
    hint: `Its model is ${JSON.stringify(join(folder.path, "run", "model"))}.`,
  });
  await expect(loadModel(join(folder.path, "nowhere"))).rejects.toMatchObject({
    message: expect.stringContaining("no such folder"),
  });
  await expect(loadModel(photos)).rejects.toMatchObject({
    message: expect.stringContaining("no rootstock.json in it"),
  });
});
