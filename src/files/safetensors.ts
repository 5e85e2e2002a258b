import { RootstockError } from "../base/errors.ts";
import { shortText } from "../base/short-text.ts";

/** Element types of the format that we hold, by its names. */
export const safetensorsTypes = {
  F64: { type: "float64", sizeBytes: 8 },
  F32: { type: "float32", sizeBytes: 4 },
  F16: { type: "float16", sizeBytes: 2 },
  BF16: { type: "bfloat16", sizeBytes: 2 },
  I64: { type: "int64", sizeBytes: 8 },
  I32: { type: "int32", sizeBytes: 4 },
  I16: { type: "int16", sizeBytes: 2 },
  I8: { type: "int8", sizeBytes: 1 },
  U8: { type: "uint8", sizeBytes: 1 },
  BOOL: { type: "bool", sizeBytes: 1 },
} as const;

/** Its other element types, which weights here never have. */
const otherTypes: ReadonlySet<unknown> = new Set([
  "F8_E4M3",
  "F8_E5M2",
  "F8_E4M3FNUZ",
  "F8_E5M2FNUZ",
  "F8_E8M0",
  "F8",
  "F6_E2M3",
  "F6_E3M2",
  "F4",
  "U16",
  "U32",
  "U64",
  "C64",
  "C128",
  "I4",
  "U4",
]);

type FormatType = keyof typeof safetensorsTypes;

/** A tensor as it lies in a file: row-major, little-endian. The same shape as the graph's own tensors. */
export interface StoredTensor {
  readonly type: (typeof safetensorsTypes)[FormatType]["type"];
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** Where one tensor lies; offsets from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly type: StoredTensor["type"];
  readonly dims: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A checked header. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the tensors' bytes begin in the file. */
  readonly dataStart: number;
}

const prefixBytes = 8;
const headerLimitBytes = 100_000_000;

/** Length of the JSON header from the file's first eight bytes. Throws E_SAFETENSORS when the file cannot hold it. */
export function headerLength(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.length < prefixBytes)
    throw fault(`expected at least ${prefixBytes} bytes, got ${prefix.length}`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > headerLimitBytes || length > fileBytes - prefixBytes)
    throw fault(`the header claims ${length} bytes, the file has ${fileBytes}`);
  return length;
}

/**
 * Parses and checks a header, the whole invariant before a tensor is touched: known types, whole non-negative
 * dimensions, byte runs that fit their shapes, follow one another without gap or overlap, and fill the file exactly.
 */
export function parseHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const dataStart = prefixBytes + json.length;
  const record = requireRecord(parseJson(json), "header");
  const metadata = requireRecord(record["__metadata__"] ?? {}, "__metadata__");
  if (Object.values(metadata).some((value) => typeof value !== "string"))
    throw fault("__metadata__ holds more than text");
  const named = Object.entries(record).filter(([name]) => name !== "__metadata__");
  const entries = named
    .map(([name, value]) => parseEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) throw fault(`${tensorNamed(name)}: expected to begin at ${at}, begins at ${begin}`);
    at = end;
  }
  if (dataStart + at !== fileBytes) throw fault(`expected ${dataStart + at} bytes in all, got ${fileBytes}`);
  return { entries, metadata: new Map(Object.entries(metadata) as [string, string][]), dataStart };
}

/**
 * True for a file that keeps the format's whole invariant, whatever its first bytes spell: they are a length. `read`
 * gives bytes of the file. Types that are not read here count: they are the format's own.
 */
export async function isSafetensors(
  read: (at: number, length: number) => Promise<Uint8Array>,
  fileBytes: number,
): Promise<boolean> {
  if (fileBytes < prefixBytes + 2) return false;
  const head = await read(0, prefixBytes + 1);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (head[prefixBytes] !== 0x7b || length > Math.min(headerLimitBytes, fileBytes - prefixBytes))
    return false;
  try {
    parseHeader(await read(prefixBytes, Number(length)), fileBytes);
    return true;
  } catch (error) {
    return error instanceof UnreadType;
  }
}

