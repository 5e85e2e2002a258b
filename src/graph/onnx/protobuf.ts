import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { RootstockError } from "../../base/errors.ts";
import { type Field, type Message, type MessageName, type Scalars, onnxMessages } from "./onnx-messages.ts";

/** Messages within messages; a subgraph costs three. */
const maximumDepth = 48;
/** Elements of all lists of a file together, weights not counted: a bound on memory, far above any real network. */
const maximumElements = 1_000_000;
/** Protobuf's own limit for one message. */
export const maximumFileBytes = 2 ** 31 - 1;

interface Budget {
  elements: number;
}

interface ScalarCodec<T> {
  readonly wire: WireType;
  read(reader: BinaryReader): T;
  write(writer: BinaryWriter, value: T): unknown;
}

const scalarCodecs: { readonly [Kind in keyof Scalars]: ScalarCodec<Scalars[Kind]> } = {
  int64: { wire: WireType.Varint, read: (r) => BigInt(r.int64()), write: (w, v) => w.int64(v) },
  uint64: { wire: WireType.Varint, read: (r) => BigInt(r.uint64()), write: (w, v) => w.uint64(v) },
  int32: { wire: WireType.Varint, read: (r) => r.int32(), write: (w, v) => w.int32(v) },
  float: { wire: WireType.Bit32, read: (r) => r.float(), write: (w, v) => w.float(v) },
  string: { wire: WireType.LengthDelimited, read: (r) => r.string(true), write: (w, v) => w.string(v) },
  bytes: { wire: WireType.LengthDelimited, read: (r) => r.bytes(), write: (w, v) => w.bytes(v) },
  fixed32: { wire: WireType.Bit32, read: (r) => r.skip(WireType.Bit32), write: (w, v) => w.raw(v) },
  fixed64: { wire: WireType.Bit64, read: (r) => r.skip(WireType.Bit64), write: (w, v) => w.raw(v) },
};

/**
 * Reads one message by the table. Unknown fields are skipped; byte fields are views of `bytes`.
 * Throws E_ONNX for anything that is not this message: truncation, wrong wire types, a single field given twice,
 * nesting past 48 messages, more than 1 million list elements.
 */
export function readMessage<Name extends MessageName>(name: Name, bytes: Uint8Array): Message<Name> {
  try {
    return readFields(name, bytes, { budget: { elements: 0 }, depth: 0 }) as Message<Name>;
  } catch (error) {
    if (error instanceof RootstockError) throw error;
    throw damaged((error as Error).message, error);
  }
}

function readFields(
  name: MessageName,
  bytes: Uint8Array,
  at: { budget: Budget; depth: number },
): Record<string, unknown> {
  if (at.depth > maximumDepth) throw damaged(`messages nested deeper than ${maximumDepth}`);
  const reader = new BinaryReader(bytes);
  const fields = fieldsByNumber[name];
  const message: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const found = fields.get(number);
    if (found === undefined) reader.skip(wire, number);
    else readField(reader, { name, wire, message, ...found, ...at });
  }
  return message;
}

interface FieldSite {
  readonly name: MessageName;
  readonly key: string;
  readonly field: Field;
  readonly wire: WireType;
  readonly message: Record<string, unknown>;
  readonly budget: Budget;
  readonly depth: number;
}

function readField(reader: BinaryReader, site: FieldSite): void {
  const { field, key, message, wire } = site;
  if (!field.isRepeated) {
    if (key in message) throw damaged(`${site.name}.${key} is given twice`);
    message[key] = readValue(reader, site);
    return;
  }
  const list = (message[key] ??= []) as unknown[];
  if (wire === WireType.LengthDelimited && isPackable(field.kind)) readPacked(reader, list, site);
  else append(list, readValue(reader, site), site.budget);
}

function readValue(reader: BinaryReader, site: FieldSite): unknown {
  const { kind } = site.field;
  const codec = isScalar(kind) ? scalarCodecs[kind] : undefined;
  const expected = codec?.wire ?? WireType.LengthDelimited;
  if (site.wire !== expected)
    throw damaged(`${site.name}.${site.key}: expected wire type ${expected}, got ${site.wire}`);
  if (codec !== undefined) return codec.read(reader);
  return readFields(kind as MessageName, reader.bytes(), { budget: site.budget, depth: site.depth + 1 });
}

