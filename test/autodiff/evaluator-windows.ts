import { floatOf, intOf, intsOf } from "../../src/graph/node-attributes.ts";
import type { GraphNode } from "../../src/graph/graph.ts";
import { sizeOf } from "../../src/graph/tensor.ts";
import { type Operator, type Values, placeOf, places, positionOf, fill } from "./evaluator-values.ts";

interface Geometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

function geometryOf(node: GraphNode, kernel: readonly number[]): Geometry {
  const ones = kernel.map(() => 1);
  return {
    kernel,
    strides: intsOf(node, "strides") ?? ones,
    dilations: intsOf(node, "dilations") ?? ones,
    pads: intsOf(node, "pads") ?? [...kernel, ...kernel].map(() => 0),
  };
}

/** How many places the window takes along each axis; with ceil, one that starts inside the image or its front pad. */
function counts(
  image: readonly number[],
  { kernel, strides, dilations, pads }: Geometry,
  isCeil = false,
): number[] {
  return image.map((size, i) => {
    const room = size + pads[i]! + pads[i + image.length]! - dilations[i]! * (kernel[i]! - 1) - 1;
    const steps = isCeil ? Math.ceil(room / strides[i]!) : Math.floor(room / strides[i]!);
    return isCeil && steps * strides[i]! >= size + pads[i]! ? steps : steps + 1;
  });
}

function tapOf(
  place: readonly number[],
  offset: readonly number[],
  { strides, dilations, pads }: Geometry,
): number[] {
  return place.map((at, i) => at * strides[i]! + offset[i]! * dilations[i]! - pads[i]!);
}

function isInside(tap: readonly number[], image: readonly number[]): boolean {
  return tap.every((at, i) => at >= 0 && at < image[i]!);
}

/** Every product of a convolution: positions in the large map, the kernel and the small map. */
function eachProduct(
  {
    large,
    kernel,
    small,
    group,
    geometry,
  }: {
    large: readonly number[];
    kernel: readonly number[];
    small: readonly number[];
    group: number;
    geometry: Geometry;
  },
  visit: (large: number, kernel: number, small: number) => void,
): void {
  const perGroup = kernel[0]! / group;
  const offsets = [...places(geometry.kernel)];
  for (const [n, o, ...place] of places(small))
    for (const offset of offsets) {
      const tap = tapOf(place, offset, geometry);
      if (!isInside(tap, large.slice(2))) continue;
      for (let c = 0; c < kernel[1]!; c += 1) {
        const channel = Math.floor(o! / perGroup) * kernel[1]! + c;
        visit(
          positionOf([n!, channel, ...tap], large),
          positionOf([o!, c, ...offset], kernel),
          positionOf([n!, o!, ...place], small),
        );
      }
    }
}

const conv: Operator = ([x, w, b], node) => {
  const geometry = geometryOf(node, w!.dims.slice(2));
  const dims = [x!.dims[0]!, w!.dims[0]!, ...counts(x!.dims.slice(2), geometry)];
  const y = fill(dims, (i) => b?.data[placeOf(i, dims)[1]!] ?? 0);
  const shapes = { large: x!.dims, kernel: w!.dims, small: dims, group: intOf(node, "group", 1), geometry };
  eachProduct(shapes, (large, kernel, small) => {
    y.data[small]! += x!.data[large]! * w!.data[kernel]!;
  });
  return [y];
};

const convTranspose: Operator = ([x, w, b], node) => {
  const geometry = geometryOf(node, w!.dims.slice(2));
  const { kernel, strides, dilations, pads } = geometry;
  const extra = intsOf(node, "output_padding") ?? kernel.map(() => 0);
  const group = intOf(node, "group", 1);
  const image = kernel.map(
    (extent, i) =>
      strides[i]! * (x!.dims[i + 2]! - 1) +
      extra[i]! +
      dilations[i]! * (extent - 1) +
      1 -
      pads[i]! -
      pads[i + kernel.length]!,
  );
  const dims = [x!.dims[0]!, w!.dims[1]! * group, ...image];
  const y = fill(dims, (i) => b?.data[placeOf(i, dims)[1]!] ?? 0);
  eachProduct({ large: dims, kernel: w!.dims, small: x!.dims, group, geometry }, (large, kernelAt, small) => {
    y.data[large]! += x!.data[small]! * w!.data[kernelAt]!;
  });
  return [y];
};

function pooling(
  pool: (x: Values, taps: readonly number[], padded: number) => [value: number, index: number],
): Operator {
  return ([x], node) => {
    const geometry = geometryOf(node, intsOf(node, "kernel_shape")!);
    const image = x!.dims.slice(2);
    const dims = [...x!.dims.slice(0, 2), ...counts(image, geometry, intOf(node, "ceil_mode", 0) === 1)];
    const isPadCounted = intOf(node, "count_include_pad", 0) === 1;
    const chosen = [...places(dims)].map(([n, c, ...place]) => {
      const taps = [...places(geometry.kernel)].map((offset) => tapOf(place, offset, geometry));
      const inside = taps
        .filter((tap) => isInside(tap, image))
        .map((tap) => positionOf([n!, c!, ...tap], x!.dims));
      // Counted padding ends where the declared padding does, even if a ceil-mode window reaches further.
      const padded = taps.filter((tap) =>
        tap.every((at, i) => at < image[i]! + geometry.pads[i + image.length]!),
      );
      return pool(x!, inside, isPadCounted ? padded.length : inside.length);
    });
    return [fill(dims, (i) => chosen[i]![0]), fill(dims, (i) => chosen[i]![1])];
  };
}

