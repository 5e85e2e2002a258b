import { cp, mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Matrix, argmax, createMatrix, rowOf } from "../src/base/matrix.ts";
import { headOf, joinedFeatures, trunkOf } from "../src/bundle/model-parts.ts";
import { type Memory, readMemory, readReplay } from "../src/bundle/memory.ts";
import { openModelView } from "../src/bundle/model-view.ts";
import { readBundleRecord } from "../src/bundle/load-model.ts";
import { readStatistics } from "../src/bundle/statistics.ts";
import { tallyClasses } from "../src/bundle/take-statistics.ts";
import { classifierTable } from "../src/classifiers/classifier-table.ts";
import { fitPipeline, holdPipeline } from "../src/classifiers/pipeline.ts";
import { hashBytes, hashFile } from "../src/files/hash-file.ts";
import { createModel } from "../src/graph/create-model.ts";
import type { Model } from "../src/graph/graph.ts";
import { decodeModel } from "../src/graph/onnx/decode-model.ts";
import { asFloat32, floatTensor } from "../src/graph/tensor.ts";
import {
  type Engine,
  type UpdateOptions,
  type UpdateResult,
  mergeModels,
  openEngine,
  train,
  update,
  verifyBundle,
} from "../src/index.ts";
import { createLedger } from "../src/ledger/ledger.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// A model goes on learning: photos and classes come, go and change, and it is as if it had been fitted anew.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: Engine;
const at = (...parts: string[]): string => join(folder.path, ...parts);

beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await temporaryFolder();
  await writePatternPhotos(at("all"), 12);
  // What the first model learns from: two classes, of one photo it is told the wrong one.
  for (const label of ["across", "down"]) await cp(at("all", label), at("first", label), { recursive: true });
  for (const name of ["9.png", "10.png", "11.png"]) await rm(at("first", "across", name));
  await rename(at("first", "down", "3.png"), at("first", "across", "wrong.png"));
  for (const recipe of recipes) await trained("first", recipe);
  await trained("first", "svm");
}, 600_000);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const recipes = ["nearest-mean", "bayes", "ridge", "lda"] as const;

async function trained(
  data: string,
  recipe: string,
  name = `${data} ${recipe}`,
  memory = true,
): Promise<string> {
  await train(at(data), { recipe, out: at(name), cache: null, engine, memory }).result;
  return at(name);
}

async function updated(
  model: string,
  data: string | null,
  out: string,
  options: UpdateOptions = {},
): Promise<UpdateResult> {
  const place = options.inPlace === true ? {} : { out: at(out) };
  return await update(at(model), data && at(data), { ...place, cache: null, engine, ...options }).result;
}

/** The logits that a model folder's own graph gives for features. */
async function logitsOf(model: string, features: Matrix): Promise<Matrix> {
  const network = decodeModel(await readFile(join(model, "onnx", "model.onnx")));
  return await run(headOf(network), joinedFeatures, features);
}

async function run(model: Model, input: string, { rows, columns, data }: Matrix): Promise<Matrix> {
  await using session = await engine.load(model);
  const { logits } = await session.run({ [input]: floatTensor([rows, columns], data.slice()) });
  return createMatrix(rows, logits!.dims[1]!, asFloat32(logits!).slice());
}

function distance(found: Matrix, expected: Matrix): number {
  const { data } = expected;
  const far = found.data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0);
  return far / (Math.max(...data) - Math.min(...data));
}

/** The model that a fit anew on everything that a folder remembers gives, its transforms and hyper-parameters held. */
async function refitted(model: string, memory: Memory): Promise<Matrix> {
  const { pipeline, transforms } = (await readStatistics(model))!;
  const held = holdPipeline(pipeline, transforms);
  const classifier = classifierTable[pipeline.classifier]!;
  const classCount = memory.logits.columns;
  const rows = await held.transformed(memory.features);
  const fitted = await classifier.fit(rows, memory.labels, pipeline.parameters, { classCount });
  return await run(createModel(held.withClassifier(fitted).toGraph()), "features", memory.features);
}

