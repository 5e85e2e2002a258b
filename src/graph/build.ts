import type { Attribute, Graph, GraphNode, ValueInfo } from "./graph.ts";
import { type Tensor, floatTensor, int64List } from "./tensor.ts";

/** A plain value given for an attribute, or the explicit form where the kind would be ambiguous. */
export type AttributeValue = Attribute | number | string | Tensor | readonly number[] | readonly string[];

/**
 * Writes a graph node by node. Names are made unique by a counter under `prefix`;
 * whole numbers become ints, except for the attributes that ONNX always types as float.
 *
 * @example
 * const b = createBuilder("scale");
 * const x = b.input("x", "float32", ["N", 3]);
 * b.output(b.op("Mul", [x, b.scalar(2)]), "y", "float32", ["N", 3]);
 * const graph = b.graph();
 */
export interface GraphBuilder {
  input(name: string, type: ValueInfo["type"], dims: ValueInfo["dims"]): string;
  /** Declares `value` (made by `op`) as a graph output under `name`. */
  output(value: string, name: string, type: ValueInfo["type"], dims: ValueInfo["dims"]): void;
  constant(tensor: Tensor, name?: string): string;
  /** A float32 scalar constant. */
  scalar(value: number): string;
  /** A float32 vector constant. */
  floats(values: readonly number[] | Float32Array): string;
  /** A one-dimensional int64 constant: shapes, axes, sizes. */
  ints(values: readonly number[]): string;
  /** Adds a node with one output and returns that output's name. */
  op(
    operator: string,
    inputs: readonly string[],
    attributes?: Record<string, AttributeValue>,
    name?: string,
  ): string;
  /** Adds a node with several outputs. */
  ops(
    operator: string,
    inputs: readonly string[],
    outputCount: number,
    attributes?: Record<string, AttributeValue>,
  ): string[];
  /** Adds a node as it is, under its own names. */
  add(node: GraphNode): void;
  graph(): Graph;
}

/** A new builder; `name` names the graph and `prefix` starts every generated name. */
export function createBuilder(name: string, prefix = ""): GraphBuilder {
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const initializers = new Map<string, Tensor>();
  const nodes: GraphNode[] = [];
  let counter = 0;
  const fresh = (stem: string): string => `${prefix}${stem}_${(counter += 1)}`;
  const writers = nodeWriters(nodes, fresh);
  return {
    ...writers,
    ...constantWriters(initializers, fresh),
    input: (id, type, dims) => {
      inputs.push({ name: id, type, dims });
      return id;
    },
    output: (value, id, type, dims) => {
      if (value !== id) writers.op("Identity", [value], {}, id);
      outputs.push({ name: id, type, dims });
    },
    graph: () => ({ name, inputs, outputs, initializers, nodes }),
  };
}

/** A name that the graph does not have yet. */
type FreshName = (stem: string) => string;

function constantWriters(
  initializers: Map<string, Tensor>,
  fresh: FreshName,
): Pick<GraphBuilder, "constant" | "scalar" | "floats" | "ints"> {
  const constant = (tensor: Tensor, id = fresh("const")): string => {
    initializers.set(id, tensor);
    return id;
  };
  return {
    constant,
    scalar: (value) => constant(floatTensor([], [value])),
    floats: (values) => constant(floatTensor([values.length], values)),
    ints: (values) => constant(int64List(values)),
  };
}

function nodeWriters(nodes: GraphNode[], fresh: FreshName): Pick<GraphBuilder, "op" | "ops" | "add"> {
  return {
    op: (operator, inputs, attributes = {}, out = fresh(operator)) => {
      nodes.push(nodeOf(operator, { inputs, outputs: [out] }, attributes));
      return out;
    },
    ops: (operator, inputs, outputCount, attributes = {}) => {
      const outputs = Array.from({ length: outputCount }, () => fresh(operator));
      nodes.push(nodeOf(operator, { inputs, outputs }, attributes));
      return outputs;
    },
    add: (node) => {
      nodes.push(node);
    },
  };
}

/** A node of ONNX's own operators, named after its first output. */
function nodeOf(
  operator: string,
  ends: Pick<GraphNode, "inputs" | "outputs">,
  attributes: Record<string, AttributeValue>,
): GraphNode {
  const entries = Object.entries(attributes).map(([key, value]) => [key, toAttribute(key, value)] as const);
  return { name: ends.outputs[0]!, operator, domain: "", ...ends, attributes: Object.fromEntries(entries) };
}

/** Attributes that ONNX types as float whatever their value. */
const floatAttributes = new Set([
  "alpha",
  "beta",
  "bias",
  "gamma",
  "epsilon",
  "momentum",
  "cubic_coeff_a",
  "spatial_scale",
]);

function toAttribute(key: string, value: AttributeValue): Attribute {
  if (typeof value === "number")
    return { kind: Number.isInteger(value) && !floatAttributes.has(key) ? "int" : "float", value };
  if (typeof value === "string") return { kind: "string", value };
  if (isList(value)) {
    if (value.every((item) => typeof item === "string"))
      return value.length > 0 ? { kind: "strings", value } : { kind: "ints", value: [] };
    const numbers = value as readonly number[];
    return { kind: numbers.every(Number.isInteger) ? "ints" : "floats", value: numbers };
  }
  return "kind" in value ? value : { kind: "tensor", value };
}

function isList(value: AttributeValue): value is readonly number[] | readonly string[] {
  return Array.isArray(value);
}
