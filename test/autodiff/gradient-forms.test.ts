import { expect, test } from "vitest";
import type { Correlation } from "../../src/autodiff/rules/correlation.ts";
import { createExpressions } from "../../src/autodiff/expressions.ts";
import { imageForms, possibleImageForms } from "../../src/autodiff/rules/image-gradients.ts";
import { kernelForms, possibleKernelForms } from "../../src/autodiff/rules/kernel-gradients.ts";
import { allowsTiles, tiledConvolution } from "../../src/autodiff/rules/tiled.ts";
import { gradientGraph } from "../../src/autodiff/gradient-graph.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { openWasmEngine } from "../../src/engine/open-wasm-engine.ts";
import { createBuilder } from "../../src/graph/build.ts";
import { createModel } from "../../src/graph/create-model.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, asFloat32, floatTensor, sizeOf } from "../../src/graph/tensor.ts";
import { evaluate } from "./evaluator.ts";
import { fill } from "./evaluator-values.ts";
import { uniform } from "./seeded-values.ts";

// Every way to write a convolution and its gradients, not only the one that the shape chooses, gives the same numbers.

interface Case {
  readonly channels: readonly [number, number];
  readonly sides: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly pads?: readonly [number, number, number, number];
  readonly groups?: number;
}

const cases: readonly Case[] = [
  { channels: [3, 4], sides: [6, 5], kernel: [3, 3], pads: [1, 1, 1, 1] },
  { channels: [2, 3], sides: [7, 6], kernel: [3, 2], stride: 2, pads: [1, 0, 0, 1] },
  { channels: [2, 2], sides: [7, 7], kernel: [2, 3], dilation: 2, pads: [0, 2, 1, 2] },
  { channels: [3, 5], sides: [4, 3], kernel: [1, 1] },
  { channels: [3, 3], sides: [5, 6], kernel: [3, 3], pads: [1, 1, 1, 1], groups: 3 },
  { channels: [2, 4], sides: [6, 7], kernel: [3, 3], stride: 2, pads: [1, 1, 1, 1], groups: 2 },
  { channels: [4, 6], sides: [4, 5], kernel: [3, 2], groups: 2, pads: [1, 1, 0, 1] },
  { channels: [2, 2], sides: [3, 60], kernel: [3, 2], dilation: 2, pads: [2, 1, 2, 0], groups: 2 },
  { channels: [2, 4], sides: [4, 65], kernel: [2, 3], stride: 2, pads: [0, 1, 1, 1], groups: 2 },
  { channels: [2, 3], sides: [9, 8], kernel: [5, 5], pads: [2, 2, 2, 2] },
  { channels: [3, 2], sides: [7, 10], kernel: [3, 5], pads: [0, 2, 2, 1] },
  { channels: [1, 2], sides: [3, 2], kernel: [5, 3], pads: [4, 2, 3, 0] },
];

function correlationOf(given: Case, batch = 2): Correlation {
  const { channels, sides, kernel, stride = 1, dilation = 1, pads = [0, 0, 0, 0], groups = 1 } = given;
  const [before, after] = [pads.slice(0, 2), pads.slice(2)];
  const places = sides.map(
    (side, i) => Math.floor((side + before[i]! + after[i]! - dilation * (kernel[i]! - 1) - 1) / stride) + 1,
  );
  return {
    window: { kernel, strides: [stride, stride], dilations: [dilation, dilation], before, after },
    groups,
    large: [batch, channels[0], ...sides],
    small: [batch, channels[1], ...places],
    kernel: [channels[1], channels[0] / groups, ...kernel],
  };
}

const wave = (dims: readonly number[], phase: number): ReturnType<typeof fill> =>
  fill(dims, (i) => Math.sin(phase + 1.7 * i));

/** A gradient in one form, computed in float64. */
function gradientIn(map: Correlation, of: "kernel" | "large", form: string): readonly number[] {
  const b = createBuilder("form");
  const values = { small: "small", large: "large", kernel: "kernel" };
  for (const name of ["small", "large", "kernel"] as const) b.input(name, "float32", map[name]);
  const forms = of === "kernel" ? kernelForms : imageForms;
  const write = forms[form as keyof typeof forms] as (typeof kernelForms)["pointwise"] &
    (typeof imageForms)["flipped"];
  b.output(write(createExpressions(b), map, values), "gradient", "float32", map[of]);
  const feeds = { small: wave(map.small, 1), large: wave(map.large, 2), kernel: wave(map.kernel, 3) };
  const { dims, data } = evaluate(b.graph(), feeds).get("gradient")!;
  expect(dims).toEqual(map[of]);
  expect(data.length).toBe(sizeOf(map[of]));
  return [...data];
}

