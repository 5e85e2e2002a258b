import { RootstockError } from "../../base/errors.ts";
import { type ExternalDataReader, checkExternalLocation } from "./external-data.ts";
import type { Message } from "./onnx-messages.ts";
import { type ElementType, type Tensor, bytesOf, elementTypeNamed, elementTypes } from "../tensor.ts";

/** Numpy and ONNX Runtime stop at lower ranks than this. */
export const maximumRank = 32;

/** The element type with this ONNX number. Throws E_ONNX for strings, complex numbers, small floats and unknown ones. */
export function elementTypeOf(number: number | undefined, where: string): ElementType {
  const type = elementTypeNamed(number ?? 0);
  if (type !== undefined) return type;
  const got = otherTypes[number ?? 0] ?? `number ${number ?? 0}`;
  throw new RootstockError(
    "E_ONNX",
    `${where}: expected an element type among ${Object.keys(elementTypes).join(", ")}, got ${got}.`,
    { hint: "Export the network as float32, or quantise it to 8 bits." },
  );
}

/** Types of ONNX that no tensor here holds, by their names. */
const otherTypes: Readonly<Record<number, string>> = {
  8: "string",
  14: "complex64",
  15: "complex128",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
  24: "float8e8m0",
  25: "uint2",
  26: "int2",
};

/**
 * A tensor from its message; raw bytes are viewed, not copied, and typed lists are converted.
 * The number of bytes is known from type and dims before any is read or allocated.
 * Throws E_ONNX, E_ONNX_EXTERNAL.
 */
export function decodeTensor(message: Message<"TensorProto">, external?: ExternalDataReader): Tensor {
  const where = `tensor ${JSON.stringify(message.name ?? "")}`;
  const type = elementTypeOf(message.dataType, where);
  const dims = (message.dims ?? []).map(Number);
  const expected = checkedByteLength(type, dims, where);
  if (message.segment !== undefined)
    throw new RootstockError("E_ONNX", `${where}: segments are not supported.`);
  const bytes =
    message.dataLocation === 1
      ? readExternal(message, expected, { where, external })
      : inlineBytes(message, type);
  if (bytes.byteLength !== expected)
    throw new RootstockError(
      "E_ONNX",
      `${where}: expected ${expected} bytes for ${type} [${dims}], got ${bytes.byteLength}.`,
    );
  return { type, dims, bytes };
}

/** dims checked and multiplied out. Bytes; never past 2^53. */
export function checkedByteLength(type: ElementType, dims: readonly number[], where: string): number {
  if (dims.length > maximumRank)
    throw new RootstockError(
      "E_ONNX",
      `${where}: expected at most ${maximumRank} dimensions, got ${dims.length}.`,
    );
  const hasZero = dims.includes(0);
  let size: number = elementTypes[type].sizeBytes;
  for (const dim of dims) {
    if (!Number.isSafeInteger(dim) || dim < 0)
      throw new RootstockError("E_ONNX", `${where}: expected dimensions of 0 and above, got [${dims}].`);
    size *= hasZero ? 1 : dim;
    if (!Number.isSafeInteger(size))
      throw new RootstockError(
        "E_ONNX",
        `${where}: expected a size that fits memory, got ${type} [${dims}].`,
      );
  }
  return hasZero ? 0 : size;
}

function inlineBytes(message: Message<"TensorProto">, type: ElementType): Uint8Array {
  if (message.rawData !== undefined) return message.rawData;
  const { floatData = [], doubleData = [], int32Data = [], int64Data = [], uint64Data = [] } = message;
  switch (type) {
    case "float32":
      return join(floatData);
    case "float64":
      return join(doubleData);
    case "int64":
      return bytesOf(BigInt64Array.from(int64Data));
    case "uint64":
      return bytesOf(BigUint64Array.from(uint64Data));
    case "uint32":
      return bytesOf(Uint32Array.from(uint64Data, Number));
    case "int32":
      return bytesOf(Int32Array.from(int32Data));
    case "int16":
    case "uint16":
    case "float16":
    case "bfloat16":
      return bytesOf(Uint16Array.from(int32Data));
    case "int8":
    case "uint8":
    case "bool":
      return Uint8Array.from(int32Data);
  }
}

function join(runs: readonly Uint8Array[]): Uint8Array {
  if (runs.length === 1) return runs[0]!;
  const bytes = new Uint8Array(runs.reduce((sum, run) => sum + run.byteLength, 0));
  let at = 0;
  for (const run of runs) {
    bytes.set(run, at);
    at += run.byteLength;
  }
  return bytes;
}

function readExternal(
  message: Message<"TensorProto">,
  expected: number,
  { where, external }: { where: string; external: ExternalDataReader | undefined },
): Uint8Array {
  const entries = new Map((message.externalData ?? []).map(({ key, value }) => [key, value]));
  const location = checkExternalLocation(entries.get("location") ?? "");
  const offset = Number(entries.get("offset") ?? "0");
  const length = Number(entries.get("length") ?? String(expected));
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    length !== expected ||
    !Number.isSafeInteger(offset + length)
  )
    throw new RootstockError(
      "E_ONNX_EXTERNAL",
      `${where}: expected ${expected} bytes at an offset of 0 or above in ${JSON.stringify(location)}, got ` +
        `offset ${entries.get("offset")}, length ${entries.get("length")}.`,
    );
  if (external === undefined)
    throw new RootstockError(
      "E_ONNX_EXTERNAL",
      `${where}: its weights lie in ${JSON.stringify(location)} beside the model, and only the model's bytes are here.`,
      { hint: "Open the model by its path, with the weights file in the same folder." },
    );
  return external(location, offset, length);
}