describe.each(recipes)("%s", (recipe) => {
  test("a new class, a moved and a removed photo: as fitted anew on the photos of now, to 1e-6", async () => {
    await cp(at("all"), at(`now ${recipe}`), { recursive: true });
    await rm(at(`now ${recipe}`, "down", "0.png"));
    const result = await updated(`first ${recipe}`, `now ${recipe}`, `next ${recipe}`, { sync: true });
    expect(result).toMatchObject({
      kind: "exact",
      added: 15,
      removed: 1,
      relabelled: 1,
      images: 35,
      version: 2,
    });
    expect(result.classesAdded).toEqual(["slanted"]);
    const memory = (await readMemory(at(`next ${recipe}`)))!;
    for (const label of ["across", "down", "slanted"])
      for (const name of await readdir(at(`now ${recipe}`, label)))
        expect(memory.hashes).toContain(await hashFile(at(`now ${recipe}`, label, name)));
    const found = await logitsOf(at(`next ${recipe}`), memory.features);
    expect(distance(found, await refitted(at(`next ${recipe}`), memory))).toBeLessThan(1e-6);
  });

  test("a removed photo leaves no trace: no hash in any file, and sums as if it had never been there to 1e-9", async () => {
    const gone = await hashFile(at("all", "down", "0.png"));
    for (const name of ["rootstock.json", "training-photos.txt", "memory.safetensors", "README.md"])
      expect(await readFile(at(`next ${recipe}`, name), "latin1")).not.toContain(gone);
    const { pipeline, transforms, tallies, detail } = (await readStatistics(at(`next ${recipe}`)))!;
    const memory = (await readMemory(at(`next ${recipe}`)))!;
    const rows = await holdPipeline(pipeline, transforms).transformed(memory.features);
    const fresh = await tallyClasses(rows, memory.labels, { classCount: 3, detail });
    for (const [k, { moments }] of tallies!.entries())
      for (const name of ["shifts", "squares", "products"] as const) {
        const none = new Float64Array(0);
        const [found, expected] = [moments[name] ?? none, fresh[k]!.moments[name] ?? none];
        const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
        const far = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
        expect(far / size).toBeLessThan(1e-9);
      }
  });

  test("the new version proves itself, tells its history, and claims no figure of the model before", async () => {
    const next = at(`next ${recipe}`);
    expect((await verifyBundle(next, [engine])).faults).toEqual([]);
    const { metrics, updates, data, labels } = await readBundleRecord(next);
    expect([metrics, data.classCounts, labels]).toEqual([null, [12, 11, 12], ["across", "down", "slanted"]]);
    expect(updates).toMatchObject([
      { by: "update", kind: "exact", added: 15, removed: 1, relabelled: 1, images: [21, 35] },
    ]);
    expect(updates![0]!.from).toEqual([await hashFile(at(`first ${recipe}`, "rootstock.json"))]);
    expect(await readFile(join(next, "README.md"), "utf8")).toContain(
      "| 2 | update | exact | 15 | 1 | 1 | 35 |",
    );
  });
});

test("photos are added by default: what the folder lacks stays, and photos known already count once", async () => {
  const result = await updated("first bayes", "all", "grown");
  expect(result).toMatchObject({
    added: 15,
    removed: 0,
    relabelled: 1,
    known: 21,
    images: 36,
    previous: null,
  });
  expect(await updated("grown", "all", "nothing")).toMatchObject({ kind: "none", model: at("grown") });
  await expect(readdir(at("nothing"))).rejects.toThrow("ENOENT");
});

test("with --sync a class whose folder is gone stays remembered, unless it shall not", async () => {
  await cp(at("all", "slanted"), at("partly", "slanted"), { recursive: true });
  await cp(at("all", "down"), at("partly", "down"), { recursive: true });
  const kept = await updated("grown", "partly", "partly kept", { sync: true });
  expect(kept).toMatchObject({ removed: 0, kind: "none" });
  const dropped = await updated("grown", "partly", "partly dropped", { sync: true, keepOld: false });
  expect(dropped).toMatchObject({ removed: 12, classesGone: ["across"], images: 24 });
});

