import { openBackbone } from "../src/backbones/open-backbone.ts";

/** What opening one file cost. */
export interface Opening {
  readonly milliseconds: number;
  /** Largest resident memory of the process. */
  readonly peakBytes: number;
  /** Of the weights that the opened network holds. */
  readonly weightBytes: number;
}

// `node open-in-child.js FILE default|whole`: opens it in a process of its own and prints an Opening
const [path, part] = process.argv.slice(2) as [string, string];
const start = performance.now();
const { model } = await openBackbone(path, part === "whole" ? {} : { layers: [part] });
const opening: Opening = {
  milliseconds: performance.now() - start,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  weightBytes: [...model.graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
};
console.log(JSON.stringify(opening));
