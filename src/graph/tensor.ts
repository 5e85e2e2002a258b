import { RootstockError } from "../base/errors.ts";
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from "./half-floats.ts";

/** Element types we can hold, by their ONNX numbers (TensorProto.DataType). */
export const elementTypes = {
  float32: { onnx: 1, sizeBytes: 4 },
  uint8: { onnx: 2, sizeBytes: 1 },
  int8: { onnx: 3, sizeBytes: 1 },
  uint16: { onnx: 4, sizeBytes: 2 },
  int16: { onnx: 5, sizeBytes: 2 },
  int32: { onnx: 6, sizeBytes: 4 },
  int64: { onnx: 7, sizeBytes: 8 },
  bool: { onnx: 9, sizeBytes: 1 },
  float16: { onnx: 10, sizeBytes: 2 },
  float64: { onnx: 11, sizeBytes: 8 },
  uint32: { onnx: 12, sizeBytes: 4 },
  uint64: { onnx: 13, sizeBytes: 8 },
  bfloat16: { onnx: 16, sizeBytes: 2 },
} as const;

/** The element types of tensors. */
export type ElementType = keyof typeof elementTypes;

const typeNames = new Map(
  Object.entries(elementTypes).map(([name, { onnx }]) => [onnx as number, name as ElementType]),
);

/** The element type with this ONNX number; undefined for those we cannot hold (strings, complex, 4 and 8 bit floats). */
export function elementTypeNamed(number: number): ElementType | undefined {
  return typeNames.get(number);
}

/** True for the types whose values move by any small step. */
export function isFloat(type: ElementType): boolean {
  return ["float32", "float64", "float16", "bfloat16"].includes(type);
}

/** A dense tensor: row-major, little-endian bytes. A view where possible: reading a file copies no weights. */
export interface Tensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** Number of elements; 1 for a scalar (no dims). */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A tensor over `bytes`, whose length must fit type and dims. */
export function createTensor(type: ElementType, dims: readonly number[], bytes: Uint8Array): Tensor {
  const expected = sizeOf(dims) * elementTypes[type].sizeBytes;
  if (bytes.byteLength !== expected)
    throw new RootstockError(
      "E_SHAPE",
      `tensor: expected ${expected} bytes for ${type} [${dims}], got ${bytes.byteLength}.`,
    );
  return { type, dims, bytes };
}

/** A float32 tensor; a Float32Array is viewed, an array is copied. */
export function floatTensor(dims: readonly number[], values: Float32Array | readonly number[]): Tensor {
  return createTensor(
    "float32",
    dims,
    bytesOf(values instanceof Float32Array ? values : Float32Array.from(values)),
  );
}

/** A float64 tensor: a view of the values. */
export function doubleTensor(
  dims: readonly number[],
  values: Float64Array,
): Tensor & { readonly type: "float64" } {
  return { ...createTensor("float64", dims, bytesOf(values)), type: "float64" };
}

/** An int64 tensor from whole numbers (up to 2^53). */
export function int64Tensor(dims: readonly number[], values: readonly (number | bigint)[]): Tensor {
  return createTensor("int64", dims, bytesOf(BigInt64Array.from(values, (value) => BigInt(value))));
}

/** A one-dimensional int64 tensor, the form ONNX wants for shapes, axes and sizes. */
export function int64List(values: readonly (number | bigint)[]): Tensor {
  return int64Tensor([values.length], values);
}

/** The float32 values: a view where the bytes are aligned, else a copy. Throws E_SHAPE for other types. */
export function asFloat32(tensor: Tensor): Float32Array {
  requireType(tensor, "float32");
  const bytes = aligned(tensor.bytes, 4);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The float64 values: a view where the bytes are aligned, else a copy. Throws E_SHAPE for other types. */
export function asFloat64(tensor: Tensor): Float64Array {
  requireType(tensor, "float64");
  const bytes = aligned(tensor.bytes, 8);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}

/** The int64 values as numbers. Throws E_SHAPE for other types and for values past 2^53. */
export function asIntegers(tensor: Tensor): number[] {
  requireType(tensor, "int64");
  const bytes = aligned(tensor.bytes, 8);
  const values = Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8), Number);
  const unsafe = values.find((value) => !Number.isSafeInteger(value));
  if (unsafe !== undefined) throw new RootstockError("E_SHAPE", `tensor: integer ${unsafe} is past 2^53.`);
  return values;
}

/** Every element as a number, whatever the type; int64 past 2^53 is rounded. */
export function numbersOf({ type, bytes }: Tensor): number[] {
  const { sizeBytes } = elementTypes[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / sizeBytes }, (_, i) =>
    readNumber[type](view, i * sizeBytes),
  );
}

const readNumber: Readonly<Record<ElementType, (view: DataView, at: number) => number>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => halfToNumber(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
  uint8: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint16: (view, at) => view.getUint16(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  bool: (view, at) => view.getUint8(at),
};

/** A tensor of numbers in any type: floats are rounded to the nearest, integers truncated. */
export function tensorOfNumbers(
  type: ElementType,
  dims: readonly number[],
  values: readonly number[],
): Tensor {
  return createTensor(type, dims, bytesOf(arrayOf[type](values)));
}

const arrayOf: Readonly<Record<ElementType, (values: readonly number[]) => ArrayBufferView>> = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values),
  float16: (values) => Uint16Array.from(values, numberToHalf),
  bfloat16: (values) => Uint16Array.from(values, numberToBfloat),
  uint8: (values) => Uint8Array.from(values),
  int8: (values) => Int8Array.from(values),
  uint16: (values) => Uint16Array.from(values),
  int16: (values) => Int16Array.from(values),
  int32: (values) => Int32Array.from(values),
  uint32: (values) => Uint32Array.from(values),
  int64: (values) => BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))),
  uint64: (values) => BigUint64Array.from(values, (value) => BigInt(Math.trunc(value))),
  bool: (values) => Uint8Array.from(values, (value) => Number(value !== 0)),
};

/** The bytes under any typed array, as a view. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
}

function requireType(tensor: Tensor, type: ElementType): void {
  if (tensor.type !== type)
    throw new RootstockError("E_SHAPE", `tensor: expected ${type}, got ${tensor.type}.`);
}
