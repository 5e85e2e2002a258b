import { RootstockError } from "../../base/errors.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import { mapOf, windowCount } from "./map-windows.ts";
import type { Network, PoolOptions } from "./network.ts";

/** The layers that make maps smaller. `name` is the network's, for a map that does not divide. */
export function poolingLayers(
  builder: GraphBuilder,
  name: string,
): Pick<Network, "maxPool" | "adaptivePool" | "globalPool"> {
  return {
    maxPool: maximum(builder),
    adaptivePool: adaptiveMean(builder, name),
    globalPool: (x) => ({ value: builder.op("GlobalAveragePool", [x.value]), shape: [x.shape[0]!, 1, 1] }),
  };
}

function maximum(builder: GraphBuilder): Network["maxPool"] {
  return (x, options) => {
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
  };
}

function adaptiveMean(builder: GraphBuilder, name: string): Network["adaptivePool"] {
  return (x, side) => {
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
  };
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
