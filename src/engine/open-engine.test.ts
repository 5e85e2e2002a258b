import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { type Matrix64, plainAlgebra, plainAlgebra64 } from "../base/algebra.ts";
import { createMatrix } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import { hashBytes } from "../files/hash-file.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import { asFloat32, createTensor, floatTensor } from "../graph/tensor.ts";
import { decodeImage } from "../image/decode.ts";
import { sketchOf } from "../image/sketch.ts";
import type { Feeds } from "./engine.ts";
import { openEngine } from "./open-engine.ts";
import { openWasmEngine } from "./open-wasm-engine.ts";

function doubling(): ReturnType<typeof createModel> {
  const b = createBuilder("double");
  b.output(b.op("Mul", [b.input("x", "float32", ["N"]), b.scalar(2)]), "y", "float32", ["N"]);
  return createModel(b.graph());
}

test("a graph value runs in the worker and answers in order", async () => {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  const runs = [1, 2, 3].map((value) => session.run({ x: floatTensor([1], [value]) }));
  const values = (await Promise.all(runs)).map(({ y }) => asFloat32(y!)[0]);
  expect(values).toEqual([2, 4, 6]);
});

test("of a large matrix that a feed is a view of, the feed's own bytes alone go to the worker", async () => {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  const posted = vi.spyOn(Worker.prototype, "postMessage");
  const large = new Float32Array(1000).fill(3);
  const { y } = await session.run({ x: floatTensor([2], large.subarray(10, 12)) });
  const { body } = posted.mock.calls.at(-1)![0] as { body: { feeds: Feeds } };
  posted.mockRestore();
  expect([...asFloat32(y!)]).toEqual([6, 6]);
  expect(body.feeds["x"]!.bytes.buffer).not.toBe(large.buffer);
  expect(large.length).toBe(1000);
});

test("algebra: a product too large for one call of the runtime has the digits of its parts", async () => {
  await using engine = await openEngine();
  const random = createRandom(2);
  const [rows, columns] = [1100, 1800];
  const a = createMatrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
  const few = createMatrix(9, columns, a.data.slice((rows - 9) * columns));
  const [whole, part] = [
    await engine.algebra.multiplyTransposed(a, a),
    await engine.algebra.multiplyTransposed(few, a),
  ];
  expect([whole.rows, whole.columns]).toEqual([rows, rows]);
  expect(whole.data.slice((rows - 9) * rows)).toEqual(part.data);
  const first = a.data.slice(0, columns).reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(whole.data[0]! - first)).toBeLessThan(1e-3 * first);
});

test("algebra: products agree with plain loops", async () => {
  await using engine = await openEngine({ threads: 1 });
  const random = createRandom(1);
  const a = createMatrix(
    7,
    300,
    Float32Array.from({ length: 2100 }, () => random.normal()),
  );
  const b = createMatrix(
    5,
    300,
    Float32Array.from({ length: 1500 }, () => random.normal()),
  );
  const [fast, plain] = await Promise.all(
    [engine, { algebra: plainAlgebra }].map(({ algebra }) => algebra.multiplyTransposed(a, b)),
  );
  const worst = Math.max(...fast!.data.map((value, i) => Math.abs(value - plain!.data[i]!)));
  expect(worst).toBeLessThan(1e-4);
});

test("algebra: float64 products agree with plain loops to 1e-13, native and wasm", async () => {
  const random = createRandom(2);
  const draw = (rows: number): Matrix64 => ({
    rows,
    columns: 300,
    data: Float64Array.from({ length: rows * 300 }, () => 1000 + random.normal()),
  });
  const [a, b] = [draw(7), draw(7)];
  for (const open of [openEngine, openWasmEngine]) {
    await using engine = await open({ threads: 1 });
    for (const name of ["multiplyTransposed", "transposedMultiply"] as const) {
      const [fast, plain] = [await engine.algebra.float64![name](a, b), await plainAlgebra64[name](a, b)];
      expect([fast.rows, fast.columns]).toEqual([plain.rows, plain.columns]);
      const worst = Math.max(...fast.data.map((value, at) => Math.abs(value / plain.data[at]! - 1)));
      expect(worst).toBeLessThan(1e-13);
    }
  }
});

test("the runtime's refusal is E_ENGINE, and the engine lives on", async () => {
  await using engine = await openEngine({ threads: 1 });
  await expect(engine.load(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "E_ENGINE" });
  const session = await engine.load(doubling());
  await expect(session.run({ z: floatTensor([1], [1]) })).rejects.toMatchObject({ code: "E_ENGINE" });
  expect(asFloat32((await session.run({ x: floatTensor([1], [4]) }))["y"]!)[0]).toBe(8);
});

