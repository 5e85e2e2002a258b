import { RootstockError } from "../../base/errors.ts";
import type { Attribute, Dimension, Graph, GraphNode, Model, ValueInfo } from "../graph.ts";
import type { Message } from "./onnx-messages.ts";
import { writeMessage } from "./protobuf.ts";
import { type Tensor, elementTypes } from "../tensor.ts";

/**
 * A model as the bytes of an ONNX file, weights inline; `decodeModel` gives the same value back.
 * Peak memory is the model plus one copy. Throws E_ONNX past 2 GiB and for numbers ONNX cannot hold.
 */
export function encodeModel(model: Model): Uint8Array {
  return writeMessage("ModelProto", {
    irVersion: BigInt(model.irVersion),
    producerName: model.producer,
    graph: encodeGraph(model.graph),
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
  });
}

function encodeGraph(graph: Graph): Message<"GraphProto"> {
  return {
    node: graph.nodes.map(encodeNode),
    name: graph.name,
    initializer: [...graph.initializers].map(([name, tensor]) => encodeTensor(tensor, name)),
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
  };
}

function encodeNode(node: GraphNode): Message<"NodeProto"> {
  return {
    input: node.inputs,
    output: node.outputs,
    name: node.name,
    opType: node.operator,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    domain: node.domain,
  };
}

function encodeTensor(tensor: Tensor, name: string): Message<"TensorProto"> {
  return {
    dims: tensor.dims.map((dim) => int64(dim, name)),
    dataType: elementTypes[tensor.type].onnx,
    name,
    rawData: tensor.bytes,
  };
}

/** The numbers are AttributeProto.AttributeType. */
function encodeAttribute(name: string, attribute: Attribute): Message<"AttributeProto"> {
  switch (attribute.kind) {
    case "float":
      return { name, f: attribute.value, type: 1 };
    case "int":
      return { name, i: int64(attribute.value, name), type: 2 };
    case "string":
      return { name, s: utf8.encode(attribute.value), type: 3 };
    case "tensor":
      return { name, t: encodeTensor(attribute.value, ""), type: 4 };
    case "graph":
      return { name, g: encodeGraph(attribute.value), type: 5 };
    case "floats":
      return { name, floats: attribute.value, type: 6 };
    case "ints":
      return { name, ints: attribute.value.map((value) => int64(value, name)), type: 7 };
    case "strings":
      return { name, strings: attribute.value.map((value) => utf8.encode(value)), type: 8 };
  }
}

const utf8 = new TextEncoder();

function encodeValueInfo({ name, type, dims }: ValueInfo): Message<"ValueInfoProto"> {
  const elemType = elementTypes[type].onnx;
  const shape = dims === undefined ? {} : { shape: { dim: dims.map(encodeDimension) } };
  return { name, type: { tensorType: { elemType, ...shape } } };
}

function encodeDimension(dimension: Dimension): Message<"DimensionProto"> {
  return typeof dimension === "string" ? { dimParam: dimension } : { dimValue: BigInt(dimension) };
}

/** A whole number as int64; 2^63, the "to the end" of Slice as a float64, becomes the largest int64. */
function int64(value: number, where: string): bigint {
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 63)
    throw new RootstockError("E_ONNX", `${where}: expected a whole number within int64, got ${value}.`);
  return value === 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
}
