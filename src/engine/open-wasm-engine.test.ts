import { expect, test } from "vitest";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { openWasmEngine } from "./open-wasm-engine.ts";

test("wasm runs the same graph value as native", async () => {
  const b = createBuilder("softmax");
  b.output(b.op("Softmax", [b.input("x", "float32", ["N", 3])], { axis: 1 }), "y", "float32", ["N", 3]);
  await using engine = await openWasmEngine();
  const session = await engine.load(createModel(b.graph()));
  const { y } = await session.run({ x: floatTensor([1, 3], [1, 1, 1]) });
  expect([...asFloat32(y!)].map((value) => value.toFixed(6))).toEqual(["0.333333", "0.333333", "0.333333"]);
  await expect(engine.load(new Uint8Array(4))).rejects.toMatchObject({ code: "E_ENGINE" });
});

test("wasm answers runs asked at the same time, and a closed session refuses", async () => {
  const b = createBuilder("double");
  b.output(b.op("Mul", [b.input("x", "float32", ["N"]), b.scalar(2)]), "y", "float32", ["N"]);
  await using engine = await openWasmEngine();
  const session = await engine.load(createModel(b.graph()), { threading: "apart" });
  const runs = [1, 2, 3, 4].map((value) => session.run({ x: floatTensor([1], [value]) }));
  expect((await Promise.all(runs)).map(({ y }) => asFloat32(y!)[0])).toEqual([2, 4, 6, 8]);
  await session[Symbol.asyncDispose]();
  await expect(session.run({ x: floatTensor([1], [1]) })).rejects.toMatchObject({ code: "E_ENGINE" });
});
