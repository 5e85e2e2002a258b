import { expect, test } from "vitest";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { poolFirst } from "./pool-first.ts";

const always = (): boolean => true;

/** x -> Relu -> MaxPool, and what `extend` adds. */
function reluAndPool(extend: (b: ReturnType<typeof createBuilder>, relu: string) => void = () => {}): Graph {
  const b = createBuilder("network");
  const relu = b.op("Relu", [b.input("x", "float32", [1, 2, 4, 4])]);
  const pool = b.op("MaxPool", [relu], { kernel_shape: [2, 2], strides: [2, 2] });
  extend(b, relu);
  b.output(b.op("Neg", [pool]), "y", "float32", [1, 2, 2, 2]);
  return b.graph();
}

const operatorsOf = (nodes: Graph["nodes"]): string[] => nodes.map(({ operator }) => operator);

test("a Relu that a MaxPool alone reads goes behind it, and what is read after both keeps its name", () => {
  const graph = reluAndPool();
  const { nodes, between } = poolFirst(graph, always);
  expect(operatorsOf(nodes)).toEqual(["MaxPool", "Relu", "Neg", "Identity"]);
  const [pool, relu, reader] = nodes;
  expect(pool!.inputs).toEqual(["x"]);
  expect(relu!.inputs).toEqual(pool!.outputs);
  expect(relu!.outputs).toEqual(reader!.inputs);
  expect(reader!.inputs).toEqual(graph.nodes[2]!.inputs);
  expect([...between]).toEqual([[pool!.outputs[0], relu!.outputs[0]]]);
});

test("a Relu keeps its place where something else reads it, where it is an output, and where nothing before it is trained", () => {
  const kept = ["Relu", "MaxPool"];
  const readTwice = reluAndPool((b, relu) => b.output(b.op("Abs", [relu]), "z", "float32", [1, 2, 4, 4]));
  expect(operatorsOf(poolFirst(readTwice, always).nodes).slice(0, 2)).toEqual(kept);
  const plain = reluAndPool();
  const output = { name: plain.nodes[0]!.outputs[0]!, type: "float32", dims: [1, 2, 4, 4] } as const;
  const isOutput = { ...plain, outputs: [...plain.outputs, output] };
  expect(operatorsOf(poolFirst(isOutput, always).nodes).slice(0, 2)).toEqual(kept);
  expect(operatorsOf(poolFirst(plain, () => false).nodes).slice(0, 2)).toEqual(kept);
});
