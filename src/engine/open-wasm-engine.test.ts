import { expect, test } from "vitest";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/graph.ts";
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
