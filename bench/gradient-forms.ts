import type { Correlation } from "../src/autodiff/rules/correlation.ts";
import { type Expressions, createExpressions } from "../src/autodiff/expressions.ts";
import {
  imageFormOf,
  imageForms,
  plainImageFormOf,
  possibleImageForms,
} from "../src/autodiff/rules/image-gradients.ts";
import {
  kernelFormOf,
  kernelForms,
  plainKernelFormOf,
  possibleKernelForms,
} from "../src/autodiff/rules/kernel-gradients.ts";
import {
  type TiledOperands,
  allowsTiles,
  isTiled,
  tiledConvolution,
  tiledImage,
  tiledKernel,
} from "../src/autodiff/rules/tiled.ts";
import { windowAttributes } from "../src/autodiff/rules/window.ts";
import { createRandom } from "../src/base/random.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { createBuilder } from "../src/graph/build.ts";
import { createModel } from "../src/graph/create-model.ts";
import type { Attribute, Graph } from "../src/graph/graph.ts";
import { type Tensor, floatTensor, int64Tensor, sizeOf } from "../src/graph/tensor.ts";
import { type BenchOptions, type BenchResult } from "./bench-result.ts";

/** A convolution of a known network. */
interface Shape {
  readonly network: string;
  readonly batch?: number;
  /** Channels in and out; width and height in. */
  readonly channels: readonly [number, number];
  readonly side: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly isDepthwise?: boolean;
}

const plain = (
  network: string,
  channels: readonly [number, number],
  side: number,
  kernel: number,
  rest: Partial<Shape> = {},
): Shape => ({ network, channels, side, kernel, pad: (kernel - 1) >> 1, ...rest });
const depthwise = (channels: number, side: number, stride = 1): Shape =>
  plain("MobileNetV2", [channels, channels], side, 3, { stride, isDepthwise: true });

const mini = (network: string, channels: readonly [number, number], side: number, kernel = 3): Shape =>
  plain(network, channels, side, kernel, { batch: 128 });

const shapes: readonly Shape[] = [
  mini("alexnet-mini", [64, 192], 16, 5),
  mini("alexnet-mini", [192, 384], 8),
  mini("alexnet-mini", [384, 256], 8),
  mini("alexnet-mini", [256, 256], 8),
  mini("vgg-mini", [32, 64], 32),
  mini("vgg-mini", [64, 64], 32),
  mini("vgg-mini", [64, 128], 16),
  mini("vgg-mini", [128, 128], 16),
  mini("vgg-mini", [128, 256], 8),
  mini("vgg-mini", [320, 320], 4),
  plain("AlexNet", [3, 64], 224, 11, { stride: 4, pad: 2 }),
  plain("AlexNet", [64, 192], 27, 5),
  plain("AlexNet", [192, 384], 13, 3),
  plain("AlexNet", [384, 256], 13, 3),
  plain("AlexNet", [256, 256], 13, 3),
  plain("SqueezeNet", [3, 64], 224, 3, { stride: 2, pad: 0 }),
  plain("SqueezeNet", [16, 64], 55, 3),
  plain("SqueezeNet", [32, 128], 27, 3),
  plain("SqueezeNet", [48, 192], 13, 3),
  plain("SqueezeNet", [64, 256], 13, 3),
  plain("SqueezeNet", [16, 64], 55, 1),
  plain("SqueezeNet", [128, 16], 55, 1),
  plain("SqueezeNet", [512, 64], 13, 1),
  plain("MobileNetV2", [3, 32], 224, 3, { stride: 2 }),
  depthwise(32, 112),
  depthwise(96, 112, 2),
  depthwise(144, 56),
  depthwise(192, 28),
  depthwise(384, 14),
  depthwise(576, 14, 2),
  depthwise(960, 7),
  plain("MobileNetV2", [16, 96], 112, 1),
  plain("MobileNetV2", [144, 24], 56, 1),
  plain("MobileNetV2", [192, 32], 28, 1),
  plain("MobileNetV2", [384, 64], 14, 1),
  plain("MobileNetV2", [96, 576], 14, 1),
  plain("MobileNetV2", [160, 960], 7, 1),
  plain("MobileNetV2", [320, 1280], 7, 1),
  plain("ResNet", [3, 64], 224, 7, { stride: 2 }),
  plain("ResNet", [64, 64], 56, 3),
  plain("ResNet", [64, 128], 56, 3, { stride: 2 }),
  plain("ResNet", [128, 128], 28, 3),
  plain("ResNet", [256, 256], 14, 3),
  plain("ResNet", [512, 512], 7, 3),
  plain("VGG", [3, 64], 224, 3, { batch: 4 }),
  plain("VGG", [64, 64], 224, 3, { batch: 4 }),
  plain("VGG", [128, 128], 112, 3, { batch: 4 }),
  plain("VGG", [256, 256], 56, 3, { batch: 8 }),
  plain("VGG", [512, 512], 28, 3, { batch: 8 }),
  plain("VGG", [512, 512], 14, 3),
];

