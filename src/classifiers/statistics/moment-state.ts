import { RootstockError } from "../../base/errors.ts";
import { type Tensor, asFloat64, doubleTensor } from "../../graph/tensor.ts";
import { requireState } from "../state.ts";
import type { ClassMoments } from "./class-moments.ts";

/** Moments as named float64 tensors, for a safetensors file: `shifts`, `counts`, `sums`, `squares`, and `products` where kept. */
export function momentState(
  moments: ClassMoments,
): ReadonlyMap<string, Tensor & { readonly type: "float64" }> {
  const { columns, counts, products } = moments;
  const byClass = [counts.length, columns];
  return new Map([
    ["counts", doubleTensor([counts.length], moments.counts)],
    ["shifts", doubleTensor(byClass, moments.shifts)],
    ["sums", doubleTensor(byClass, moments.sums)],
    ["squares", doubleTensor(byClass, moments.squares)],
    ...(products === undefined ? [] : [["products", doubleTensor([columns, columns], products)] as const]),
  ]);
}

/** The moments in a saved state. Throws E_SHAPE when a tensor is missing, not float64 or of another shape. */
export function restoreMoments(state: ReadonlyMap<string, Tensor>): ClassMoments {
  const counts = asFloat64(requireState(state, "counts", 1));
  const columns = requireState(state, "sums", 2).dims[1]!;
  const read = (name: string, rows: number): Float64Array => {
    const values = asFloat64(requireState(state, name, 2));
    if (values.length !== rows * columns)
      throw new RootstockError(
        "E_SHAPE",
        `moments: expected "${name}" of ${rows} x ${columns} values, got ${values.length}.`,
      );
    return values;
  };
  return {
    columns,
    counts,
    shifts: read("shifts", counts.length),
    sums: read("sums", counts.length),
    squares: read("squares", counts.length),
    products: state.has("products") ? read("products", columns) : undefined,
  };
}
