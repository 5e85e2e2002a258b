import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { createBuilder } from "../../src/graph/build.ts";
import { encodeModel } from "../../src/graph/onnx/encode-model.ts";
import { createModel } from "../../src/graph/create-model.ts";
import { writeMessage } from "../../src/graph/onnx/protobuf.ts";
import type { Message } from "../../src/graph/onnx/onnx-messages.ts";
import { floatTensor } from "../../src/graph/tensor.ts";

export interface HostileFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The code that must refuse it; E_ONNX unless said. */
  readonly code?: "E_ONNX" | "E_ONNX_EXTERNAL";
}

/** A small good file: a convolution, an activation and a classifier, with every kind of field in use. */
export function goodFile(): Uint8Array {
  const b = createBuilder("good");
  const x = b.input("x", "float32", ["N", 3, 8, 8]);
  const weights = b.constant(floatTensor([4, 3, 3, 3], new Float32Array(108).fill(0.1)), "weights");
  const hidden = b.op("Relu", [b.op("Conv", [x, weights], { kernel_shape: [3, 3], auto_pad: "VALID" })]);
  const flat = b.op("Flatten", [hidden], { axis: 1 });
  const head = b.constant(floatTensor([144, 2], new Float32Array(288).fill(0.01)), "head");
  b.output(b.op("Gemm", [flat, head], { alpha: 1.5 }), "logits", "float32", ["N", 2]);
  return encodeModel(createModel(b.graph(), [["licence", "MIT"]]));
}

type GraphMessage = Message<"GraphProto">;
type TensorMessage = Message<"TensorProto">;
type NodeMessage = Message<"NodeProto">;

const value = (name: string, dims: readonly bigint[] = [1n]): Message<"ValueInfoProto"> => ({
  name,
  type: { tensorType: { elemType: 1, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
});
const relu = (input: string, output: string): NodeMessage => ({
  input: [input],
  output: [output],
  opType: "Relu",
});

/** A file around a graph message; by default one Relu from x to y, which is good. */
function fileOf(graph: GraphMessage, opset = 13n): Uint8Array {
  return writeMessage("ModelProto", {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: opset }],
    graph: { name: "g", input: [value("x")], output: [value("y")], node: [relu("x", "y")], ...graph },
  });
}

const withTensor = (tensor: TensorMessage): Uint8Array =>
  fileOf({ initializer: [{ name: "w", dataType: 1, dims: [2n], rawData: new Uint8Array(8), ...tensor }] });

export const externalFile = (location: string, more: Readonly<Record<string, string>> = {}): Uint8Array =>
  fileOf({
    initializer: [
      {
        name: "w",
        dataType: 1,
        dims: [2n],
        dataLocation: 1,
        externalData: Object.entries({ location, ...more }).map(([key, text]) => ({ key, value: text })),
      },
    ],
  });

/** Raw protobuf: fields written by hand, for what the table would never write. */
function raw(write: (writer: BinaryWriter) => unknown): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function nested(depth: number): GraphMessage {
  let graph: GraphMessage = { name: "leaf", output: [value("leaf")] };
  for (let i = 0; i < depth; i += 1)
    graph = {
      name: `level${i}`,
      output: [value("x")],
      node: [{ output: [`v${i}`], opType: "If", attribute: [{ name: "then_branch", type: 5, g: graph }] }],
    };
  return graph;
}

/** Length-delimited fields of one number inside one another, without end of meaning. */
function russianDoll(depth: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i += 1) {
    const inner = bytes;
    const field = [7, 1, 5, 6][i % 4]!; // graph, node, attribute, subgraph
    bytes = raw((w) => w.tag(field, WireType.LengthDelimited).bytes(inner));
  }
  return bytes;
}

const attributeFile = (attribute: Message<"AttributeProto">): Uint8Array =>
  fileOf({ node: [{ ...relu("x", "y"), attribute: [attribute] }] });

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const truncations = (): HostileFile[] => {
  const good = goodFile();
  return Array.from({ length: 40 }, (_, i) => {
    const length = Math.floor((good.length * i) / 40);
    return { name: `cut off after ${length} bytes`, bytes: good.subarray(0, length) };
  });
};

const lengths = (): HostileFile[] =>
  [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 10_000_000].flatMap((length) =>
    [1, 2, 5, 11].map((field) => ({
      name: `a graph field ${field} that claims ${length} bytes`,
      bytes: raw((w) =>
        w.tag(7, WireType.LengthDelimited).fork().tag(field, WireType.LengthDelimited).uint32(length).join(),
      ),
    })),
  );

const wireTypes = (): HostileFile[] =>
  [WireType.Varint, WireType.Bit64, WireType.Bit32, WireType.StartGroup, WireType.EndGroup].map((wire) => ({
    name: `a graph written with wire type ${wire}`,
    bytes: raw((w) => w.tag(7, wire).raw(new Uint8Array(16).fill(1))),
  }));

