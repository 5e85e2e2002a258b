import { type Tensor, floatTensor, sizeOf } from "../../graph/tensor.ts";
import type { Correlation } from "./correlation.ts";
import type { Expressions } from "../expressions.ts";
import { isFilterable, minimalFiltering, tileLength } from "./minimal-filtering.ts";

// A convolution in two axes by minimal filtering: maps cut into tiles of 4 x 4 outputs, each tile taken to n x n points
// (6 x 6 for kernels of 3 x 3), there one matrix product over channels for each point, and back. It is a product of the
// same three operands as the convolution, so its adjoints take the same values at the points, and each is made once.

/** An operand of a convolution at the points: maps P x (tiles N) x channels, kernels P x O x C. */
type Operand = "large" | "small" | "kernel";

/** Operands at the points, as they come to be written. */
export type TiledOperands = Map<Operand, string>;

/** Names of operands, and what of them is at the points already; what is made is added. */
interface Operands extends Partial<Readonly<Record<Operand, string>>> {
  readonly tiles?: TiledOperands | undefined;
}

/** True for kernels of 3 and 5 in two axes that move by 1, ungrouped. */
export function allowsTiles({ window, groups, large }: Correlation): boolean {
  const { kernel, strides, dilations } = window;
  const isPlain = [...strides, ...dilations].every((step) => step === 1);
  return groups === 1 && large.length === 4 && isPlain && kernel.every(isFilterable);
}

/**
 * True where tiles are faster, all three products of a training step together: measured as in `kernelFormOf`. Points of
 * large maps and of few channels cost more passes over memory than they save, and so do those of large kernels where few
 * places share them.
 */
export function isTiled(map: Correlation): boolean {
  const [batch, outputs, ...places] = map.small as [number, number, ...number[]];
  const channels = Math.min(outputs, map.large[1]!);
  return allowsTiles(map) && channels >= 32 && sizeOf(places) <= 32 * 32 && batch * sizeOf(places) >= 32 * 32;
}

/** The convolution itself. Shapes: large N x C x H x W, kernel O x C x kH x kW -> small N x O x H' x W'. */
export function tiledConvolution(e: Expressions, map: Correlation, operands: Operands): string {
  const points = e.transpose(atPoints(e, map, "kernel", operands), [0, 2, 1]);
  return fromPoints(e, map, "small", e.matMul(atPoints(e, map, "large", operands), points));
}

/** Its adjoint in `large`. Shapes: small and kernel -> N x C x H x W. */
export function tiledImage(e: Expressions, map: Correlation, operands: Operands): string {
  const product = e.matMul(atPoints(e, map, "small", operands), atPoints(e, map, "kernel", operands));
  return fromPoints(e, map, "large", product);
}

/** Its adjoint in `kernel`. Shapes: small and large -> O x C x kH x kW. */
export function tiledKernel(e: Expressions, map: Correlation, operands: Operands): string {
  const small = e.transpose(atPoints(e, map, "small", operands), [0, 2, 1]);
  const product = e.matMul(small, atPoints(e, map, "large", operands));
  const matrix = kernelMatrix(map);
  const flat = e.reshape(product, [matrix.dims[0]!, -1]);
  return e.reshape(e.gemm(flat, e.builder.constant(matrix), { transA: true }), map.kernel);
}

function atPoints(e: Expressions, map: Correlation, operand: Operand, operands: Operands): string {
  const found = operands.tiles?.get(operand);
  if (found !== undefined) return found;
  const value = operands[operand]!;
  const made = operand === "kernel" ? kernelAtPoints(e, map, value) : mapAtPoints(e, map, operand, value);
  operands.tiles?.set(operand, made);
  return made;
}

/** O x C x kH x kW -> P x O x C. */
function kernelAtPoints(e: Expressions, map: Correlation, kernel: string): string {
  const [outputs, inputs] = map.kernel as [number, number];
  const matrix = kernelMatrix(map);
  const flat = e.reshape(kernel, [outputs * inputs, matrix.dims[1]!]);
  const points = e.gemm(e.builder.constant(matrix), flat, { transB: true });
  return e.reshape(points, [matrix.dims[0]!, outputs, inputs]);
}

