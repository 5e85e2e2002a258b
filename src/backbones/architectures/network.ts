import { RootstockError } from "../../base/errors.ts";
import { createBuilder } from "../../graph/build.ts";
import type { Graph } from "../../graph/graph.ts";
import type { CardLayer } from "../card.ts";
import type { Architecture, Initialisation, ParameterSpec } from "./architecture.ts";

/** A value on its way through the network. Shape without the batch: [C, H, W] or [D]. */
export interface Flow {
  readonly value: string;
  readonly shape: readonly number[];
}

/** A convolution as an architecture writes it. */
export interface ConvOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Pixels on every side; default 0. "same": output = ceil(input / stride), the odd pixel right and below. */
  readonly pad?: number | "same";
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A pooling as an architecture writes it. */
export interface PoolOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  /** Counts a last window that starts inside the map and ends outside; default "floor". */
  readonly rounding?: "floor" | "ceil";
}

/**
 * Writes a network layer by layer in the words of its paper. Each method adds nodes and returns where the data flow
 * now is; parameters get the name given plus ".weight", ".bias", as in a state dict.
 */
export interface Network {
  readonly input: Flow;
  conv(x: Flow, name: string, options: ConvOptions): Flow;
  /** Kept as its own node (never folded into the convolution), so that it can be trained. */
  batchNorm(x: Flow, name: string, epsilon?: number): Flow;
  linear(x: Flow, name: string, options: { features: number; initialisation?: Initialisation }): Flow;
  relu(x: Flow): Flow;
  /** min(max(x, 0), 6). */
  relu6(x: Flow): Flow;
  /** x · sigmoid(x), also called swish. */
  silu(x: Flow): Flow;
  /** x · min(max(x / 6 + 1/2, 0), 1). */
  hardSwish(x: Flow): Flow;
  sigmoid(x: Flow): Flow;
  /** min(max(x / 6 + 1/2, 0), 1). */
  hardSigmoid(x: Flow): Flow;
  maxPool(x: Flow, options: PoolOptions): Flow;
  /** Means over a grid of `side` x `side` cells; a map that already has that side, or is smaller, passes as it is. */
  adaptivePool(x: Flow, side: number): Flow;
  globalPool(x: Flow): Flow;
  flatten(x: Flow): Flow;
  add(a: Flow, b: Flow): Flow;
  /** a · b where b is [C, 1, 1]: each channel by its own factor. */
  scale(a: Flow, b: Flow): Flow;
  concat(parts: readonly Flow[]): Flow;
  dropout(x: Flow, rate: number): Flow;
  /** Names a layer of the card, and the graph value with it; `group` defaults to the layer's own name. */
  layer(x: Flow, name: string, group?: string): Flow;
  /** Declares the class scores; `name` is the last layer's name on the card. */
  output(x: Flow, name: string, group?: string): void;
  finish(): Pick<Architecture, "graph" | "parameters" | "dropouts"> & {
    readonly layers: readonly CardLayer[];
  };
}