function readPacked(reader: BinaryReader, list: unknown[], site: FieldSite): void {
  const bytes = reader.bytes();
  const { kind } = site.field;
  if (kind === "fixed32" || kind === "fixed64") return append(list, bytes, site.budget);
  const codec = scalarCodecs[kind as "int64"];
  const packed = new BinaryReader(bytes);
  while (packed.pos < packed.len) append(list, codec.read(packed), site.budget);
}

function append(list: unknown[], value: unknown, budget: Budget): void {
  if ((budget.elements += 1) > maximumElements)
    throw damaged(`more than ${maximumElements} list elements; weights belong into raw_data`);
  list.push(value);
}

/** A message's bytes as pieces in order, so that weights are copied once, at the very end. */
interface Rope {
  readonly pieces: Uint8Array[];
  size: number;
}

/** The bytes of a message. Throws E_ONNX past 2 GiB, the limit of the format, before anything is allocated. */
export function writeMessage<Name extends MessageName>(name: Name, message: Message<Name>): Uint8Array {
  const rope = writeFields(name, message as Record<string, unknown>);
  if (rope.size > maximumFileBytes)
    throw new RootstockError(
      "E_ONNX",
      `onnx: expected a model of at most ${maximumFileBytes} bytes, got ${rope.size}: the file format ends there.`,
      { hint: "Cut the network at an earlier layer, or keep its weights in the original file." },
    );
  const bytes = new Uint8Array(rope.size);
  let at = 0;
  for (const piece of rope.pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** Small pieces are gathered in one writer; large ones (weights) go into the rope as they are. */
const gatheredBytes = 4096;

function writeFields(name: MessageName, message: Record<string, unknown>): Rope {
  const rope: Rope = { pieces: [], size: 0 };
  const writer = new BinaryWriter();
  for (const [key, field] of Object.entries<Field>(onnxMessages[name])) {
    const value = message[key];
    if (value === undefined) continue;
    for (const item of field.isRepeated ? (value as unknown[]) : [value])
      writeField(rope, writer, { field, item });
  }
  push(rope, writer.finish());
  return rope;
}

function writeField(
  rope: Rope,
  writer: BinaryWriter,
  { field, item }: { field: Field; item: unknown },
): void {
  const { kind } = field;
  if (isScalar(kind) && kind !== "bytes") {
    writer.tag(field.number, scalarCodecs[kind].wire);
    scalarCodecs[kind as "string"].write(writer, item as string);
    return;
  }
  const child =
    kind === "bytes"
      ? { pieces: [item as Uint8Array], size: (item as Uint8Array).byteLength }
      : writeFields(kind as MessageName, item as Record<string, unknown>);
  if (child.size > maximumFileBytes) rope.size = Number.POSITIVE_INFINITY;
  writer.tag(field.number, WireType.LengthDelimited).uint32(Math.min(child.size, maximumFileBytes));
  if (child.size <= gatheredBytes) {
    for (const piece of child.pieces) writer.raw(piece);
    return;
  }
  push(rope, writer.finish());
  for (const piece of child.pieces) push(rope, piece);
}

function push(rope: Rope, piece: Uint8Array): void {
  rope.pieces.push(piece);
  rope.size += piece.byteLength;
}

const fieldsByNumber = Object.fromEntries(
  Object.entries(onnxMessages).map(([name, fields]) => [
    name,
    new Map(Object.entries<Field>(fields).map(([key, field]) => [field.number, { key, field }])),
  ]),
) as Record<MessageName, Map<number, { key: string; field: Field }>>;

function isScalar(kind: string): kind is keyof Scalars {
  return Object.hasOwn(scalarCodecs, kind);
}

function isPackable(kind: string): boolean {
  return isScalar(kind) && scalarCodecs[kind].wire !== WireType.LengthDelimited;
}

function damaged(what: string, cause?: unknown): RootstockError {
  return new RootstockError("E_ONNX", `onnx: expected a whole ONNX file, got damaged bytes: ${what}.`, {
    hint: "Is it really an .onnx file, downloaded to its end? Compare its sha256 with the source's.",
    cause,
  });
}