/** N x K x H x W -> P x (tiles N) x K. No operand is moved but by the products that read it and one exchange of blocks. */
function mapAtPoints(e: Expressions, map: Correlation, side: "large" | "small", x: string): string {
  const { rows, columns, planes, dims } = tiling(map, side);
  const [height, width] = dims.slice(2) as [number, number];
  const across = e.gemm(e.builder.constant(columns.matrix), e.reshape(x, [planes * height, width]), {
    transB: true,
  });
  const upright = e.transpose(e.reshape(across, [columns.length, planes, height]), [0, 2, 1]);
  const both = e.matMul(e.builder.constant(rows.matrix), upright);
  const blocks = [columns.points, columns.tiles, rows.points, rows.tiles, planes];
  const ordered = e.transpose(e.reshape(both, blocks), [0, 2, 1, 3, 4]);
  const tiles = columns.tiles * rows.tiles * dims[0]!;
  return e.reshape(ordered, [columns.points * rows.points, tiles, dims[1]!]);
}

/** The adjoint of `mapAtPoints`: P x (tiles N) x K -> N x K x H x W. */
function fromPoints(e: Expressions, map: Correlation, side: "large" | "small", x: string): string {
  const { rows, columns, planes, dims } = tiling(map, side);
  const blocks = [columns.points, rows.points, columns.tiles, rows.tiles, planes];
  const ordered = e.transpose(e.reshape(x, blocks), [0, 2, 1, 3, 4]);
  const upright = e.reshape(ordered, [columns.length, rows.length, planes]);
  const across = e.matMul(e.transpose(upright, [0, 2, 1]), e.builder.constant(rows.matrix));
  const flat = e.reshape(across, [columns.length, planes * dims[2]!]);
  return e.reshape(e.gemm(flat, e.builder.constant(columns.matrix), { transA: true }), dims);
}

interface Tiling {
  readonly rows: AxisTiling;
  readonly columns: AxisTiling;
  readonly planes: number;
  readonly dims: readonly number[];
}

/** One axis of a map: `matrix` takes its places to (point, tile). */
interface AxisTiling {
  readonly points: number;
  readonly tiles: number;
  /** points · tiles */
  readonly length: number;
  readonly matrix: Tensor;
}

function tiling(map: Correlation, side: "large" | "small"): Tiling {
  const dims = map[side];
  const [rows, columns] = [axisTiling(map, side, 0), axisTiling(map, side, 1)];
  return { rows, columns, planes: dims[0]! * dims[1]!, dims };
}

/** Row (point, tile): Bᵀ of what a tile reads of `large`, or A of what it gives of `small`. */
function axisTiling(
  { window, large, small }: Correlation,
  side: "large" | "small",
  axis: number,
): AxisTiling {
  const { points, inputs, outputs } = minimalFiltering(window.kernel[axis]!);
  const tiles = Math.ceil(small[axis + 2]! / tileLength);
  const places = side === "large" ? large[axis + 2]! : small[axis + 2]!;
  const values = new Float32Array(points * tiles * places);
  for (let point = 0; point < points; point += 1)
    for (let tile = 0; tile < tiles; tile += 1) {
      const first = tile * tileLength - (side === "large" ? window.before[axis]! : 0);
      const taken = side === "large" ? inputs[point]! : outputs.map((row) => row[point]!);
      for (const [i, value] of taken.entries())
        if (first + i >= 0 && first + i < places) values[(point * tiles + tile) * places + first + i] = value;
    }
  const length = points * tiles;
  return { points, tiles, length, matrix: floatTensor([length, places], values) };
}

/** Row (point across, point down), column (offset down, offset across). Shape: P x (kH kW). */
function kernelMatrix({ window }: Correlation): Tensor {
  const [down, across] = window.kernel.map((taps) => minimalFiltering(taps).kernel) as [
    readonly (readonly number[])[],
    readonly (readonly number[])[],
  ];
  const values = across.flatMap((x) => down.flatMap((y) => y.flatMap((b) => x.map((a) => a * b))));
  return floatTensor([across.length * down.length, sizeOf(window.kernel)], values);
}
