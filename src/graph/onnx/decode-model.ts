import { RootstockError } from "../../base/errors.ts";
import { decodeTensor, elementTypeOf } from "./decode-tensor.ts";
import type { ExternalDataReader } from "./external-data.ts";
import type { Attribute, Dimension, Graph, GraphNode, Model, ValueInfo } from "../graph.ts";
import type { Message } from "./onnx-messages.ts";
import { readMessage } from "./protobuf.ts";
import type { Tensor } from "../tensor.ts";
import { validateModel } from "./validate-model.ts";

/** How a file that refers to others is read. */
export interface DecodeOptions {
  /** Reads weights stored beside the model. Without it such a model is refused. */
  readonly externalData?: ExternalDataReader;
}

/**
 * An ONNX file's bytes as a plain model, validated whole.
 * Weights in `raw_data` stay views of `bytes`; initializers that old files repeat among the inputs are inputs no
 * longer; documentation, value_info and training information are left behind.
 * Throws E_ONNX (damaged, hostile or using a construct outside plain inference graphs: sparse or string tensors,
 * sequences, model-local functions), E_ONNX_EXTERNAL.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  const message = readMessage("ModelProto", bytes);
  if (message.graph === undefined || message.opsetImport === undefined) throw notOnnx(bytes);
  if (message.functions !== undefined) throw unsupported("model", "no model-local functions", "some");
  const model: Model = {
    graph: decodeGraph(message.graph, options.externalData),
    // Before version 4 every initializer had to be listed as an input, which our graphs never do.
    irVersion: Math.max(4, Number(message.irVersion ?? 0n)),
    opsets: new Map(
      message.opsetImport.map(({ domain, version }) => [standard(domain), Number(version ?? 0n)]),
    ),
    producer: message.producerName ?? "",
    metadata: new Map((message.metadataProps ?? []).map(({ key, value }) => [key ?? "", value ?? ""])),
  };
  validateModel(model);
  return model;
}

function decodeGraph(message: Message<"GraphProto">, external: ExternalDataReader | undefined): Graph {
  const name = message.name ?? "";
  if (message.sparseInitializer !== undefined)
    throw unsupported(`graph ${JSON.stringify(name)}`, "dense initializers", "sparse ones");
  const initializers = new Map<string, Tensor>();
  for (const tensor of message.initializer ?? []) {
    const id = tensor.name ?? "";
    if (initializers.has(id))
      throw unsupported(`initializer ${JSON.stringify(id)}`, "one of that name", "two");
    initializers.set(id, decodeTensor(tensor, external));
  }
  return {
    name,
    inputs: (message.input ?? [])
      .filter((input) => !initializers.has(input.name ?? ""))
      .map((input) => decodeValueInfo(input)),
    outputs: (message.output ?? []).map((output) => decodeValueInfo(output)),
    initializers,
    nodes: (message.node ?? []).map((node) => decodeNode(node, external)),
  };
}

function decodeNode(message: Message<"NodeProto">, external: ExternalDataReader | undefined): GraphNode {
  const outputs = message.output ?? [];
  const name = message.name || outputs.find((output) => output !== "") || "";
  const attributes: [string, Attribute][] = (message.attribute ?? []).map((attribute) => [
    attribute.name ?? "",
    decodeAttribute(attribute, {
      external,
      where: `node ${JSON.stringify(name)}, attribute ${attribute.name}`,
    }),
  ]);
  const names = new Set(attributes.map(([key]) => key));
  if (names.size !== attributes.length)
    throw unsupported(`node ${JSON.stringify(name)}`, "each attribute once", "one given twice");
  return {
    name,
    operator: message.opType ?? "",
    domain: standard(message.domain),
    inputs: message.input ?? [],
    outputs,
    attributes: Object.fromEntries(attributes),
  };
}

interface AttributeSite {
  readonly external: ExternalDataReader | undefined;
  readonly where: string;
}

/** AttributeProto.AttributeType: the number that says which field holds the value. */
function decodeAttribute(message: Message<"AttributeProto">, { external, where }: AttributeSite): Attribute {
  const { type } = message;
  if (type === 1) return { kind: "float", value: message.f ?? 0 };
  if (type === 2) return { kind: "int", value: wholeNumber(message.i ?? 0n, where) };
  if (type === 3) return { kind: "string", value: text(message.s ?? new Uint8Array(), where) };
  if (type === 4 && message.t) return { kind: "tensor", value: decodeTensor(message.t, external) };
  if (type === 5 && message.g) return { kind: "graph", value: decodeGraph(message.g, external) };
  if (type === 6) return { kind: "floats", value: message.floats ?? [] };
  if (type === 7)
    return { kind: "ints", value: (message.ints ?? []).map((item) => wholeNumber(item, where)) };
  if (type === 8) return { kind: "strings", value: (message.strings ?? []).map((item) => text(item, where)) };
  throw unsupported(where, "a float, int, string, tensor, graph or list of them", `kind ${type ?? 0}`);
}

/** An int64 as a number. The two ends of int64, which exporters write for "to the end", become ±2^63. */
function wholeNumber(value: bigint, where: string): number {
  const number = Number(value);
  const isEnd = value === 2n ** 63n - 1n || value === -(2n ** 63n);
  if (!Number.isSafeInteger(number) && !isEnd) throw unsupported(where, "an integer within 2^53", `${value}`);
  return number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function text(bytes: Uint8Array, where: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw unsupported(where, "UTF-8 text", `${bytes.byteLength} other bytes`);
  }
}

function decodeValueInfo(message: Message<"ValueInfoProto">): ValueInfo {
  const where = `value ${JSON.stringify(message.name ?? "")}`;
  const tensor = message.type?.tensorType;
  if (tensor === undefined) throw unsupported(where, "a declared tensor type", "none, or a sequence or map");
  return {
    name: message.name ?? "",
    type: elementTypeOf(tensor.elemType, where),
    dims: tensor.shape === undefined ? undefined : (tensor.shape.dim ?? []).map(decodeDimension),
  };
}

/** A dimension without number and name is free; it is named by its place so that it stays writable. */
function decodeDimension(message: Message<"DimensionProto">, place: number): Dimension {
  if (message.dimValue !== undefined) return Number(message.dimValue);
  return message.dimParam || `dim_${place}`;
}

/** "ai.onnx" is the standard domain's other spelling. */
function standard(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

function unsupported(where: string, expected: string, got: string): RootstockError {
  return new RootstockError("E_ONNX", `${where}: expected ${expected}, got ${got}.`, {
    hint: "Export the network again as a plain inference graph.",
  });
}

/** A message that names what the bytes are instead, where their first ones tell. */
function notOnnx(bytes: Uint8Array): RootstockError {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  const guess = head.startsWith("PK")
    ? "a zip archive (a .pth file?)"
    : /^\s*[<{]/.test(head)
      ? "text or a web page"
      : `${bytes.byteLength} bytes without a graph and opset`;
  return new RootstockError("E_ONNX", `onnx: expected an ONNX model, got ${guess}.`, {
    hint: "Give an .onnx file; a download that failed often leaves a web page in its place.",
  });
}
