import { RootstockError } from "../../base/errors.ts";
import { bfloatToNumber, halfToNumber } from "../../graph/half-floats.ts";
import { type ElementType, type Tensor, floatTensor } from "../../graph/tensor.ts";

/** Readers of one element as a number, by type. */
const readers: Partial<Record<ElementType, (view: DataView, at: number) => number>> = {
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => halfToNumber(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
};

/**
 * Any floating-point tensor as float32; float32 itself is passed on as it is.
 * Throws E_WEIGHTS for whole numbers, which no weight is.
 */
export function widenToFloat32(tensor: Tensor, name: string): Tensor {
  if (tensor.type === "float32") return tensor;
  const read = readers[tensor.type];
  if (!read)
    throw new RootstockError(
      "E_WEIGHTS",
      `tensor "${name}": expected floating-point weights, got ${tensor.type}.`,
    );
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  const step = tensor.type === "float64" ? 8 : 2;
  const values = Float32Array.from({ length: byteLength / step }, (_, i) => read(view, i * step));
  return floatTensor(tensor.dims, values);
}

/**
 * The elements of a strided view in row-major order. `bytes` begins at the view's first element.
 * Law: out[i0, i1, ...] = bytes[Σ ik · strides[k]].
 */
export function gatherStrided(
  bytes: Uint8Array,
  layout: { dims: readonly number[]; strides: readonly number[]; elementBytes: number },
): Uint8Array {
  const { dims, strides, elementBytes } = layout;
  const count = dims.reduce((product, dim) => product * dim, 1);
  const out = new Uint8Array(count * elementBytes);
  const index = dims.map(() => 0);
  let from = 0;
  for (let i = 0; i < count; i += 1) {
    for (let b = 0; b < elementBytes; b += 1) out[i * elementBytes + b] = bytes[from * elementBytes + b]!;
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** True where the strides are those of row-major order; an axis of length 1 may have any. */
export function isContiguous(dims: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
    if (dims[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= dims[axis]!;
  }
  return true;
}