const dims: readonly (readonly bigint[])[] = [
  [-1n],
  [2n, -3n],
  [2n ** 62n],
  [2n ** 31n, 2n ** 31n, 2n ** 31n],
  [2n ** 63n - 1n, 2n ** 63n - 1n],
  [65536n, 65536n, 65536n, 65536n],
  [3n],
  [0n],
  [],
  Array.from({ length: 1000 }, () => 1n),
];

const tensors = (): HostileFile[] => [
  ...dims.map((list) => ({
    name: `a tensor of dims [${list.slice(0, 4)}${list.length > 4 ? ",..." : ""}] over 8 bytes`,
    bytes: withTensor({ dims: list }),
  })),
  { name: "raw data one byte short", bytes: withTensor({ rawData: new Uint8Array(7) }) },
  { name: "raw data one byte long", bytes: withTensor({ rawData: new Uint8Array(9) }) },
  ...[0, 8, 14, 15, 99, -1].map((dataType) => ({
    name: `element type ${dataType}`,
    bytes: withTensor({ dataType }),
  })),
  {
    name: "float data of another count",
    bytes: fileOf({ initializer: [{ name: "w", dataType: 1, dims: [3n], floatData: [new Uint8Array(8)] }] }),
  },
  {
    name: "int64 data of another count",
    bytes: fileOf({ initializer: [{ name: "w", dataType: 7, dims: [3n], int64Data: [1n] }] }),
  },
  {
    name: "float data cut within a number",
    bytes: fileOf({ initializer: [{ name: "w", dataType: 1, dims: [2n], floatData: [new Uint8Array(3)] }] }),
  },
  { name: "a segmented tensor", bytes: withTensor({ segment: new Uint8Array(4) }) },
  {
    name: "a tensor in an attribute with negative dims",
    bytes: attributeFile({ name: "value", type: 4, t: { dataType: 1, dims: [-5n] } }),
  },
];

const graphs = (): HostileFile[] => [
  { name: "a cycle of two nodes", bytes: fileOf({ node: [relu("b", "a"), relu("a", "b"), relu("x", "y")] }) },
  { name: "a node that reads itself", bytes: fileOf({ node: [relu("y", "y")] }) },
  { name: "nodes out of order", bytes: fileOf({ node: [relu("m", "y"), relu("x", "m")] }) },
  { name: "an input from nowhere", bytes: fileOf({ node: [relu("ghost", "y")] }) },
  { name: "an output from nowhere", bytes: fileOf({ output: [value("ghost")] }) },
  { name: "no output", bytes: fileOf({ output: [] }) },
  { name: "a value made twice", bytes: fileOf({ node: [relu("x", "y"), relu("x", "y")] }) },
  { name: "a node that overwrites an input", bytes: fileOf({ node: [relu("x", "x"), relu("x", "y")] }) },
  { name: "an input twice", bytes: fileOf({ input: [value("x"), value("x")] }) },
  {
    name: "an initializer twice",
    bytes: fileOf({ initializer: [1, 2].map(() => ({ name: "w", dataType: 1, dims: [0n] })) }),
  },
  { name: "an initializer without a name", bytes: fileOf({ initializer: [{ dataType: 1, dims: [0n] }] }) },
  { name: "an input of negative size", bytes: fileOf({ input: [value("x", [-4n])] }) },
  { name: "an input without a type", bytes: fileOf({ input: [{ name: "x" }] }) },
  { name: "a node without an operator", bytes: fileOf({ node: [{ input: ["x"], output: ["y"] }] }) },
  {
    name: "a domain that is not imported",
    bytes: fileOf({ node: [{ ...relu("x", "y"), domain: "evil.corp" }] }),
  },
  {
    name: "a name of a million characters",
    bytes: fileOf({ node: [relu("x", "n".repeat(1e6)), relu("x", "y")] }),
  },
  { name: "subgraphs 12 deep", bytes: fileOf(nested(12)) },
  { name: "subgraphs 400 deep", bytes: fileOf(nested(400)) },
  { name: "messages 3,000 deep", bytes: russianDoll(3000) },
  {
    name: "an attribute twice",
    bytes: fileOf({
      node: [{ ...relu("x", "y"), attribute: [1n, 2n].map((i) => ({ name: "a", type: 2, i })) }],
    }),
  },
  { name: "an attribute without a kind", bytes: attributeFile({ name: "a", i: 1n }) },
  { name: "an attribute of a kind to come", bytes: attributeFile({ name: "a", type: 77 }) },
  { name: "a tensor attribute without its tensor", bytes: attributeFile({ name: "a", type: 4 }) },
  {
    name: "text that is no UTF-8",
    bytes: attributeFile({ name: "a", type: 3, s: new Uint8Array([0xff, 0xfe]) }),
  },
  { name: "an integer past 2^53", bytes: attributeFile({ name: "a", type: 2, i: 2n ** 60n }) },
  { name: "sparse weights", bytes: fileOf({ sparseInitializer: [new Uint8Array(2)] }) },
  { name: "opset 0", bytes: fileOf({}, 0n) },
  { name: "opset 6", bytes: fileOf({}, 6n) },
  { name: "opset 9999", bytes: fileOf({}, 9999n) },
  { name: "a negative opset", bytes: fileOf({}, -13n) },
  { name: "two graphs", bytes: Uint8Array.from([...fileOf({}), ...fileOf({})]) },
];

