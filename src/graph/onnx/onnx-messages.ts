/**
 * The ONNX file format as data: the messages of onnx.proto that we read and write, by field number.
 * Fields left out (documentation, value_info, quantization notes) are skipped on reading and never written;
 * those that would change a network's meaning are listed so that their presence can be refused.
 * Source: onnx/onnx.proto, IR version 10.
 */
export const onnxMessages = {
  ModelProto: {
    irVersion: one(1, "int64"),
    producerName: one(2, "string"),
    graph: one(7, "GraphProto"),
    opsetImport: many(8, "OperatorSetIdProto"),
    metadataProps: many(14, "StringStringEntryProto"),
    functions: many(25, "bytes"),
  },
  OperatorSetIdProto: { domain: one(1, "string"), version: one(2, "int64") },
  StringStringEntryProto: { key: one(1, "string"), value: one(2, "string") },
  GraphProto: {
    node: many(1, "NodeProto"),
    name: one(2, "string"),
    initializer: many(5, "TensorProto"),
    input: many(11, "ValueInfoProto"),
    output: many(12, "ValueInfoProto"),
    sparseInitializer: many(15, "bytes"),
  },
  NodeProto: {
    input: many(1, "string"),
    output: many(2, "string"),
    name: one(3, "string"),
    opType: one(4, "string"),
    attribute: many(5, "AttributeProto"),
    domain: one(7, "string"),
  },
  AttributeProto: {
    name: one(1, "string"),
    f: one(2, "float"),
    i: one(3, "int64"),
    s: one(4, "bytes"),
    t: one(5, "TensorProto"),
    g: one(6, "GraphProto"),
    floats: many(7, "float"),
    ints: many(8, "int64"),
    strings: many(9, "bytes"),
    type: one(20, "int32"),
    refAttrName: one(21, "string"),
  },
  TensorProto: {
    dims: many(1, "int64"),
    dataType: one(2, "int32"),
    segment: one(3, "bytes"),
    floatData: many(4, "fixed32"),
    int32Data: many(5, "int32"),
    int64Data: many(7, "int64"),
    name: one(8, "string"),
    rawData: one(9, "bytes"),
    doubleData: many(10, "fixed64"),
    uint64Data: many(11, "uint64"),
    externalData: many(13, "StringStringEntryProto"),
    dataLocation: one(14, "int32"),
  },
  ValueInfoProto: { name: one(1, "string"), type: one(2, "TypeProto") },
  TypeProto: { tensorType: one(1, "TensorTypeProto") },
  TensorTypeProto: { elemType: one(1, "int32"), shape: one(2, "TensorShapeProto") },
  TensorShapeProto: { dim: many(1, "DimensionProto") },
  DimensionProto: { dimValue: one(1, "int64"), dimParam: one(2, "string") },
} as const;

/** What a field holds: a scalar of protobuf, runs of fixed-size little-endian numbers as bytes, or a message. */
export interface Scalars {
  int64: bigint;
  uint64: bigint;
  int32: number;
  float: number;
  string: string;
  bytes: Uint8Array;
  /** Bytes of one or more packed float32; kept as they are, they need no decoding. */
  fixed32: Uint8Array;
  /** The same for float64. */
  fixed64: Uint8Array;
}

/** A field of a message: its number on the wire, and what it holds. */
export interface Field {
  readonly number: number;
  readonly kind: string;
  readonly isRepeated: boolean;
}

type Messages = typeof onnxMessages;
/** The messages that are read and written. */
export type MessageName = keyof Messages;

type ValueOf<Kind> = Kind extends keyof Scalars
  ? Scalars[Kind]
  : Kind extends MessageName
    ? Message<Kind>
    : never;

/** A message as a plain object, its shape derived from the table; absent fields are absent. */
export type Message<Name extends MessageName> = {
  readonly [Key in keyof Messages[Name]]?: Messages[Name][Key] extends { kind: infer Kind; isRepeated: true }
    ? readonly ValueOf<Kind>[]
    : Messages[Name][Key] extends { kind: infer Kind }
      ? ValueOf<Kind>
      : never;
};

function one<const Kind extends string>(number: number, kind: Kind) {
  return { number, kind, isRepeated: false as const };
}

function many<const Kind extends string>(number: number, kind: Kind) {
  return { number, kind, isRepeated: true as const };
}
