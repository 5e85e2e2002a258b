import type { GraphNode } from "../../graph/graph.ts";
import { type Window, groupsOf, windowOf } from "./window.ts";

/**
 * A convolution as a bilinear map: `large` (N x C x H x W) and `kernel` (O x C/g x kH x kW) give `small`
 * (N x O x H' x W'). Conv maps large to small; ConvTranspose, its adjoint in `large`, maps small to large.
 */
export interface Correlation {
  readonly window: Window;
  readonly groups: number;
  readonly large: readonly number[];
  readonly small: readonly number[];
  readonly kernel: readonly number[];
}

/** The map of a Conv or ConvTranspose node, by the dimensions of its three operands. */
export function correlationOf(
  node: GraphNode,
  dims: Pick<Correlation, "large" | "small" | "kernel">,
): Correlation {
  const { large, small, kernel } = dims;
  const window = windowOf(node, { input: large, kernel: kernel.slice(2), output: small });
  return { window, groups: groupsOf(node), ...dims };
}

/** True where every channel has kernels of its own. */
export function isDepthwise({ groups, large, kernel }: Correlation): boolean {
  return groups > 1 && groups === large[1] && kernel[1] === 1;
}

/** The axes of places: all but batch and channel. */
export function spatialAxes({ large }: Correlation): number[] {
  return large.map((_, i) => i).slice(2);
}