test("classes are renamed, merged and deleted without a photo; swapped names are no fault", async () => {
  const swap = await updated("grown", null, "swapped", { rename: { across: "down", down: "across" } });
  expect(swap).toMatchObject({ added: 0, removed: 0, relabelled: 0, images: 36 });
  const [before, after] = await Promise.all([readMemory(at("grown")), readMemory(at("swapped"))]);
  expect([...after!.labels]).toEqual([...before!.labels].map((label) => [1, 0, 2][label]!));
  const one = await updated("grown", null, "one", {
    merge: [{ from: ["across", "slanted"], into: "lines" }],
  });
  expect(one.classes).toEqual(["down", "lines"]);
  const memory = (await readMemory(at("one")))!;
  expect(
    distance(await logitsOf(at("one"), memory.features), await refitted(at("one"), memory)),
  ).toBeLessThan(1e-6);
  const less = await updated("grown", null, "less", { delete: ["slanted"] });
  expect(less).toMatchObject({ classes: ["across", "down"], images: 24 });
  expect((await readMemory(at("less")))!.hashes).toHaveLength(24);
});

test("what cannot be done is refused by name, and nothing is written", async () => {
  const refusals: readonly [UpdateOptions, string][] = [
    [{ rename: { acros: "x" } }, 'expected one of "across", "down", "slanted", got "acros"'],
    [{ rename: { across: "down" } }, '"down" would be the name of two classes'],
    [{ delete: ["across", "down"] }, 'photos of at least 2 classes to be left, got "slanted"'],
    [{ remove: ["nowhere.png"] }, 'expected files, or sha256 of photos, got "nowhere.png"'],
    [{ remove: ["0".repeat(64)] }, "expected photos that the model has learnt from"],
    [{ sync: true }, "expected a folder, a table or a ledger, got no data"],
  ];
  for (const [options, message] of refusals)
    await expect(updated("grown", null, "refused", options)).rejects.toThrow(message);
  await expect(readdir(at("refused"))).rejects.toThrow("ENOENT");
  await expect(updated("grown", "all", "grown")).rejects.toThrow("is the model itself");
  await expect(updated("grown", "all", "one")).rejects.toThrow("expected nothing there");
});

test("in place the model is kept beside; by default the next version stands beside it", async () => {
  await cp(at("first bayes"), at("model"), { recursive: true });
  const beside = await update(at("model"), at("all"), { cache: null, engine }).result;
  expect(beside.model).toBe(at("model-v2"));
  const again = await update(at("model-v2"), null, { delete: ["slanted"], cache: null, engine }).result;
  expect([again.model, again.version]).toEqual([at("model-v3"), 3]);
  const inPlace = await updated("model", "all", "", { inPlace: true });
  expect(inPlace.previous).toBe(at("model.previous"));
  expect((await readBundleRecord(at("model.previous"))).updates).toBeUndefined();
  expect((await readBundleRecord(at("model"))).updates).toHaveLength(1);
});

test("a ledger is the whole truth: labels of its version, and photos that it has not are gone", async () => {
  await cp(at("all"), at("ledger"), { recursive: true });
  const ledger = await createLedger(at("ledger"));
  const events = [];
  for (const label of ["across", "down", "slanted"])
    for (const name of await readdir(at("ledger", label)))
      events.push({
        type: "photo-added" as const,
        sha256: await hashFile(at("ledger", label, name)),
        path: `${label}/${name}`,
        label,
      });
  const first = await ledger.append(events);
  await ledger.append([
    { type: "class-renamed", from: "slanted", to: "oblique" },
    { type: "photo-removed", sha256: events[0]!.sha256 },
  ]);
  const then = await updated("first ridge", "ledger", "at first", { labels: first });
  expect(then).toMatchObject({ classes: ["across", "down", "slanted"], images: 36, ledger: first });
  const now = await updated("at first", "ledger/labels.jsonl", "at last");
  expect(now).toMatchObject({
    classes: ["across", "down", "oblique"],
    images: 35,
    removed: 1,
    relabelled: 12,
  });
  expect(now.ledger).toBe(ledger.version);
});

