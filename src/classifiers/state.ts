import { RootstockError } from "../base/errors.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { type Tensor, asFloat32, floatTensor } from "../graph/tensor.ts";

/** A named tensor of a saved state. Throws E_SHAPE when it is missing or its rank differs. */
export function requireState(state: ReadonlyMap<string, Tensor>, name: string, rank: number): Tensor {
  const tensor = state.get(name);
  if (tensor?.dims.length !== rank)
    throw new RootstockError(
      "E_SHAPE",
      `classifier state: expected "${name}" with ${rank} dimensions, got ` +
        (tensor === undefined ? `none among ${[...state.keys()].join(", ")}.` : `[${tensor.dims}].`),
    );
  return tensor;
}

/** A matrix as a tensor: same values, no copy. */
export function matrixTensor({ rows, columns, data }: Matrix): Tensor {
  return floatTensor([rows, columns], data);
}

/** A matrix of a saved state. */
export function stateMatrix(state: ReadonlyMap<string, Tensor>, name: string): Matrix {
  const tensor = requireState(state, name, 2);
  return createMatrix(tensor.dims[0]!, tensor.dims[1]!, asFloat32(tensor));
}

/** A vector of a saved state. */
export function stateVector(state: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  return asFloat32(requireState(state, name, 1));
}
