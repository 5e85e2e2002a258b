import { intOf, intsOf } from "../../src/graph/node-attributes.ts";
import { sizeOf } from "../../src/graph/tensor.ts";
import {
  type Operator,
  type Values,
  broadcastAt,
  broadcastDims,
  placeOf,
  places,
  positionOf,
  fill,
} from "./evaluator-values.ts";

/** A tensor whose entry at each place is read from `x` at another. */
function gather(dims: readonly number[], x: Values, from: (place: number[]) => readonly number[]): Values {
  return fill(dims, (i) => x.data[positionOf(from(placeOf(i, dims)), x.dims)]!);
}

function front(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

const reshape: Operator = ([x, shape]) => {
  const asked = [...shape!.data].map((dim, i) => (dim === 0 ? x!.dims[i]! : dim));
  const known = asked.filter((dim) => dim !== -1).reduce((a, b) => a * b, 1);
  return [{ dims: asked.map((dim) => (dim === -1 ? x!.data.length / known : dim)), data: x!.data }];
};

const flatten: Operator = ([x], node) => {
  const axis = front(intOf(node, "axis", 1), x!.dims.length);
  return [{ dims: [sizeOf(x!.dims.slice(0, axis)), sizeOf(x!.dims.slice(axis))], data: x!.data }];
};

const squeeze: Operator = ([x, axes]) => {
  const gone = new Set([...(axes?.data ?? [])].map((axis) => front(axis, x!.dims.length)));
  return [{ dims: x!.dims.filter((dim, i) => (axes ? !gone.has(i) : dim !== 1)), data: x!.data }];
};

const unsqueeze: Operator = ([x, axes]) => {
  const rank = x!.dims.length + axes!.data.length;
  const added = new Set([...axes!.data].map((axis) => front(axis, rank)));
  const rest = [...x!.dims];
  return [
    { dims: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!)), data: x!.data },
  ];
};

const transpose: Operator = ([x], node) => {
  const order = intsOf(node, "perm") ?? x!.dims.map((_, i) => x!.dims.length - 1 - i);
  const dims = order.map((axis) => x!.dims[axis]!);
  return [gather(dims, x!, (place) => x!.dims.map((_, axis) => place[order.indexOf(axis)]!))];
};

const expand: Operator = ([x, shape]) => {
  const dims = broadcastDims(x!.dims, [...shape!.data]);
  return [fill(dims, (i) => broadcastAt(x!, placeOf(i, dims)))];
};

const concat: Operator = (inputs, node) => {
  const axis = front(intOf(node, "axis", 0), inputs[0]!.dims.length);
  const total = inputs.reduce((sum, { dims }) => sum + dims[axis]!, 0);
  const dims = inputs[0]!.dims.with(axis, total);
  return [
    fill(dims, (i) => {
      const place = placeOf(i, dims);
      let part = 0;
      while (place[axis]! >= inputs[part]!.dims[axis]!) {
        place[axis]! -= inputs[part]!.dims[axis]!;
        part += 1;
      }
      return inputs[part]!.data[positionOf(place, inputs[part]!.dims)]!;
    }),
  ];
};

const split: Operator = ([x, sizes], node) => {
  const axis = front(intOf(node, "axis", 0), x!.dims.length);
  const even = Math.ceil(x!.dims[axis]! / node.outputs.length);
  let start = 0;
  return node.outputs.map((_, part) => {
    const size = sizes?.data[part] ?? Math.min(even, x!.dims[axis]! - start);
    const at = start;
    start += size;
    return gather(x!.dims.with(axis, size), x!, (place) => place.with(axis, place[axis]! + at));
  });
};

const slice: Operator = ([x, starts, ends, axes, steps]) => {
  let result = x!;
  for (const [i, given] of starts!.data.entries()) {
    const axis = front(axes?.data[i] ?? i, x!.dims.length);
    const size = x!.dims[axis]!;
    const step = steps?.data[i] ?? 1;
    const limit = (at: number, low: number, high: number): number =>
      Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const start = limit(given, 0, step < 0 ? size - 1 : size);
    const end = limit(ends!.data[i]!, step < 0 ? -1 : 0, size);
    const count = Math.max(0, Math.ceil((end - start) / step));
    result = gather(result.dims.with(axis, count), result, (place) =>
      place.with(axis, start + place[axis]! * step),
    );
  }
  return [result];
};