/** What is timed: one gradient, or the convolution with both, which share what they take to the points of tiles. */
const products = ["weight", "input", "all three"] as const;
type Product = (typeof products)[number];

/** The forms a product can have, and the rule's choice. */
function formsOf(map: Correlation, product: Product): { forms: readonly string[]; chosen: string } {
  if (product === "weight") return { forms: possibleKernelForms(map), chosen: kernelFormOf(map) };
  if (product === "input") return { forms: possibleImageForms(map), chosen: imageFormOf(map) };
  return {
    forms: allowsTiles(map) ? ["plain", "tiled"] : ["plain"],
    chosen: isTiled(map) ? "tiled" : "plain",
  };
}

/**
 * Every way to write a convolution's two gradients, timed over the convolutions of known networks at batch 32 (VGG: 4
 * or 8; those for 64 pixels: 128): the measurement behind `kernelFormOf` and `imageFormOf`. A form's number is in the row, the rule's choice is
 * marked with `*`.
 */
export async function run({ rounds, only }: BenchOptions): Promise<BenchResult> {
  await using engine = await openEngine();
  const rows: string[][] = [];
  const raw: unknown[] = [];
  const wanted = shapes.filter((shape) => only === null || describe(shape).includes(only));
  for (const shape of wanted)
    for (const side of products) {
      if (side !== "weight" && shape.channels[0] === 3) continue;
      const map = correlationOf(shape);
      const { forms, chosen } = formsOf(map, side);
      if (forms.length < 2) continue;
      const times: Record<string, number> = {};
      for (const form of forms) times[form] = await timeForm(engine, { map, side, form, rounds });
      const fastest = Math.min(...Object.values(times));
      const cells = Object.entries(times)
        .sort(([, a], [, b]) => a - b)
        .map(([form, ms]) => `${form}${form === chosen ? "*" : ""} ${ms.toFixed(1)}`);
      rows.push([describe(shape), side, cells.join(", "), (times[chosen]! / fastest).toFixed(2)]);
      raw.push({ ...shape, gradient: side, chosen, times });
    }
  const columns = ["convolution", "gradient", "form and ms, fastest first; * the rule's", "rule / fastest"];
  return { columns, rows, raw };
}

function describe({ network, channels, side, kernel, stride = 1, isDepthwise = false }: Shape): string {
  const depth = isDepthwise ? `${channels[0]} depthwise` : channels.join(" -> ");
  return `${network} ${kernel}x${kernel}, ${depth}, ${side} px${stride > 1 ? `, stride ${stride}` : ""}`;
}