for (const given of cases) {
  const map = correlationOf(given);
  const { channels, kernel, stride = 1, groups = 1 } = given;
  const title = `${channels.join(" -> ")}, ${kernel.join(" x ")}, stride ${stride}, ${groups} groups`;
  const choices = [
    { of: "kernel", names: possibleKernelForms(map) },
    { of: "large", names: possibleImageForms(map) },
  ] as const;
  for (const { of, names } of choices.filter((choice) => choice.names.length > 1))
    test(`the gradient in ${of} of ${title}: ${names.join(", ")} agree`, () => {
      const [first, ...others] = names.map((name) => gradientIn(map, of, name));
      for (const [i, other] of others.entries())
        expectClose(other, first!, names[i + 1] === "tiled" ? constantsRounded : exact);
    });
  if (allowsTiles(map))
    test(`the convolution of ${title} by tiles is the convolution`, () => {
      const b = createBuilder("convolution");
      for (const name of ["large", "kernel"] as const) b.input(name, "float32", map[name]);
      const { before, after } = map.window;
      const e = createExpressions(b);
      b.output(tiledConvolution(e, map, { large: "large", kernel: "kernel" }), "tiled", "float32", map.small);
      const plain = b.op("Conv", ["large", "kernel"], { pads: [...before, ...after] });
      b.output(plain, "plain", "float32", map.small);
      const values = evaluate(b.graph(), { large: wave(map.large, 2), kernel: wave(map.kernel, 3) });
      expect(values.get("tiled")!.dims).toEqual(map.small);
      expectClose(values.get("tiled")!.data, values.get("plain")!.data, constantsRounded);
    });
}

/** What float64 loses over sums of this size, and what constants such as 1/3 lose by being float32. */
const [exact, constantsRounded] = [1e-12, 1e-5];

/** The distance of two tensors, relative to the second, is below the bound. */
function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  expect(values.length).toBe(expected.length);
  const distance = Math.hypot(...Array.from(values, (value, i) => value - expected[i]!));
  expect(distance / Math.hypot(...Array.from(expected))).toBeLessThan(bound);
}

for (const [runtime, open] of [
  ["native", openEngine],
  ["wasm", openWasmEngine],
] as const)
  test(`a trained convolution of 32 channels and more is written by tiles: outputs and gradients are float32's to 1e-5 on ${runtime}`, async () => {
    await using engine = await open({ threads: 1 });
    for (const given of [
      { channels: [32, 40], sides: [9, 8], kernel: [3, 3], pads: [1, 1, 1, 1] },
      { channels: [48, 32], sides: [8, 10], kernel: [5, 5], pads: [2, 2, 2, 2] },
    ] as const) {
      const map = correlationOf(given, 16);
      const layer = layerOf(map);
      const tiled = gradientGraph(layer, { of: ["large", "kernel", "bias"] });
      expect(tiled.nodes.map(({ operator }) => operator)).not.toContain("Conv");
      const feeds = Object.fromEntries(
        tiled.inputs.map(({ name, dims }, i) => {
          const shape = dims as readonly number[];
          return [name, floatTensor(shape, uniform(i, shape, 1))];
        }),
      );
      const found = await runOn(engine, tiled, feeds);
      const expected = await runOn(engine, plainGradients(map, layer), feeds);
      for (const name of Object.keys(expected))
        expectClose(asFloat32(found[name]!), asFloat32(expected[name]!), 1e-5);
    }
  });

test("windows of a MaxPool that do not overlap hand their gradient back by MaxUnpool, overlapping ones add up", async () => {
  await using engine = await openWasmEngine({ threads: 1 });
  for (const { stride, operator, gradient } of [
    { stride: 2, operator: "MaxUnpool", gradient: [0, 1, 10, 0] },
    { stride: 1, operator: "ScatterElements", gradient: [0, 11, 100, 0] },
  ]) {
    const b = createBuilder("pool");
    const x = b.input("x", "float32", [1, 1, 1, 4]);
    const count = stride === 2 ? 2 : 3;
    const pool = b.op("MaxPool", [x], { kernel_shape: [1, 2], strides: [1, stride] });
    b.output(pool, "y", "float32", [1, 1, 1, count]);
    const graph = gradientGraph(b.graph(), { of: ["x"] });
    expect(graph.nodes.map((node) => node.operator)).toContain(operator);
    const results = await runOn(engine, graph, {
      x: floatTensor([1, 1, 1, 4], [1, 5, 3, 2]),
      "gradient/y": floatTensor([1, 1, 1, count], [1, 10, 100].slice(0, count)),
    });
    expect([...asFloat32(results["gradient/x"]!)]).toEqual(gradient);
  }
});

/** A convolution with a bias, all three operands inputs. */
function layerOf({ window, large, small, kernel }: Correlation): Graph {
  const b = createBuilder("layer");
  const inputs = [b.input("large", "float32", large), b.input("kernel", "float32", kernel)];
  const bias = b.input("bias", "float32", [kernel[0]!]);
  b.output(
    b.op("Conv", [...inputs, bias], { pads: [...window.before, ...window.after] }),
    "y",
    "float32",
    small,
  );
  return b.graph();
}

/** Outputs and gradients of a layer by Conv and its plain adjoints. */
function plainGradients(map: Correlation, layer: Graph): Graph {
  const b = createBuilder("plain", "plain/");
  for (const { name, type, dims } of layer.inputs) b.input(name, type, dims);
  const small = b.input("gradient/y", "float32", map.small);
  for (const node of layer.nodes) b.add(node);
  b.output("y", "y", "float32", map.small);
  const e = createExpressions(b);
  const large = imageForms.convTranspose(e, map, { small, kernel: "kernel" });
  const kernel = kernelForms.transposed(e, map, { small, large: "large" });
  const bias = e.reshape(e.sum(small, [0, 2, 3]), [map.kernel[0]!]);
  for (const [name, value] of Object.entries({ large, kernel, bias }))
    b.output(value, `gradient/${name}`, "float32", layer.inputs.find((input) => input.name === name)!.dims);
  return b.graph();
}

async function runOn(
  engine: Engine,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  await using session = await engine.load(createModel(graph));
  return await session.run(feeds);
}