const pad: Operator = ([x, pads, value, axes]) => {
  const chosen = [...(axes?.data ?? x!.dims.keys())].map((axis) => front(axis, x!.dims.length));
  const before = x!.dims.map((_, axis) => pads!.data[chosen.indexOf(axis)] ?? 0);
  const after = x!.dims.map((_, axis) => pads!.data[chosen.indexOf(axis) + chosen.length] ?? 0);
  const skip = (axis: number): boolean => !chosen.includes(axis);
  const dims = x!.dims.map((dim, axis) => (skip(axis) ? dim : dim + before[axis]! + after[axis]!));
  return [
    fill(dims, (i) => {
      const place = placeOf(i, dims).map((at, axis) => (skip(axis) ? at : at - before[axis]!));
      const isInside = place.every((at, axis) => at >= 0 && at < x!.dims[axis]!);
      return isInside ? x!.data[positionOf(place, x!.dims)]! : (value?.data[0] ?? 0);
    }),
  ];
};

function reduce(f: (sum: number, count: number) => number): Operator {
  return ([x, given], node) => {
    const rank = x!.dims.length;
    const axes = intsOf(node, "axes") ?? [...(given?.data ?? [])];
    if (axes.length === 0 && intOf(node, "noop_with_empty_axes", 0) === 1) return [x!];
    const summed = new Set(axes.length === 0 ? x!.dims.keys() : axes.map((axis) => front(axis, rank)));
    const kept = x!.dims.map((dim, axis) => (summed.has(axis) ? 1 : dim));
    const data = new Float64Array(sizeOf(kept));
    for (const [i, value] of x!.data.entries())
      data[
        positionOf(
          placeOf(i, x!.dims).map((at, axis) => (summed.has(axis) ? 0 : at)),
          kept,
        )
      ]! += value;
    const dims = intOf(node, "keepdims", 1) === 1 ? kept : x!.dims.filter((_, axis) => !summed.has(axis));
    const count = x!.data.length / data.length;
    return [{ dims, data: data.map((sum) => f(sum, count)) }];
  };
}

const matMul: Operator = ([a, b]) => {
  const left = a!.dims.length === 1 ? [1, ...a!.dims] : a!.dims;
  const right = b!.dims.length === 1 ? [...b!.dims, 1] : b!.dims;
  const [rows, inner, columns] = [left.at(-2)!, left.at(-1)!, right.at(-1)!];
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  const full = [...batch, rows, columns];
  const at = (x: Values, dims: readonly number[], place: readonly number[]): number =>
    broadcastAt({ dims, data: x.data }, place);
  const product = fill(full, (i) => {
    const place = placeOf(i, full);
    const outer = place.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k += 1)
      sum += at(a!, left, [...outer, place.at(-2)!, k]) * at(b!, right, [...outer, k, place.at(-1)!]);
    return sum;
  });
  const dims = [
    ...batch,
    ...(a!.dims.length === 1 ? [] : [rows]),
    ...(b!.dims.length === 1 ? [] : [columns]),
  ];
  return [{ dims, data: product.data }];
};

const constantOfShape: Operator = ([shape]) => [fill([...shape!.data], () => 0)];

/** Along one axis, with reduction "add". */
const scatterElements: Operator = ([x, indices, updates]) => {
  const data = x!.data.slice();
  for (const [i, place] of [...places(indices!.dims)].entries())
    data[positionOf(place.with(0, indices!.data[i]!), x!.dims)]! += updates!.data[i]!;
  return [{ dims: x!.dims, data }];
};

export const shapeOperators: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  ReduceSum: reduce((sum) => sum),
  ReduceMean: reduce((sum, count) => sum / count),
  MatMul: matMul,
  ConstantOfShape: constantOfShape,
  ScatterElements: scatterElements,
  Dropout: ([x]) => [x!],
};
