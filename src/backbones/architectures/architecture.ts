import type { Graph } from "../../graph/graph.ts";
import type { Card } from "../card.ts";

/** What a network is built with; the defaults are the published network. */
export interface ArchitectureOptions {
  /** Outputs of the last layer; default 1000. */
  readonly classes?: number;
  /** Factor on every inner channel count, above 0; default 1. Small ones make quick networks for tests. */
  readonly width?: number;
  /** Input width and height in pixels; default: the network's own, mostly 224. */
  readonly size?: number;
}

/**
 * How a parameter starts when nothing is loaded.
 * `he`: normal with standard deviation √(2 / fan-in), He et al. 2015; `small`: normal with 0.01, for the last layer,
 * so that training starts from nearly equal class scores.
 */
export type Initialisation = "he" | "small" | "zeros" | "ones";

/** A tensor that the graph needs and a weights file brings. */
export interface ParameterSpec {
  /** The state-dict name of torchvision, which is also the initializer's name: "features.0.weight". */
  readonly name: string;
  readonly dims: readonly number[];
  readonly initialisation: Initialisation;
  /** False for the running statistics of batch normalisation. */
  readonly isLearnable: boolean;
}

/** A network without weights, as data. */
export interface Architecture {
  readonly name: string;
  /** Nodes refer to the parameters by name; they are absent from its initializers. Input `pixel_values`, output `logits`. */
  readonly graph: Graph;
  readonly parameters: readonly ParameterSpec[];
  /** Its sha256 is null: a card of the network, not yet of a file. */
  readonly card: Card;
  /** Values that training drops from, with the rate; inference leaves them alone, so the graph has no node for it. */
  readonly dropouts: readonly { readonly value: string; readonly rate: number }[];
  /** Modules of classifiers that exist for training alone: a file may hold them, the graph has no node for them. */
  readonly auxiliary: readonly string[];
  /** Other libraries' spellings of the state dict: each turns a file's name into ours, or leaves it. */
  readonly dialects: readonly ((name: string) => string)[];
}
