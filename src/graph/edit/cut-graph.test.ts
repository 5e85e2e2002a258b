import { expect, test } from "vitest";
import { createBuilder } from "../build.ts";
import { cutAt, cutAtAll } from "./cut-graph.ts";
import { createModel } from "../create-model.ts";
import type { Model } from "../graph.ts";

/** x -> Relu "a" -> Neg "b" -> output "y" */
function chain(): Model {
  const b = createBuilder("chain");
  const a = b.op("Relu", [b.input("x", "float32", ["N", 2])], {}, "a");
  b.output(b.op("Neg", [a], {}, "b"), "y", "float32", ["N", 2]);
  return createModel(b.graph());
}

test("cutAt: keeps only what the value needs, under the name asked", () => {
  const { graph } = cutAt(chain(), "a", { outputName: "features" });
  expect(graph.nodes.map(({ operator, outputs }) => [operator, ...outputs])).toEqual([["Relu", "features"]]);
  expect(graph.outputs).toEqual([{ name: "features", type: "float32", dims: ["N", 2] }]);
});

test("cutAt: without a name the value keeps its own", () => {
  expect(cutAt(chain(), "b").graph.outputs.map(({ name }) => name)).toEqual(["b"]);
});

test("cutAtAll: one value under two names, and an input, are copied", () => {
  const points = [
    { value: "a", outputName: "p" },
    { value: "a", outputName: "q" },
    { value: "x", outputName: "r" },
  ];
  const { graph } = cutAtAll(chain(), points);
  expect(graph.outputs.map(({ name }) => name)).toEqual(["p", "q", "r"]);
  expect(graph.nodes.map(({ operator }) => operator)).toEqual(["Relu", "Identity", "Identity"]);
});

test("cutAt: an unknown value is E_LAYER", () => {
  expect(() => cutAt(chain(), "conv9")).toThrow(expect.objectContaining({ code: "E_LAYER" }));
});
