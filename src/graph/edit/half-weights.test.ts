import { expect, test } from "vitest";
import { createBuilder } from "../build.ts";
import type { Graph } from "../graph.ts";
import { asFloat32, floatTensor } from "../tensor.ts";
import { narrowWeights, widenWeights } from "./half-weights.ts";

/** y = x W + b, and W read a second time. */
function linear(values: readonly number[]): Graph {
  const b = createBuilder("linear");
  b.input("x", "float32", ["N", 2]);
  b.constant(floatTensor([2, 1], Float32Array.from(values)), "W");
  b.constant(floatTensor([1], Float32Array.of(0.1)), "b");
  b.output(b.op("Gemm", ["x", "W", "b"]), "y", "float32", ["N", 1]);
  return b.graph();
}

test("weights narrowed to float16 come back as the nearest float16, under their names", () => {
  const narrow = narrowWeights(linear([1 / 3, -2]));
  expect([...narrow.initializers].map(([name, { type }]) => `${name} ${type}`)).toEqual([
    "W/float16 float16",
    "b/float16 float16",
  ]);
  const wide = widenWeights(narrow);
  expect(wide.nodes).toEqual(linear([0, 0]).nodes);
  expect([...wide.initializers.keys()]).toEqual(["W", "b"]);
  expect([...asFloat32(wide.initializers.get("W")!)]).toEqual([0.333251953125, -2]);
});

test("a weight that float16 cannot hold keeps its tensor as it was", () => {
  const narrow = narrowWeights(linear([70_000, 1]));
  expect(narrow.initializers.get("W")?.type).toBe("float32");
  expect(narrow.initializers.get("b/float16")?.type).toBe("float16");
});

test("a graph without such weights is the same value", () => {
  const graph = linear([1, 2]);
  expect(widenWeights(graph)).toBe(graph);
});

test("a half that something else reads too stays", () => {
  const narrow = narrowWeights(linear([1, 2]));
  const b = { name: "again", operator: "Cast", domain: "", inputs: ["W/float16"], outputs: ["again"] };
  const graph = {
    ...narrow,
    nodes: [...narrow.nodes, { ...b, attributes: { to: { kind: "int", value: 11 } as const } }],
  };
  expect([...widenWeights(graph).initializers.keys()]).toEqual(["W/float16", "W", "b"]);
});