const bombs = (): HostileFile[] => [
  {
    name: "1.2 million empty nodes",
    bytes: raw((w) => w.tag(7, WireType.LengthDelimited).bytes(repeated([0x0a, 0x00], 1_200_000))),
  },
  {
    name: "1.2 million empty inputs of one node",
    bytes: raw((w) =>
      w
        .tag(7, WireType.LengthDelimited)
        .fork()
        .tag(1, WireType.LengthDelimited)
        .bytes(repeated([0x0a, 0x00], 1_200_000))
        .join(),
    ),
  },
  {
    name: "1.2 million packed integers",
    bytes: raw((w) =>
      w
        .tag(7, WireType.LengthDelimited)
        .fork()
        .tag(5, WireType.LengthDelimited)
        .fork()
        .tag(7, WireType.LengthDelimited)
        .bytes(new Uint8Array(1_200_000))
        .join()
        .join(),
    ),
  },
  { name: "a varint without an end", bytes: new Uint8Array(1000).fill(0xff) },
  { name: "nested groups", bytes: new Uint8Array(100_000).fill(0x0b) },
  {
    name: "110,000 nodes that read nothing known",
    bytes: fileOf({ node: Array.from({ length: 110_000 }, (_, i) => relu(`g${i}`, `o${i}`)) }),
  },
];

const strangers = (): HostileFile[] => [
  { name: "an empty file", bytes: new Uint8Array() },
  { name: "one zero byte", bytes: new Uint8Array(1) },
  { name: "a megabyte of zeros", bytes: new Uint8Array(1_000_000) },
  {
    name: "a zip archive",
    bytes: text("PK\u0003\u0004\u0014\u0000\u0000\u0000\u0008\u0000archive/data.pkl"),
  },
  {
    name: "a pickle",
    bytes: Uint8Array.from([0x80, 0x02, 0x63, ...text("os\nsystem\nq\u0000X\u0004\u0000\u0000\u0000true")]),
  },
  { name: "a web page", bytes: text("<!DOCTYPE html><html><body>404 Not Found</body></html>") },
  { name: "JSON", bytes: text('{"model_type": "resnet", "id2label": {}}') },
  { name: "a PNG", bytes: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]) },
  { name: "a JPEG", bytes: Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]) },
  { name: "a safetensors header", bytes: Uint8Array.from([8, 0, 0, 0, 0, 0, 0, 0, ...text('{"w":{}}')]) },
  {
    name: "a git LFS pointer",
    bytes: text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
  },
];

const locations = [
  "../../etc/passwd",
  "/etc/passwd",
  "weights/../../secret",
  "./weights.bin",
  "..",
  "",
  "C:\\Windows\\win.ini",
  "C:/Windows/win.ini",
  "..\\secret",
  "file:///etc/passwd",
  "https://example.org/w.bin",
  "weights\u0000.bin",
  "a//b",
  "a/",
  "~\n",
  "x".repeat(2000),
];

const externals = (): HostileFile[] =>
  [
    ...locations.map((location) => ({
      name: `external weights at ${JSON.stringify(location.slice(0, 40))}`,
      bytes: externalFile(location),
    })),
    ...[
      { offset: "-1" },
      { offset: "1e300" },
      { offset: "NaN" },
      { length: "4" },
      { length: "-8" },
      { offset: "0.5" },
    ].map((more) => ({
      name: `external weights with ${JSON.stringify(more)}`,
      bytes: externalFile("weights.bin", more as Record<string, string>),
    })),
    { name: "external weights that are not there", bytes: externalFile("weights.bin") },
  ].map((file) => ({ ...file, code: "E_ONNX_EXTERNAL" as const }));

function repeated(pattern: readonly number[], times: number): Uint8Array {
  return Buffer.alloc(pattern.length * times, Uint8Array.from(pattern));
}

/** Every hostile file, made afresh: nothing of them lies in the repository. */
export function hostileFiles(): HostileFile[] {
  return [truncations, lengths, wireTypes, tensors, graphs, bombs, strangers, externals].flatMap((make) =>
    make(),
  );
}
