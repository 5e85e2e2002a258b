import type { Graph } from "./graph.ts";

/** Bytes of a graph's numbers: nearly all of its file. */
export function bytesOfGraph({ initializers }: Graph): number {
  return [...initializers.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
