import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noise } from "../../../test/reference/noise.ts";
import type { Engine } from "../../engine/engine.ts";
import { openEngine } from "../../engine/open-engine.ts";
import { hashBytes } from "../../files/hash-file.ts";
import { cutAt } from "../../graph/edit/cut-graph.ts";
import { inferShapes } from "../../graph/shapes/infer-shapes.ts";
import { type Tensor, asFloat32, floatTensor, sizeOf } from "../../graph/tensor.ts";
import { checkCard } from "../check-card.ts";
import { valuesBehind } from "../match-architecture.ts";
import type { Architecture } from "./architecture.ts";
import { initialise, withParameters } from "./initialise.ts";
import { architectureNames, buildArchitecture } from "./registry.ts";

interface Reference {
  readonly size: number;
  /** sha256 over the names and shapes of a network's tensors. */
  readonly tensors: Record<string, string>;
  readonly networks: Record<
    string,
    {
      layer: string;
      size?: number;
      count: number;
      mean: number;
      min: number;
      max: number;
      first: number[];
      last: number[];
    }
  >;
}
const reference = JSON.parse(
  readFileSync("test/reference/architectures/architectures.json", "utf8"),
) as Reference;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

function fill(name: string, dims: readonly number[]): Tensor {
  const isPositive = name.endsWith("running_var") || name.endsWith("weight");
  const small = isPositive ? { shift: 1, scale: 0.4 } : { scale: 0.2 };
  const law = dims.length > 1 ? { scale: Math.sqrt(24 / sizeOf(dims.slice(1))) } : small;
  return floatTensor(dims, noise(name, sizeOf(dims), law));
}

function modelUpTo(architecture: Architecture, layer: string): ReturnType<typeof cutAt> {
  const needed = valuesBehind(architecture.graph, layer);
  const specs = architecture.parameters.filter(({ name }) => needed.has(name));
  const tensors = new Map(specs.map(({ name, dims }) => [name, fill(name, dims)]));
  return cutAt(withParameters(architecture, tensors), layer);
}

test.each(Object.entries(reference.networks))("%s: the outputs are PyTorch's", async (name, wanted) => {
  const { size = reference.size } = wanted;
  const model = modelUpTo(buildArchitecture(name, { size }), wanted.layer);
  await using session = await engine.load(model);
  const picture = floatTensor([1, 3, size, size], noise("picture", 3 * size * size, { scale: 4 }));
  const values = asFloat32((await session.run({ pixel_values: picture }))[wanted.layer]!);
  const range = wanted.max - wanted.min;
  expect(values.length).toBe(wanted.count);
  expect(range).toBeGreaterThan(0.01);
  const got = [...values.slice(0, 6), ...values.slice(-6), Math.min(...values), Math.max(...values)];
  [...wanted.first, ...wanted.last, wanted.min, wanted.max].forEach((value, i) =>
    expect(Math.abs(got[i]! - value) / range).toBeLessThan(1e-4),
  );
  expect(Math.abs(values.reduce((a, b) => a + b, 0) / values.length - wanted.mean) / range).toBeLessThan(
    1e-5,
  );
});

test.each(Object.entries(reference.tensors))(
  "%s: every tensor's name and shape is torchvision's",
  (name, wanted) => {
    const lines = buildArchitecture(name).parameters.map((spec) => `${spec.name} ${spec.dims}`);
    expect(hashBytes(Buffer.from(lines.toSorted().join("\n")))).toBe(wanted);
  },
);

test.each(architectureNames)("%s at a tenth of its width: shapes on the card are the graph's", (name) => {
  const architecture = buildArchitecture(name, { classes: 5, width: 0.1 });
  const model = initialise(architecture, 1);
  checkCard(architecture.card, model.graph, name);
  const shapes = inferShapes(model.graph);
  for (const { value, shape } of architecture.card.layers)
    expect(shapes.get(value)?.dims, value).toEqual(["N", ...shape]);
  expect(architecture.card.layers.at(-1)?.shape).toEqual([5]);
});

test("initialise: a seed decides every weight; variance is 2 / fan-in", () => {
  const architecture = buildArchitecture("alexnet", { classes: 3, width: 0.25 });
  const [a, b, other] = [
    initialise(architecture, 7),
    initialise(architecture, 7),
    initialise(architecture, 8),
  ];
  const read = (model: typeof a): Float32Array =>
    asFloat32(model.graph.initializers.get("features.3.weight")!);
  expect(read(a)).toEqual(read(b));
  expect(read(a)).not.toEqual(read(other));
  const values = read(a);
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(variance * (16 * 25)).toBeCloseTo(2, 1);
  expect(new Set(asFloat32(a.graph.initializers.get("features.3.bias")!))).toEqual(new Set([0]));
});

test("buildArchitecture: an unknown name lists the known ones", () => {
  expect(() => buildArchitecture("alexnet2")).toThrow(/no such network/);
  expect(() => buildArchitecture("toString")).toThrow(/no such network/);
});

test("an input too small for the network is refused by name", () => {
  expect(() => buildArchitecture("alexnet", { size: 16 })).toThrow(/large enough/);
});
