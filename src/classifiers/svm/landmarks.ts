import { plainAlgebra } from "../../base/algebra.ts";
import { type SquareMatrix, choleskyInSteps, solveUpper } from "../../base/linear-algebra.ts";
import { type Matrix, createMatrix, rowOf, selectRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { hashString } from "../../base/random.ts";
import { createBuilder } from "../../graph/build.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { WithEngine } from "../many-rows/many-rows.ts";
import { type ReferenceRows, appendDistances, distancesFromGram } from "../neighbours/reference-rows.ts";
import { matrixTensor } from "../state.ts";
import { rbf } from "./kernel-model.ts";

/** Added to the diagonal of the landmarks' kernel, whose float32 values are that uncertain; it also keeps L⁻ᵀ small. */
const jitter = 1e-4;

/** Rows mapped at a time: some tens of milliseconds, so that a stop never waits for long. */
const mappedRows = 1024;

const solvedColumns = 128;

/** Rows that stand for all in a kernel. */
export interface Landmarks {
  readonly rows: ReferenceRows;
  /** Squared distances between them. Shape: m x m. */
  readonly distances: Matrix;
}

/** Draws `count` rows, or all where they are fewer, decided by the seed and the rows' values: the order they come in does not matter. Shape: N x D. */
export async function drawLandmarks(
  features: Matrix,
  count: number,
  { seed = 0, algebra = plainAlgebra }: Pick<WithEngine, "seed" | "algebra">,
): Promise<Landmarks> {
  const start = hashString(`${seed}/landmarks`);
  const ranks = Float64Array.from({ length: features.rows }, (_, i) => hashOf(rowOf(features, i), start));
  const order = Int32Array.from(ranks.keys()).sort((a, b) => ranks[a]! - ranks[b]!);
  const rows = selectRows(features, order.subarray(0, Math.min(count, features.rows)));
  const distances = distancesFromGram(await algebra.multiplyTransposed(rows, rows));
  return { rows: { rows, offset: new Float32Array(features.columns) }, distances };
}

/** Features whose products are nearly those of a kernel. */
export interface LandmarkMap {
  /** Shapes: n x D -> n x m. */
  map(features: Matrix): Promise<Matrix>;
  /** Weights of the mapped features as coefficients of the landmarks' kernel. Shapes: K x m -> K x m. */
  unmap(weights: Matrix): Matrix;
}

/**
 * φ(x) = L⁻¹ k(Z, x) with L Lᵀ = k(Z, Z): φ(x)·φ(x′) is the kernel exp(−γ ‖x − x′‖²) as far as the landmarks Z know it.
 * Source: Williams and Seeger 2001, Using the Nyström Method to Speed Up Kernel Machines.
 */
export async function mapByLandmarks(
  { rows: references, distances }: Landmarks,
  gamma: number,
  { engine, signal, pause }: WithEngine,
): Promise<LandmarkMap & AsyncDisposable> {
  const size = distances.rows;
  const kernel = Float64Array.from(rbf(distances, gamma).data);
  for (let i = 0; i < size; i += 1) kernel[i * size + i]! += jitter;
  const lower = await choleskyInSteps({ size, data: kernel }, pause);
  const graph = mapGraph(references, gamma, await invertUpper(lower, pause));
  const session = await engine.load(createModel(graph), { signal });
  return {
    map: async ({ rows, columns, data }) => {
      const out = createMatrix(rows, size);
      for (let from = 0; from < rows; from += mappedRows) {
        const count = Math.min(mappedRows, rows - from);
        const some = data.slice(from * columns, (from + count) * columns);
        const { mapped } = await session.run({ features: floatTensor([count, columns], some) }, { signal });
        out.data.set(asFloat32(mapped!), from * size);
      }
      return out;
    },
    unmap: (weights) => {
      const rows = Float64Array.from(transposed(weights));
      return createMatrix(
        weights.rows,
        size,
        transposed(createMatrix(size, weights.rows, Float32Array.from(solveUpper(lower, rows)))),
      );
    },
    [Symbol.asyncDispose]: async () => await session[Symbol.asyncDispose](),
  };
}

/** L⁻ᵀ, some columns after the other, each as far down as it has values. Shape: m x m. */
async function invertUpper({ size, data }: SquareMatrix, pause: Pause): Promise<Matrix> {
  const out = createMatrix(size, size);
  for (let from = 0; from < size; from += solvedColumns) {
    await pause();
    const end = Math.min(from + solvedColumns, size);
    const count = end - from;
    const corner = new Float64Array(end * end);
    for (let i = 0; i < end; i += 1) corner.set(data.subarray(i * size, i * size + end), i * end);
    const some = new Float64Array(end * count);
    for (let j = 0; j < count; j += 1) some[(from + j) * count + j] = 1;
    const solved = solveUpper({ size: end, data: corner }, some);
    for (let i = 0; i < end; i += 1)
      out.data.set(solved.subarray(i * count, (i + 1) * count), i * size + from);
  }
  return out;
}

function mapGraph(references: ReferenceRows, gamma: number, whitening: Matrix): Graph {
  const b = createBuilder("landmarks");
  const features = b.input("features", "float32", ["N", references.rows.columns]);
  const distances = appendDistances(b, features, references);
  const kernel = b.op("Exp", [b.op("Mul", [distances, b.scalar(-gamma)])]);
  const mapped = b.op("MatMul", [kernel, b.constant(matrixTensor(whitening))]);
  b.output(mapped, "mapped", "float32", ["N", whitening.columns]);
  return b.graph();
}

/** FNV-1a over the bits of a row. */
function hashOf(row: Float32Array, start: number): number {
  let hash = start;
  const bits = new Int32Array(row.buffer, row.byteOffset, row.length);
  for (let j = 0; j < bits.length; j += 1) hash = Math.imul(hash ^ bits[j]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function transposed({ rows, columns, data }: Matrix): Float32Array {
  return data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)]!);
}