test("a support vector machine is fitted anew on remembered and new features, and says how old photos fare", async () => {
  const result = await updated("first svm", "all", "next svm");
  expect(result).toMatchObject({
    kind: "retrained",
    images: 36,
    start: "warm",
    oldPhotos: { photos: 21, scores: "held out" },
  });
  expect((await readBundleRecord(at("next svm"))).updates).toMatchObject([
    { kind: "retrained", start: "warm" },
  ]);
  const { features, labels, pipeline } = (await readMemory(at("next svm")))!;
  const cold = await fitPipeline(
    features,
    labels,
    { ...pipeline, grid: [pipeline.parameters] },
    { classCount: 3, engine, algebra: engine.algebra },
  );
  const expected = cold.logits(features);
  const even = (logits: Matrix, temperature: number): Matrix =>
    createMatrix(
      logits.rows,
      3,
      logits.data.map((value) => value * temperature),
    );
  expect(
    distance(
      even(await logitsOf(at("next svm"), features), pipeline.temperature),
      even(expected, cold.record.temperature),
    ),
  ).toBeLessThan(1e-4);
  expect((await readMemory(at("next svm")))!.scores).toBe("inner folds");
  expect((await verifyBundle(at("next svm"), [engine])).faults).toEqual([]);
});

describe.each(["fine-tune", "scratch"])("%s", (recipe) => {
  test("a trained network: its head learns a new class from what the body made of old photos; the body is held", async () => {
    const model = at(`first ${recipe}`);
    await train(at("first"), { recipe, out: model, cache: null, engine, epochs: 1 }).result;
    expect(await readMemory(model)).toBeNull();
    const replay = (await readReplay(model))!;
    const photo = at("first", "down", "0.png");
    await using view = await openModelView(model, engine);
    const row = replay.hashes.indexOf(await hashFile(photo));
    const seen = (await view.view(photo)).features;
    const far = seen.map((value, j) => Math.abs(value - replay.features.data[row * seen.length + j]!));
    expect(Math.max(...far)).toBeLessThan(1e-4 * Math.max(...seen));

    await cp(at("all", "slanted"), at("new class", "slanted"), { recursive: true });
    const next = `next ${recipe}`;
    const result = await updated(`first ${recipe}`, "new class", next, { rename: { down: "upright" } });
    expect(result).toMatchObject({ kind: "head", start: "warm", added: 12, removed: 0, images: 33 });
    expect(result).toMatchObject({
      classes: ["across", "slanted", "upright"],
      oldPhotos: { photos: 21, scores: "seen" },
    });
    expect(result.steps).toBeGreaterThan(0);
    expect(result.oldPhotos!.after).toBeGreaterThanOrEqual(result.oldPhotos!.before - 0.1);
    const body = async (folder: string): Promise<string[]> => {
      const network = trunkOf(decodeModel(await readFile(join(folder, "onnx", "model.onnx"))));
      return [...network.graph.initializers].map(([name, { bytes }]) => `${name} ${hashBytes(bytes)}`).sort();
    };
    expect(await body(at(next))).toEqual(await body(model));
    expect((await verifyBundle(at(next), [engine])).faults).toEqual([]);
    const { features, labels } = (await readReplay(at(next)))!;
    const logits = await logitsOf(at(next), features);
    const right = [...labels].filter((label, i) => argmax(rowOf(logits, i)) === label);
    expect(right.length / labels.length).toBeGreaterThan(0.9);
  });

  test("the head is as sure of old photos as before; a class without photos stays until it shall not", async () => {
    const { features, labels } = (await readReplay(at(`first ${recipe}`)))!;
    const sure = async (model: string): Promise<number> => {
      const { data, columns } = await logitsOf(at(model), features);
      const tops = [...labels.keys()].map((i) => {
        const row = data.slice(i * columns, (i + 1) * columns);
        return 1 / row.reduce((sum, value) => sum + Math.exp(value - Math.max(...row)), 0);
      });
      return tops.reduce((sum, top) => sum + top / tops.length, 0);
    };
    expect(Math.abs((await sure(`next ${recipe}`)) - (await sure(`first ${recipe}`)))).toBeLessThan(1e-3);
    const kept = await updated(`next ${recipe}`, "new class", `kept ${recipe}`, { sync: true });
    expect(kept).toMatchObject({ kind: "none", remembered: [] });
    const dropped = updated(`next ${recipe}`, "first", `dropped ${recipe}`, { sync: true, keepOld: false });
    expect(await dropped).toMatchObject({ kind: "head", classesGone: ["slanted", "upright"], images: 21 });
  });
});

