import { RootstockError } from "../base/errors.ts";
import type { ClassTally, TallyDetail } from "../classifiers/statistics/class-tally.ts";
import { type Tensor, asFloat64, doubleTensor } from "../graph/tensor.ts";

type Float64Tensor = Tensor & { readonly type: "float64" };

/**
 * Tallies as named float64 tensors: `counts` [K], `points`, `sums`, `squares` [K, D], and where kept `products` [K, D (D + 1) / 2]
 * (of each class the upper triangle, row after row), `cubes` [K, D] and `fourths` [K].
 */
export function tallyState(tallies: readonly ClassTally[]): ReadonlyMap<string, Float64Tensor> {
  const [first] = tallies;
  const { columns, products } = first!.moments;
  const stacked = (name: string, of: (tally: ClassTally) => Float64Array): [string, Float64Tensor] => {
    const width = of(first!).length;
    const values = new Float64Array(width * tallies.length);
    tallies.forEach((tally, k) => values.set(of(tally), k * width));
    return [name, doubleTensor(width === 1 ? [tallies.length] : [tallies.length, width], values)];
  };
  return new Map([
    stacked("counts", ({ moments }) => moments.counts),
    stacked("points", ({ moments }) => moments.shifts),
    stacked("sums", ({ moments }) => moments.sums),
    stacked("squares", ({ moments }) => moments.squares),
    ...(products === undefined
      ? []
      : [stacked("products", ({ moments }) => triangleOf(moments.products!, columns))]),
    ...(first!.tails === undefined
      ? []
      : [
          stacked("cubes", ({ tails }) => tails!.cubes),
          stacked("fourths", ({ tails }) => Float64Array.of(tails!.fourths)),
        ]),
  ]);
}

/** Undoes `tallyState`. Throws E_SHAPE where a tensor is missing or of another size. */
export function restoreTallies(state: ReadonlyMap<string, Tensor>, detail: TallyDetail): ClassTally[] {
  const counts = read(state, "counts");
  const classes = counts.length;
  const columns = read(state, "points").length / classes;
  const rows = (name: string, width: number): Float64Array[] => {
    const values = read(state, name);
    if (values.length !== classes * width)
      throw new RootstockError(
        "E_SHAPE",
        `statistics: expected "${name}" of ${classes} x ${width} values, got ${values.length}.`,
      );
    return Array.from({ length: classes }, (_, k) => values.slice(k * width, (k + 1) * width));
  };
  const [points, sums, squares] = ["points", "sums", "squares"].map((name) => rows(name, columns));
  const products = detail === "columns" ? null : rows("products", (columns * (columns + 1)) / 2);
  const tails =
    detail === "tails" ? { cubes: rows("cubes", columns), fourths: read(state, "fourths") } : null;
  return Array.from(counts, (count, k) => ({
    moments: {
      columns,
      counts: Float64Array.of(count),
      shifts: points![k]!,
      sums: sums![k]!,
      squares: squares![k]!,
      products: products === null ? undefined : squareOf(products[k]!, columns),
    },
    tails: tails === null ? undefined : { cubes: tails.cubes[k]!, fourths: tails.fourths[k]! },
  }));
}

function read(state: ReadonlyMap<string, Tensor>, name: string): Float64Array {
  const tensor = state.get(name);
  if (tensor === undefined)
    throw new RootstockError(
      "E_SHAPE",
      `statistics: expected "${name}", got ${[...state.keys()].join(", ")}.`,
    );
  return asFloat64(tensor);
}

/** Shapes: D x D, symmetric -> D (D + 1) / 2. */
function triangleOf(square: Float64Array, columns: number): Float64Array {
  const out = new Float64Array((columns * (columns + 1)) / 2);
  for (let i = 0, at = 0; i < columns; i += 1) {
    out.set(square.subarray(i * columns + i, (i + 1) * columns), at);
    at += columns - i;
  }
  return out;
}

/** Undoes `triangleOf`. */
function squareOf(triangle: Float64Array, columns: number): Float64Array {
  const out = new Float64Array(columns * columns);
  for (let i = 0, at = 0; i < columns; i += 1)
    for (let j = i; j < columns; j += 1, at += 1) out[i * columns + j] = out[j * columns + i] = triangle[at]!;
  return out;
}