const maxPool = pooling((x, taps) => {
  const best = taps.reduce((a, b) => (x.data[b]! > x.data[a]! ? b : a));
  return [x.data[best]!, best];
});

/** Each entry at its index, zeros elsewhere. */
const maxUnpool: Operator = ([x, indices, dims]) => {
  const y = fill([...dims!.data], () => 0);
  for (const [i, at] of indices!.data.entries()) y.data[at] = x!.data[i]!;
  return [y];
};

const averagePool = pooling((x, taps, count) => [taps.reduce((sum, at) => sum + x.data[at]!, 0) / count, 0]);

const globalAveragePool: Operator = ([x]) => {
  const size = sizeOf(x!.dims.slice(2));
  const dims = x!.dims.map((dim, axis) => (axis < 2 ? dim : 1));
  const mean = (i: number): number =>
    x!.data.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0) / size;
  return [fill(dims, mean)];
};

const batchNormalization: Operator = ([x, scale, bias, mean, variance], node) => {
  const epsilon = floatOf(node, "epsilon", 1e-5);
  const y = fill(x!.dims, (i) => {
    const c = placeOf(i, x!.dims)[1]!;
    const deviation = Math.sqrt(variance!.data[c]! + epsilon);
    return ((x!.data[i]! - mean!.data[c]!) / deviation) * scale!.data[c]! + bias!.data[c]!;
  });
  return [y];
};

const layerNormalization: Operator = ([x, scale, bias], node) => {
  const given = intOf(node, "axis", -1);
  const axis = given < 0 ? given + x!.dims.length : given;
  const size = sizeOf(x!.dims.slice(axis));
  const y = new Float64Array(x!.data.length);
  const [means, inverses]: [number[], number[]] = [[], []];
  for (let start = 0; start < y.length; start += size) {
    const row = x!.data.subarray(start, start + size);
    const mean = row.reduce((a, b) => a + b, 0) / size;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
    const deviation = Math.sqrt(variance + floatOf(node, "epsilon", 1e-5));
    for (const [i, v] of row.entries())
      y[start + i] = ((v - mean) / deviation) * scale!.data[i]! + (bias?.data[i] ?? 0);
    means.push(mean);
    inverses.push(1 / deviation);
  }
  const dims = x!.dims.map((dim, i) => (i < axis ? dim : 1));
  return [
    { dims: x!.dims, data: y },
    { dims, data: Float64Array.from(means) },
    { dims, data: Float64Array.from(inverses) },
  ];
};

const lrn: Operator = ([x], node) => {
  const size = intOf(node, "size", 1);
  const [alpha, beta, bias] = [
    floatOf(node, "alpha", 1e-4),
    floatOf(node, "beta", 0.75),
    floatOf(node, "bias", 1),
  ];
  return [
    fill(x!.dims, (i) => {
      const place = placeOf(i, x!.dims);
      let squares = 0;
      for (let c = place[1]! - Math.floor((size - 1) / 2); c <= place[1]! + Math.ceil((size - 1) / 2); c += 1)
        if (c >= 0 && c < x!.dims[1]!) squares += x!.data[positionOf(place.with(1, c), x!.dims)]! ** 2;
      return x!.data[i]! / (bias + (alpha / size) * squares) ** beta;
    }),
  ];
};

const gemm: Operator = ([a, b, c], node) => {
  const [alpha, beta] = [floatOf(node, "alpha", 1), floatOf(node, "beta", 1)];
  const [transA, transB] = [intOf(node, "transA", 0) === 1, intOf(node, "transB", 0) === 1];
  const at = ({ dims, data }: Values, i: number, j: number, isFlipped: boolean): number =>
    isFlipped ? data[j * dims[1]! + i]! : data[i * dims[1]! + j]!;
  const [rows, inner] = transA ? [a!.dims[1]!, a!.dims[0]!] : [a!.dims[0]!, a!.dims[1]!];
  const columns = transB ? b!.dims[0]! : b!.dims[1]!;
  const offset = c ? [...places([rows, columns])].map((place) => beta * bias(c, place)) : undefined;
  return [
    fill([rows, columns], (position) => {
      const [i, j] = [Math.floor(position / columns), position % columns];
      let sum = 0;
      for (let k = 0; k < inner; k += 1) sum += at(a!, i, k, transA) * at(b!, k, j, transB);
      return alpha * sum + (offset?.[position] ?? 0);
    }),
  ];
};

function bias({ dims, data }: Values, place: readonly number[]): number {
  const own = dims.map((dim, axis) => (dim === 1 ? 0 : place[place.length - dims.length + axis]!));
  return data[positionOf(own, dims)]!;
}

export const windowOperators: Readonly<Record<string, Operator>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MaxPool: maxPool,
  MaxUnpool: maxUnpool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  LRN: lrn,
};