function correlationOf({
  batch = 32,
  channels: [inputs, outputs],
  side,
  kernel,
  stride = 1,
  pad = 0,
  isDepthwise = false,
}: Shape): Correlation {
  const places = Math.floor((side + 2 * pad - kernel) / stride) + 1;
  const both = (value: number): [number, number] => [value, value];
  return {
    window: {
      kernel: both(kernel),
      strides: both(stride),
      dilations: both(1),
      before: both(pad),
      after: both(pad),
    },
    groups: isDepthwise ? inputs : 1,
    large: [batch, inputs, side, side],
    small: [batch, outputs, places, places],
    kernel: [outputs, isDepthwise ? 1 : inputs, kernel, kernel],
  };
}

interface Timed {
  readonly map: Correlation;
  readonly side: Product;
  readonly form: string;
  readonly rounds: number;
}

/** The operands that each product has. */
const operandsOf = {
  weight: ["small", "large"],
  input: ["small", "kernel"],
  "all three": ["small", "large", "kernel"],
} as const;

/** Iterations between the two runs whose difference is taken. */
const repetitions = 4;

/**
 * Milliseconds: the form as the body of a Loop, as training runs it, and the difference of a long and a short run, so
 * that neither the operands' way into the runtime nor its start is in the number. The least of `rounds` each.
 */
async function timeForm(engine: Engine, { map, side, form, rounds }: Timed): Promise<number> {
  const operands = operandsOf[side];
  const outer = createBuilder("forms");
  const inputs = operands.map((name) => outer.input(name, "float32", map[name]));
  const count = outer.input("count", "int64", []);
  const body: Attribute = { kind: "graph", value: bodyOf(map, { side, form }) };
  outer.output(outer.op("Loop", [count, ""], { body }, "sums"), "sums", "float32", ["count"]);
  await using session = await engine.load(createModel(outer.graph()));
  const feeds = Object.fromEntries(inputs.map((name, i) => [name, noise(map[operands[i]!])]));
  const timeRun = async (iterations: number): Promise<number> => {
    const start = performance.now();
    await session.run({ ...feeds, count: int64Tensor([], [iterations]) });
    return performance.now() - start;
  };
  await timeRun(1);
  const [short, long] = [[] as number[], [] as number[]];
  for (let i = 0; i < rounds; i += 1) {
    short.push(await timeRun(1));
    long.push(await timeRun(1 + repetitions));
  }
  return Math.max(0.01, (Math.min(...long) - Math.min(...short)) / repetitions);
}

/** One gradient, of operands that the Loop's surroundings have; its sum is handed out. */
function bodyOf(map: Correlation, { side, form }: Pick<Timed, "side" | "form">): Graph {
  const b = createBuilder("form", "form/");
  b.input("form/iteration", "int64", []);
  b.output(b.input("form/continue", "bool", []), "form/next", "bool", []);
  const forms = { weight: kernelForms, input: imageForms, "all three": wholes }[side] as Record<
    string,
    FormWriter
  >;
  const operands = { small: "small", large: "large", kernel: "kernel" };
  const results = [forms[form]!(createExpressions(b), map, operands)].flat();
  const sums = results.map((result) => b.op("ReduceSum", [result], { keepdims: 0 }));
  b.output(b.op("Sum", sums), "form/sum", "float32", []);
  return b.graph();
}

type FormWriter = (
  e: Expressions,
  map: Correlation,
  values: { small: string; large: string; kernel: string },
) => string | string[];

/** The convolution and both gradients, each in its best form without tiles, or all by tiles. */
const wholes: Readonly<Record<"plain" | "tiled", FormWriter>> = {
  plain: (e, map, values) => [
    e.builder.op("Conv", [values.large, values.kernel], windowAttributes(map.window)),
    imageForms[plainImageFormOf(map)](e, map, values),
    kernelForms[plainKernelFormOf(map)](e, map, values),
  ],
  tiled: (e, map, values) => {
    const tiles: TiledOperands = new Map();
    return [tiledConvolution, tiledImage, tiledKernel].map((write) => write(e, map, { ...values, tiles }));
  },
};

function noise(dims: readonly number[]): Tensor {
  const random = createRandom(1);
  return floatTensor(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.next() - 0.5),
  );
}
