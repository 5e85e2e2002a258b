import type { ElementType, Tensor } from "./tensor.ts";

/** A dimension: a number, or the name of a free one ("N"). */
export type Dimension = number | string;

/** The declared type of a graph input or output; `dims` undefined means rank unknown. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dimension[] | undefined;
}

/** A node attribute: ONNX's kinds by their plain values; the kind decides the encoding. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] };

/** One operation. An absent optional input or output is the empty string, as in ONNX. */
export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  /** "" for the standard ONNX domain. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An ONNX graph as a plain value: nodes in topological order, each value name assigned once. */
export interface Graph {
  readonly name: string;
  /** True inputs only: an initializer is never listed here. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly GraphNode[];
}

/** A graph with what a file needs around it. */
export interface Model {
  readonly graph: Graph;
  readonly irVersion: number;
  /** Operator set version by domain; "" is the standard one. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
}
