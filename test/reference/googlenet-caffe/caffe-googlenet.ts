import { inceptions } from "../../../src/backbones/architectures/googlenet.ts";
import { type GraphBuilder, createBuilder } from "../../../src/graph/build.ts";
import { createModel } from "../../../src/graph/create-model.ts";
import type { Model } from "../../../src/graph/graph.ts";
import { floatTensor } from "../../../src/graph/tensor.ts";
import { noise } from "../noise.ts";

/** A value of the graph and its channels. */
interface Flow {
  readonly value: string;
  readonly channels: number;
}

/**
 * GoogLeNet in its Caffe form at a quarter of the width, the network of make_googlenet.py: 5 x 5 kernels, biases, local
 * response normalisation. Input `data` N x 3 x 224 x 224 -> `prob` N x 10.
 */
export function caffeGoogleNet(): Model {
  const b = createBuilder("GoogLeNet");
  const data = { value: b.input("data", "float32", ["N", 3, 224, 224]), channels: 3 };
  let x = conv(b, data, "conv1/7x7_s2", { depth: 16, kernel: 7, stride: 2 });
  x = normalise(b, pool(b, x));
  x = conv(b, x, "conv2/3x3_reduce", { depth: 16, kernel: 1 });
  x = pool(b, normalise(b, conv(b, x, "conv2/3x3", { depth: 48, kernel: 3 })));
  for (const [id, counts] of inceptions)
    x = inception(b, id === "4a" || id === "5a" ? pool(b, x) : x, `inception_${id}`, counts);
  const pooled = b.op("Flatten", [b.op("GlobalAveragePool", [x.value])], { axis: 1 });
  const weight = b.constant(floatTensor([10, x.channels], noise("loss3.weight", 10 * x.channels)));
  const scores = b.op("Gemm", [pooled, weight, b.floats(noise("loss3.bias", 10))], { transB: 1 });
  b.output(b.op("Softmax", [scores], { axis: 1 }), "prob", "float32", ["N", 10]);
  return createModel(b.graph());
}

function conv(
  b: GraphBuilder,
  { value, channels }: Flow,
  name: string,
  { depth, kernel, stride = 1 }: { depth: number; kernel: number; stride?: number },
): Flow {
  const fanIn = channels * kernel * kernel;
  const values = noise(`${name}.weight`, depth * fanIn, { scale: Math.sqrt(24 / fanIn) });
  const weight = b.constant(floatTensor([depth, channels, kernel, kernel], values), `${name}.weight`);
  const bias = b.constant(floatTensor([depth], noise(`${name}.bias`, depth, { scale: 0.2 })), `${name}.bias`);
  const pad = (kernel - 1) / 2;
  const attributes = { strides: [stride, stride], pads: [pad, pad, pad, pad] };
  return { value: b.op("Relu", [b.op("Conv", [value, weight, bias], attributes)]), channels: depth };
}

function inception(b: GraphBuilder, x: Flow, name: string, counts: readonly number[]): Flow {
  const [one, reduce3, three, reduce5, five, pooled] = counts.map((count) => count / 4) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const narrow3 = conv(b, x, `${name}/3x3_reduce`, { depth: reduce3, kernel: 1 });
  const narrow5 = conv(b, x, `${name}/5x5_reduce`, { depth: reduce5, kernel: 1 });
  const around = b.op("MaxPool", [x.value], { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
  const branches = [
    conv(b, x, `${name}/1x1`, { depth: one, kernel: 1 }),
    conv(b, narrow3, `${name}/3x3`, { depth: three, kernel: 3 }),
    conv(b, narrow5, `${name}/5x5`, { depth: five, kernel: 5 }),
    conv(b, { ...x, value: around }, `${name}/pool_proj`, { depth: pooled, kernel: 1 }),
  ];
  const values = branches.map(({ value }) => value);
  return {
    value: b.op("Concat", values, { axis: 1 }, `${name}/output`),
    channels: branches.reduce((sum, { channels }) => sum + channels, 0),
  };
}

function pool(b: GraphBuilder, { value, channels }: Flow): Flow {
  return {
    value: b.op("MaxPool", [value], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
    channels,
  };
}

function normalise(b: GraphBuilder, { value, channels }: Flow): Flow {
  return { value: b.op("LRN", [value], { size: 5, alpha: 1e-4, beta: 0.75, bias: 1 }), channels };
}
