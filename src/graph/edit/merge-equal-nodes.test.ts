import { expect, test } from "vitest";
import { openEngine } from "../../engine/open-engine.ts";
import { createBuilder } from "../build.ts";
import { createModel } from "../create-model.ts";
import type { Graph } from "../graph.ts";
import { floatTensor } from "../tensor.ts";
import { joinGraphs } from "./join-graphs.ts";
import { mergeEqualNodes } from "./merge-equal-nodes.ts";

/** relu(x w) times `factor`. */
function network(factor: number): Graph {
  const b = createBuilder("network");
  const x = b.input("x", "float32", ["N", 2]);
  const weight = b.constant(floatTensor([2, 2], [1, -2, 3, 0.5]));
  const trunk = b.op("Relu", [b.op("MatMul", [x, weight])]);
  b.output(b.op("Mul", [trunk, b.scalar(factor)]), "y", "float32", ["N", 2]);
  return b.graph();
}

function twice(first: number, second: number): Graph {
  const parts = [
    { graph: network(first), prefix: "a/" },
    { graph: network(second), prefix: "b/" },
  ];
  return joinGraphs("both", parts, { shared: ["x"] });
}

const operators = ({ nodes }: Graph): string[] => nodes.map(({ operator }) => operator).sort();

test("the common trunk of two networks is there once, what differs stays, and the outputs are the same", async () => {
  const graph = twice(2, 3);
  const merged = mergeEqualNodes(graph);
  expect(operators(graph).filter((name) => name === "MatMul")).toHaveLength(2);
  expect(operators(merged).filter((name) => name !== "Identity")).toEqual(["MatMul", "Mul", "Mul", "Relu"]);
  expect(merged.initializers.size).toBe(3);
  await using engine = await openEngine({ threads: 1 });
  const x = floatTensor([1, 2], [0.5, -1]);
  const [before, after] = await Promise.all(
    [graph, merged].map(async (one) => await (await engine.load(createModel(one))).run({ x })),
  );
  expect(after).toEqual(before);
});

test("two outputs that are equal keep their names", () => {
  const { outputs, nodes } = mergeEqualNodes(twice(2, 2));
  expect(outputs.map(({ name }) => name)).toEqual(["a/y", "b/y"]);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  expect(outputs.every(({ name }) => made.has(name))).toBe(true);
});

test("nodes that draw are not merged: each draws for itself", () => {
  const b = createBuilder("draws");
  const x = b.input("x", "float32", ["N"]);
  const draw = (): string => b.op("RandomNormalLike", [x]);
  b.output(b.op("Sub", [draw(), draw()]), "y", "float32", ["N"]);
  expect(operators(mergeEqualNodes(b.graph())).filter((name) => name === "RandomNormalLike")).toHaveLength(2);
});
