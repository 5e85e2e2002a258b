import type { CardLayer } from "../card.ts";
import type { Architecture, Initialisation } from "./architecture.ts";

/** A value on its way through the network. Shape without the batch: [C, H, W] or [D]. */
export interface Flow {
  readonly value: string;
  readonly shape: readonly number[];
}

/** A convolution as an architecture writes it. */
export interface ConvOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Pixels on every side; default 0. "same": output = ceil(input / stride), the odd pixel right and below. */
  readonly pad?: number | "same";
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A fully connected layer as an architecture writes it. */
export interface LinearOptions {
  readonly features: number;
  readonly initialisation?: Initialisation;
  readonly bias?: boolean;
}

/** A pooling as an architecture writes it. */
export interface PoolOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  /** Counts a last window that starts inside the map and ends outside; default "floor". */
  readonly rounding?: "floor" | "ceil";
}

/**
 * Writes a network layer by layer in the words of its paper. Each method adds nodes and returns where the data flow
 * now is; parameters get the name given plus ".weight", ".bias", as in a state dict.
 */
export interface Network {
  readonly input: Flow;
  conv(x: Flow, name: string, options: ConvOptions): Flow;
  /** Kept as its own node (never folded into the convolution), so that it can be trained. */
  batchNorm(x: Flow, name: string, epsilon?: number): Flow;
  /** `bias` true by default. */
  linear(x: Flow, name: string, options: LinearOptions): Flow;
  relu(x: Flow): Flow;
  /** min(max(x, 0), 6). */
  relu6(x: Flow): Flow;
  /** x · sigmoid(x), also called swish. */
  silu(x: Flow): Flow;
  /** x · min(max(x / 6 + 1/2, 0), 1). */
  hardSwish(x: Flow): Flow;
  sigmoid(x: Flow): Flow;
  /** min(max(x / 6 + 1/2, 0), 1). */
  hardSigmoid(x: Flow): Flow;
  maxPool(x: Flow, options: PoolOptions): Flow;
  /** Means over a grid of `side` x `side` cells; a map that already has that side, or is smaller, passes as it is. */
  adaptivePool(x: Flow, side: number): Flow;
  globalPool(x: Flow): Flow;
  flatten(x: Flow): Flow;
  add(a: Flow, b: Flow): Flow;
  /** a · b where b is [C, 1, 1]: each channel by its own factor. */
  scale(a: Flow, b: Flow): Flow;
  concat(parts: readonly Flow[]): Flow;
  dropout(x: Flow, rate: number): Flow;
  /** Names a layer of the card, and the graph value with it; `group` defaults to the layer's own name. */
  layer(x: Flow, name: string, group?: string): Flow;
  /** Declares the class scores; `name` is the last layer's name on the card. */
  output(x: Flow, name: string, group?: string): void;
  finish(): Pick<Architecture, "graph" | "parameters" | "dropouts"> & {
    readonly layers: readonly CardLayer[];
  };
}