/** An empty network over `pixel_values`, N x 3 x size x size. */
export function createNetwork(name: string, size: number): Network {
  const builder = createBuilder(name);
  const parameters: ParameterSpec[] = [];
  const dropouts: { value: string; rate: number }[] = [];
  const layers: CardLayer[] = [];
  const names = new Map<string, string>();
  const input: Flow = {
    value: builder.input("pixel_values", "float32", ["N", 3, size, size]),
    shape: [3, size, size],
  };

  const parameter = (id: string, dims: readonly number[], initialisation: Initialisation): string => {
    parameters.push({ name: id, dims, initialisation, isLearnable: !/\.running_(mean|var)$/.test(id) });
    return id;
  };
  const unary = (operator: string, attributes = {}): ((x: Flow) => Flow) => {
    return (x) => ({ value: builder.op(operator, [x.value], attributes), shape: x.shape });
  };
  const layer: Network["layer"] = (x, id, group = id) => {
    layers.push({ name: id, value: id, shape: x.shape, group });
    names.set(x.value, id);
    return x;
  };
  const sigmoid = unary("Sigmoid");
  const hardSigmoid = unary("HardSigmoid", { alpha: 1 / 6, beta: 0.5 });

  return {
    input,
    layer,
    sigmoid,
    hardSigmoid,
    relu: unary("Relu"),
    hardSwish: unary("HardSwish"),
    silu: (x) => ({ value: builder.op("Mul", [x.value, sigmoid(x).value]), shape: x.shape }),
    relu6: (x) => ({
      value: builder.op("Clip", [x.value, builder.scalar(0), builder.scalar(6)]),
      shape: x.shape,
    }),
    conv: (x, id, { channels, kernel, stride = 1, pad = 0, groups = 1, bias = true }) => {
      const [depth, height, width] = mapOf(x, id);
      const pads = pad === "same" ? samePads([height, width], kernel, stride) : [pad, pad, pad, pad];
      const inputs = [x.value, parameter(`${id}.weight`, [channels, depth / groups, kernel, kernel], "he")];
      if (bias) inputs.push(parameter(`${id}.bias`, [channels], "zeros"));
      const value = builder.op("Conv", inputs, {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads,
        group: groups,
      });
      const side = (length: number, before: number, after: number): number =>
        windowCount(length + before + after, kernel, stride, id);
      return { value, shape: [channels, side(height, pads[0]!, pads[2]!), side(width, pads[1]!, pads[3]!)] };
    },
    batchNorm: (x, id, epsilon = 1e-5) => {
      const dims = [x.shape[0]!];
      const inputs = [
        x.value,
        parameter(`${id}.weight`, dims, "ones"),
        parameter(`${id}.bias`, dims, "zeros"),
        parameter(`${id}.running_mean`, dims, "zeros"),
        parameter(`${id}.running_var`, dims, "ones"),
      ];
      return { value: builder.op("BatchNormalization", inputs, { epsilon }), shape: x.shape };
    },
    linear: (x, id, { features, initialisation = "he" }) => {
      const weight = parameter(`${id}.weight`, [features, x.shape[0]!], initialisation);
      const value = builder.op("Gemm", [x.value, weight, parameter(`${id}.bias`, [features], "zeros")], {
        transB: 1,
      });
      return { value, shape: [features] };
    },
    maxPool: (x, options) => {
      const [depth, height, width] = mapOf(x, "MaxPool");
      const { kernel, stride = kernel, pad = 0 } = options;
      const down = poolSide(height, options);
      const across = poolSide(width, options);
      const value = builder.op("MaxPool", [x.value], {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        // rounding up is written as padding at the end, the same windows in a form every runtime agrees on
        pads: [pad, pad, down.padAfter, across.padAfter],
      });
      return { value, shape: [depth, down.count, across.count] };
    },
    adaptivePool: (x, side) => {
      const [depth, height, width] = mapOf(x, "AdaptiveAveragePool");
      if (Math.max(height, width) <= side) return x;
      if (height % side !== 0 || width % side !== 0)
        throw new RootstockError(
          "E_OPTION",
          `${name}: expected an input size whose last map is a multiple of ${side}, got ${height} x ${width}.`,
        );
      const kernel = [height / side, width / side];
      const value = builder.op("AveragePool", [x.value], { kernel_shape: kernel, strides: kernel });
      return { value, shape: [depth, side, side] };
    },
    globalPool: (x) => ({ value: builder.op("GlobalAveragePool", [x.value]), shape: [x.shape[0]!, 1, 1] }),
    flatten: (x) => ({
      value: builder.op("Flatten", [x.value]),
      shape: [x.shape.reduce((a, b) => a * b, 1)],
    }),
    add: (a, b) => ({ value: builder.op("Add", [a.value, b.value]), shape: a.shape }),
    scale: (a, b) => ({ value: builder.op("Mul", [a.value, b.value]), shape: a.shape }),
    concat: (parts) => ({
      value: builder.op(
        "Concat",
        parts.map(({ value }) => value),
        { axis: 1 },
      ),
      shape: [parts.reduce((sum, { shape }) => sum + shape[0]!, 0), ...parts[0]!.shape.slice(1)],
    }),
    dropout: (x, rate) => {
      dropouts.push({ value: x.value, rate });
      return x;
    },
    output: (x, id, group = id) => {
      layers.push({ name: id, value: "logits", shape: x.shape, group });
      names.set(x.value, "logits");
      builder.output(x.value, x.value, "float32", ["N", ...x.shape]);
    },
    finish: () => ({
      graph: renameValues(builder.graph(), names),
      parameters,
      layers,
      dropouts: dropouts.map(({ value, rate }) => ({ value: names.get(value) ?? value, rate })),
    }),
  };
}

function mapOf(x: Flow, where: string): [number, number, number] {
  const [depth, height, width] = x.shape;
  if (depth === undefined || height === undefined || width === undefined)
    throw new RootstockError("E_SHAPE", `${where}: expected a map [C, H, W], got [${x.shape}].`);
  return [depth, height, width];
}

/** floor((length - kernel) / stride) + 1, of a length that counts the padding. */
function windowCount(length: number, kernel: number, stride: number, where: string): number {
  if (length < kernel)
    throw new RootstockError(
      "E_OPTION",
      `${where}: expected an input large enough for a ${kernel} x ${kernel} window, got ${length} pixels there.`,
      { hint: "Give the network a larger input size." },
    );
  return Math.floor((length - kernel) / stride) + 1;
}

/** TensorFlow's SAME: as many windows as ceil(length / stride), the padding split with the odd pixel at the end. */
function samePads(lengths: readonly number[], kernel: number, stride: number): number[] {
  const totals = lengths.map((length) =>
    Math.max((Math.ceil(length / stride) - 1) * stride + kernel - length, 0),
  );
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}

function poolSide(length: number, options: PoolOptions): { count: number; padAfter: number } {
  const { kernel, stride = kernel, pad = 0, rounding = "floor" } = options;
  const whole = windowCount(length + 2 * pad, kernel, stride, "MaxPool");
  const isRest = (whole - 1) * stride + kernel < length + 2 * pad;
  // a window may start inside the map or its padding before, never in the padding after
  const isExtra = rounding === "ceil" && isRest && whole * stride < length + pad;
  const count = isExtra ? whole + 1 : whole;
  return { count, padAfter: isExtra ? (count - 1) * stride + kernel - length - pad : pad };
}

function renameValues(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const rename = (value: string): string => names.get(value) ?? value;
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
}