/** A whole file in memory as tensors (views, no copies) and metadata. Throws E_SAFETENSORS. */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: ReadonlyMap<string, StoredTensor>;
  metadata: ReadonlyMap<string, string>;
} {
  const length = headerLength(bytes.subarray(0, prefixBytes), bytes.length);
  const { entries, metadata, dataStart } = parseHeader(
    bytes.subarray(prefixBytes, prefixBytes + length),
    bytes.length,
  );
  const tensors = entries.map(({ name, type, dims, begin, end }) => {
    return [name, { type, dims, bytes: bytes.subarray(dataStart + begin, dataStart + end) }] as const;
  });
  return { tensors: new Map(tensors), metadata };
}

/** Tensors and metadata as one file. The header is padded with spaces so that the data begins at a multiple of 8. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (metadata.size > 0) header["__metadata__"] = Object.fromEntries(metadata);
  let at = 0;
  for (const [name, { type, dims, bytes }] of tensors) {
    header[name] = { dtype: formatTypeOf(type), shape: dims, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = JSON.stringify(header);
  const padded = new TextEncoder().encode(text);
  const length = Math.ceil(padded.length / 8) * 8;
  const out = new Uint8Array(prefixBytes + length + at).fill(0x20, prefixBytes, prefixBytes + length);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(padded, prefixBytes);
  let position = prefixBytes + length;
  for (const { bytes } of tensors.values()) {
    out.set(bytes, position);
    position += bytes.length;
  }
  return out;
}

function parseEntry(name: string, value: unknown): TensorEntry {
  const what = tensorNamed(name);
  const { dtype, shape, data_offsets: offsets } = requireRecord(value, what);
  if (otherTypes.has(dtype)) throw new UnreadType(what, dtype as string);
  const format = safetensorsTypes[dtype as FormatType];
  if (typeof dtype !== "string" || !Object.hasOwn(safetensorsTypes, dtype))
    throw fault(`${what}: unknown dtype ${printed(dtype)}`);
  if (!isCounts(shape)) throw fault(`${what}: shape is ${printed(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw fault(`${what}: data_offsets are ${printed(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const expected = shape.reduce((product, dim) => product * dim, format.sizeBytes);
  if (!Number.isSafeInteger(expected) || end - begin !== expected)
    throw fault(`${what}: expected ${expected} bytes for ${dtype} ${printed(shape)}, got ${end - begin}`);
  return { name, type: format.type, dims: shape, begin, end };
}

/** A type of the format that is not read here: the file is sound, so it is not called damaged. */
class UnreadType extends RootstockError {
  constructor(what: string, dtype: string) {
    super(
      "E_SAFETENSORS",
      `safetensors: ${what}: expected ${Object.keys(safetensorsTypes).join(", ")}, got ${dtype}, a type of the format that is not read here.`,
      { hint: "The file is sound. Save it again with its weights as float32 or float16." },
    );
  }
}

function tensorNamed(name: string): string {
  return `tensor ${JSON.stringify(shortText(name))}`;
}

/** A value of the header for a message: short, and never what containers hold inside containers. */
function printed(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value) && (value.length > 8 || value.some((item) => typeof item === "object")))
    return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return "an object";
  return shortText(JSON.stringify(value));
}

function formatTypeOf(type: StoredTensor["type"]): string {
  return Object.entries(safetensorsTypes).find(([, format]) => format.type === type)![0];
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function requireRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw fault(`${what}: expected an object`);
  return value as Record<string, unknown>;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw fault("the header is no JSON", cause);
  }
}

function fault(what: string, cause?: unknown): RootstockError {
  return new RootstockError("E_SAFETENSORS", `safetensors: ${what}.`, {
    hint: "The file is damaged or of another kind.",
    cause,
  });
}
