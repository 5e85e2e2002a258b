import { RootstockError } from "../../base/errors.ts";
import type { GraphNode } from "../../graph/graph.ts";
import { intOf, intsOf, stringOf } from "../../graph/node-attributes.ts";

/** How a kernel moves over the spatial axes (all but the first two); one entry per spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * The window of a convolution or pooling node, with `auto_pad` resolved to numbers.
 * `kernel` is the weight's spatial shape, or the attribute of a pooling node.
 */
export function windowOf(
  node: GraphNode,
  {
    input,
    kernel,
    output,
  }: { input: readonly number[]; kernel?: readonly number[]; output: readonly number[] },
): Window {
  const rank = input.length - 2;
  const size = kernel ?? intsOf(node, "kernel_shape");
  if (size === undefined)
    throw new RootstockError(
      "E_SHAPE",
      `node "${node.name}" (${node.operator}): expected kernel_shape, got none.`,
    );
  const ones = Array.from({ length: rank }, () => 1);
  const strides = intsOf(node, "strides") ?? ones;
  const dilations = intsOf(node, "dilations") ?? ones;
  const pads = intsOf(node, "pads") ?? Array.from({ length: 2 * rank }, () => 0);
  const mode = stringOf(node, "auto_pad", "NOTSET");
  if (mode === "NOTSET")
    return { kernel: size, strides, dilations, before: pads.slice(0, rank), after: pads.slice(rank) };
  const totals = size.map((extent, i) => {
    const covered = (output[i + 2]! - 1) * strides[i]! + (extent - 1) * dilations[i]! + 1;
    return mode === "VALID" ? 0 : Math.max(0, covered - input[i + 2]!);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  const [before, after] = mode === "SAME_LOWER" ? [large, small] : [small, large];
  return { kernel: size, strides, dilations, before, after };
}

/** The `group` attribute of a convolution, 1 by default. */
export function groupsOf(node: GraphNode): number {
  return intOf(node, "group", 1);
}

/** True when the kernel is 1x1, moves by 1 and nothing is padded: a matrix product at every place. */
export function isPointwise({ kernel, strides, before, after }: Window): boolean {
  return (
    kernel.every((extent) => extent === 1) &&
    strides.every((stride) => stride === 1) &&
    [...before, ...after].every((pad) => pad === 0)
  );
}

/** The window as attributes of Conv and ConvTranspose. */
export function windowAttributes({
  kernel,
  strides,
  dilations,
  before,
  after,
}: Window): Record<string, number[]> {
  return {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
    pads: [...before, ...after],
  };
}

/** Every offset of the kernel in row-major order: [0, 0], [0, 1], ... */
export function kernelOffsets(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (offsets, extent) =>
      offsets.flatMap((offset) => Array.from({ length: extent }, (_, i) => [...offset, i])),
    [[]],
  );
}