test("without a memory photos are added and classes changed exactly; what needs a photo's class is refused", async () => {
  await trained("first", "ridge", "bare", false);
  await updated("bare", "all", "bare next");
  const memory = (await readMemory(await trained("all", "ridge")))!;
  await updated("first ridge", "all", "ridge grown", { remove: [at("first", "across", "wrong.png")] });
  expect(await readMemory(at("bare next"))).toBeNull();
  await expect(updated("bare", null, "bare less", { remove: [memory.hashes[0]!] })).rejects.toThrow(
    "no class is known of",
  );
  await trained("first", "svm", "bare svm", false);
  await expect(updated("bare svm", "all", "never")).rejects.toThrow(
    "expected one that remembers what it learnt from",
  );
});

describe("merge", () => {
  const merged = async (
    a: string,
    b: string,
    out: string,
  ): Promise<Awaited<ReturnType<typeof mergeModels>["result"]>> =>
    await mergeModels(at(a), at(b), { out: at(out), engine }).result;

  test.each(["nearest-mean", "bayes", "ridge", "lda", "svm"])(
    "%s: the model of both collections, whichever is named first; a photo of both counts once",
    async (recipe) => {
      await rm(at("second"), { recursive: true, force: true });
      await cp(at("all", "slanted"), at("second", "slanted"), { recursive: true });
      await cp(at("first", "down"), at("second", "down"), { recursive: true });
      await trained("second", recipe, `second ${recipe}`);
      const one = await merged(`first ${recipe}`, `second ${recipe}`, `one ${recipe}`);
      await merged(`second ${recipe}`, `first ${recipe}`, `other ${recipe}`);
      expect(one).toMatchObject({ images: 33, shared: 11, classes: ["across", "down", "slanted"] });
      const memory = (await readMemory(at(`one ${recipe}`)))!;
      const logits = await logitsOf(at(`one ${recipe}`), memory.features);
      expect(await logitsOf(at(`other ${recipe}`), memory.features)).toEqual(logits);
      expect(await readMemory(at(`other ${recipe}`))).toEqual(memory);
      if (recipe !== "svm")
        expect(distance(logits, await refitted(at(`one ${recipe}`), memory))).toBeLessThan(1e-6);
      expect((await verifyBundle(at(`one ${recipe}`), [engine])).faults).toEqual([]);
    },
  );

  test("what differs is refused by name", async () => {
    await expect(merged("first bayes", "second ridge", "never")).rejects.toThrow(
      'merge: classifier: expected one, got "',
    );
    await train(at("second"), { recipe: "ridge", out: at("max"), cache: null, engine, pooling: "max" })
      .result;
    await expect(merged("first ridge", "max", "never")).rejects.toThrow("pooling: expected one, got");
    await mkdir(at("contrary"));
    await cp(at("first", "across"), at("contrary", "other"), { recursive: true });
    await cp(at("all", "slanted"), at("contrary", "slanted"), { recursive: true });
    await trained("contrary", "ridge", "contrary ridge");
    await expect(merged("first ridge", "contrary ridge", "never")).rejects.toThrow(
      /expected one class for each photo, got two for [0-9a-f]{64} \("across", "other"\)/,
    );
    await expect(readdir(at("never"))).rejects.toThrow("ENOENT");
  });
});
