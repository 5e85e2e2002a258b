import { RootstockError } from "../../base/errors.ts";
import { intOf } from "../../graph/node-attributes.ts";
import { floatTensor, sizeOf } from "../../graph/tensor.ts";
import { spread } from "./image-gradients.ts";
import type { GradientRule } from "./gradient-rule.ts";
import { type Window, windowOf } from "./window.ts";

/**
 * Each maximum hands its gradient to the place it came from, which MaxPool names in its second output, Indices
 * (flat positions in the whole of x). Windows that overlap add up; those that do not are what MaxUnpool is made for, in a
 * third of the time. `trainingForm` asks for that output.
 */
export const maxPool: GradientRule = ({ node, e, input, output, upstream }) => [
  () => {
    const indices = node.outputs[1];
    if (!indices)
      throw new RootstockError(
        "E_INTERNAL",
        `node "${node.name}" (MaxPool): expected the Indices output, got none.`,
      );
    const { dims } = input(0);
    const { kernel, strides, dilations } = windowOf(node, { input: dims, output: output().dims });
    if (kernel.every((extent, i) => dilations[i]! * (extent - 1) < strides[i]!))
      return e.builder.op("MaxUnpool", [upstream(), indices, e.builder.ints(dims)], {
        kernel_shape: [...kernel],
        strides: [...strides],
      });
    const flat = [sizeOf(dims)];
    const inputs = [e.zeros(flat), e.reshape(indices, [-1]), e.reshape(upstream(), [-1])];
    return e.reshape(e.builder.op("ScatterElements", inputs, { axis: 0, reduction: "add" }), dims);
  },
];

/** Each mean spreads its gradient, divided by its count, over its window: the adjoint of a sum is a kernel of ones. */
export const averagePool: GradientRule = ({ node, e, input, output, upstream }) => [
  () => {
    const [x, y] = [input(0), output()];
    const window = windowOf(node, { input: x.dims, output: y.dims });
    const planes = x.dims[0]! * x.dims[1]!;
    const [image, places] = [x.dims.slice(2), y.dims.slice(2)];
    const counts = windowCounts(window, {
      image,
      places,
      isPadCounted: intOf(node, "count_include_pad", 0) === 1,
    });
    const shares = e.builder.constant(
      floatTensor(
        places,
        counts.map((count) => 1 / count),
      ),
    );
    const ones = Array.from({ length: sizeOf(window.kernel) }, () => 1);
    const map = {
      window,
      groups: 1,
      large: [planes, 1, ...image],
      small: [planes, 1, ...places],
      kernel: [1, 1, ...window.kernel],
    };
    const small = e.reshape(e.mul(upstream(), shares), map.small);
    const kernel = e.builder.constant(floatTensor(map.kernel, ones));
    return e.reshape(spread(e, map, { small, kernel }), x.dims);
  },
];

/** How many entries each window averages: those inside the image, or inside the padded image. Row-major. */
function windowCounts(
  { kernel, strides, dilations, before, after }: Window,
  {
    image,
    places,
    isPadCounted,
  }: { image: readonly number[]; places: readonly number[]; isPadCounted: boolean },
): number[] {
  const perAxis = places.map((count, i) => {
    const low = isPadCounted ? -before[i]! : 0;
    const high = image[i]! + (isPadCounted ? after[i]! : 0);
    return Array.from({ length: count }, (_, at) => {
      const taps = Array.from(
        { length: kernel[i]! },
        (_, k) => at * strides[i]! - before[i]! + k * dilations[i]!,
      );
      return taps.filter((tap) => tap >= low && tap < high).length;
    });
  });
  return perAxis.reduce(
    (counts, axis) => counts.flatMap((count) => axis.map((extent) => count * extent)),
    [1],
  );
}

/** y = mean over all places: dx = dy / (H W) everywhere. */
export const globalAveragePool: GradientRule = ({ e, input, upstream }) => [
  () => {
    const { dims } = input(0);
    return e.expand(e.mul(upstream(), 1 / sizeOf(dims.slice(2))), dims);
  },
];
