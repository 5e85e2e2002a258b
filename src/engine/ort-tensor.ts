import type * as ort from "onnxruntime-node";
import { RootstockError } from "../base/errors.ts";
import type { ValueInfo } from "../graph/graph.ts";
import { type ElementType, type Tensor, bytesOf, createTensor, elementTypes } from "../graph/tensor.ts";

/** The typed array that ONNX Runtime's JavaScript binding wants for each element type. */
const arrays = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

type RuntimeType = keyof typeof arrays;

/** Our tensor as the runtime's; a view where the bytes are aligned. bfloat16 has no counterpart: E_ENGINE. */
export function toOrtTensor(runtime: Pick<typeof ort, "Tensor">, { type, dims, bytes }: Tensor): ort.Tensor {
  if (!(type in arrays))
    throw new RootstockError("E_ENGINE", `feed: the runtime's JavaScript side has no ${type}.`);
  const Kind = arrays[type as RuntimeType];
  const size = elementTypes[type].sizeBytes;
  const whole = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  const data = new Kind(whole.buffer as ArrayBuffer, whole.byteOffset, whole.byteLength / size);
  return new runtime.Tensor(type as "float32", data as Float32Array, dims);
}

/** The runtime's tensor as ours, over the same memory. */
export function fromOrtTensor(tensor: ort.Tensor): Tensor {
  return createTensor(tensor.type as ElementType, tensor.dims, bytesOf(tensor.data as ArrayBufferView));
}

/** The runtime's own description of inputs or outputs, as ours. */
export function valueInfos(metadata: readonly ort.InferenceSession.ValueMetadata[]): ValueInfo[] {
  return metadata.map((value) => {
    if (!value.isTensor) throw new RootstockError("E_ENGINE", `value "${value.name}": expected a tensor.`);
    return { name: value.name, type: value.type as ElementType, dims: value.shape };
  });
}
