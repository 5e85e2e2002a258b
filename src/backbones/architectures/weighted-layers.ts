import type { GraphBuilder } from "../../graph/build.ts";
import type { Initialisation, ParameterSpec } from "./architecture.ts";
import { mapOf, windowCount } from "./map-windows.ts";
import type { Flow, Network } from "./network.ts";

/** The layers that bring weights; each tensor that a weights file must hold is added to `parameters`. */
export function weightedLayers(
  builder: GraphBuilder,
  parameters: ParameterSpec[],
): Pick<Network, "conv" | "batchNorm" | "linear"> {
  const parameter: Declare = (id, dims, initialisation) => {
    parameters.push({ name: id, dims, initialisation, isLearnable: !/\.running_(mean|var)$/.test(id) });
    return id;
  };
  return {
    conv: convolution(builder, parameter),
    batchNorm: batchNormalisation(builder, parameter),
    linear: fullyConnected(builder, parameter),
  };
}

/** Declares a parameter and returns its name. */
type Declare = (id: string, dims: readonly number[], initialisation: Initialisation) => string;

function convolution(builder: GraphBuilder, parameter: Declare): Network["conv"] {
  return (x, id, { channels, kernel, stride = 1, pad = 0, groups = 1, bias = true }) => {
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
  };
}

function batchNormalisation(builder: GraphBuilder, parameter: Declare): Network["batchNorm"] {
  return (x, id, epsilon = 1e-5) => {
    const dims = [x.shape[0]!];
    const inputs = [
      x.value,
      parameter(`${id}.weight`, dims, "ones"),
      parameter(`${id}.bias`, dims, "zeros"),
      parameter(`${id}.running_mean`, dims, "zeros"),
      parameter(`${id}.running_var`, dims, "ones"),
    ];
    return { value: builder.op("BatchNormalization", inputs, { epsilon }), shape: x.shape };
  };
}

function fullyConnected(builder: GraphBuilder, parameter: Declare): Network["linear"] {
  return (x, id, { features, initialisation = "he", bias = true }): Flow => {
    const inputs = [x.value, parameter(`${id}.weight`, [features, x.shape[0]!], initialisation)];
    if (bias) inputs.push(parameter(`${id}.bias`, [features], "zeros"));
    return { value: builder.op("Gemm", inputs, { transB: 1 }), shape: [features] };
  };
}

/** TensorFlow's SAME: as many windows as ceil(length / stride), the padding split with the odd pixel at the end. */
function samePads(lengths: readonly number[], kernel: number, stride: number): number[] {
  const totals = lengths.map((length) =>
    Math.max((Math.ceil(length / stride) - 1) * stride + kernel - length, 0),
  );
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}
