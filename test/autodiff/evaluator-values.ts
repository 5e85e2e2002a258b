import type { GraphNode } from "../../src/graph/graph.ts";
import { sizeOf } from "../../src/graph/tensor.ts";

/** A tensor of any type as float64: the evaluator has one kind of number. */
export interface Values {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** One operator: absent optional inputs are undefined. */
export type Operator = (inputs: readonly Values[], node: GraphNode) => readonly Values[];

/** Values from a function of the flat position. */
export function fill(dims: readonly number[], entry: (i: number) => number): Values {
  return { dims, data: Float64Array.from({ length: sizeOf(dims) }, (_, i) => entry(i)) };
}

/** Distance in row-major order between neighbours along each axis. */
export function stepsOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
}

/** The place of flat position i. */
export function placeOf(i: number, dims: readonly number[]): number[] {
  return stepsOf(dims).map((step, axis) => Math.floor(i / step) % dims[axis]!);
}

export function positionOf(place: readonly number[], dims: readonly number[]): number {
  return stepsOf(dims).reduce((sum, step, axis) => sum + step * place[axis]!, 0);
}

/** Every place of a box in row-major order. */
export function* places(dims: readonly number[]): Generator<number[]> {
  for (let i = 0; i < sizeOf(dims); i += 1) yield placeOf(i, dims);
}

/** The entry that broadcasting puts at `place`. */
export function broadcastAt({ dims, data }: Values, place: readonly number[]): number {
  const own = dims.map((dim, axis) => (dim === 1 ? 0 : place[place.length - dims.length + axis]!));
  return data[positionOf(own, dims)]!;
}

export function broadcastDims(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[dims.length - rank + axis] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}