test("a closed engine refuses at once", async () => {
  const engine = await openEngine({ threads: 1 });
  await engine[Symbol.asyncDispose]();
  await expect(engine.load(doubling())).rejects.toMatchObject({ code: "E_ENGINE" });
});

test("an aborted signal stops a run before it starts", async () => {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  await expect(
    session.run({ x: floatTensor([1], [1]) }, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ name: "AbortError" });
});

test("an aborted signal drops queued runs at once and leaves the others alone", async () => {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  const stop = new AbortController();
  const runs = Array.from({ length: 8 }, (_, i) =>
    session.run({ x: floatTensor([1], [i]) }, { signal: stop.signal }),
  );
  const kept = session.run({ x: floatTensor([1], [8]) });
  stop.abort();
  const outcomes = await Promise.allSettled(runs);
  expect(outcomes.map(({ status }) => status)).toEqual(runs.map(() => "rejected"));
  expect(asFloat32((await kept)["y"]!)[0]).toBe(16);
});

test("closing fails the runs under way: nothing hangs", async () => {
  const engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  const runs = Array.from({ length: 4 }, () => session.run({ x: floatTensor([1], [1]) }));
  const outcomes = Promise.allSettled(runs);
  await engine[Symbol.asyncDispose]();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: "E_ENGINE" } });
});

test("runs apart give the same numbers, and one unloads as well as the other", async () => {
  await using engine = await openEngine({ threads: 2 });
  const session = await engine.load(doubling(), { threading: "apart", memory: "returned" });
  const runs = Array.from({ length: 20 }, (_, i) => session.run({ x: floatTensor([1], [i]) }));
  expect((await Promise.all(runs)).map(({ y }) => asFloat32(y!)[0])).toEqual(runs.map((_, i) => 2 * i));
  await session[Symbol.asyncDispose]();
  await expect(session.run({ x: floatTensor([1], [1]) })).rejects.toMatchObject({ code: "E_ENGINE" });
});

test("a transferred feed leaves the caller, and cannot be handed over twice", async () => {
  await using engine = await openEngine({ threads: 1 });
  const session = await engine.load(doubling());
  const x = floatTensor([1], [1]);
  await session.run({ x }, { transfer: true });
  expect(x.bytes.byteLength).toBe(0);
  await expect(session.run({ x }, { transfer: true })).rejects.toMatchObject({ code: "E_ENGINE" });
});

test("a node that fails is named", async () => {
  await using engine = await openEngine({ threads: 1 });
  const b = createBuilder("reshape");
  const y = b.op("Reshape", [b.input("x", "float32", ["N"]), b.ints([2])], {}, "to_two");
  b.output(b.op("Relu", [y]), "y", "float32", [2]);
  const session = await engine.load(createModel(b.graph()));
  await expect(session.run({ x: floatTensor([3], [1, 2, 3]) })).rejects.toThrow(/to_two/);
});

test("a look decodes pictures in the worker: the numbers of a run on their pixels, and each picture's own fault", async () => {
  await using data = await createDataFolder();
  const bytes = await noisePng(1);
  await data.put("a.png", bytes);
  await data.put("cut.png", bytes.subarray(0, 80));
  const { width, height, data: pixels } = await decodeImage(bytes);
  const b = createBuilder("mean");
  const mean = (name: string): string =>
    b.op("ReduceMean", [b.op("Cast", [b.input(name, "uint8", ["H", "W", 3])], { to: 1 })], { keepdims: 0 });
  const column = (name: string): string => b.op("Reshape", [mean(name), b.ints([1, 1])]);
  b.output(b.op("Concat", [column("one"), column("two")], { axis: 0 }), "features", "float32", [2, 1]);
  await using engine = await openEngine({ threads: 2 });
  await using session = await engine.load(createModel(b.graph()), { threading: "apart" });
  const image = createTensor("uint8", [height, width, 3], pixels);
  const { features } = await session.run({ one: image, two: image });
  const files = ["cut.png", "a.png"].map((name) => {
    const path = join(data.root, name);
    return { path, sha256: null, subject: name };
  });
  const [cut, whole] = await session.look!(files, { columns: 1 });
  expect(cut).toMatchObject({ error: { code: "E_IMAGE_TRUNCATED" } });
  expect(whole).toEqual({
    facts: {
      type: "png",
      width,
      height,
      sha256: hashBytes(bytes),
      colours: 64,
      sketch: sketchOf(await decodeImage(bytes)),
    },
    values: asFloat32(features!).subarray(0, 1),
  });
  const [small] = await session.look!([{ ...files[1]!, postponeAbove: 10 }], { columns: 1 });
  expect(small).toEqual({ size: { width, height } });
});
