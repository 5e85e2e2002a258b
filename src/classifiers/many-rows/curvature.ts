import { type Algebra, plainAlgebra } from "../../base/algebra.ts";
import { type Matrix, createMatrix, rowOf, selectRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import type { Engine } from "../../engine/engine.ts";
import { createBuilder } from "../../graph/build.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import { matrixTensor } from "../state.ts";
import { leadingVectors } from "../transforms/leading-vectors.ts";
import { withConstant } from "./held-rows.ts";

/** Rows looked at: the main directions of any number of rows show in as many. */
const sampleRows = 1024;
/** Directions kept apart. 48 leave a tenth more rounds than all of 513 would (4,000 x 512, squared hinge, six C). */
const directions = 48;
/** Nearer than this no direction needs to be known. */
const directionTolerance = 1e-3;

/** Eigenvalues below this share of the largest are float32's rounding. */
const leastShare = 1e-6;

/** XᵀX / n of rows with a constant, roughly: its largest directions, and one size for all others. */
export interface Curvature {
  /** Rows at right angles, of norm 1. Shape: r x (D + 1). */
  readonly vectors: Matrix;
  /** Shape: r. */
  readonly values: Float64Array;
  readonly rest: number;
}

/** What decides it beside the rows. */
export interface CurvatureOptions {
  readonly algebra?: Algebra | undefined;
  readonly seed?: number | undefined;
  readonly pause: Pause;
  /** The point about which the rows are meant; default 0. Shape: D. */
  readonly origin?: Float64Array | undefined;
}

/** The curvature of rows, from a sample evenly spread over them. It steers a solver and decides no result. Shape: N x D. */
export async function curvatureOf(
  features: Matrix,
  { algebra = plainAlgebra, seed = 0, pause, origin }: CurvatureOptions,
): Promise<Curvature> {
  const count = Math.min(sampleRows, features.rows);
  const picked = Array.from({ length: count }, (_, i) => Math.floor((i * features.rows) / count));
  const sample = withConstant(selectRows(features, picked), { origin });
  const gram = await algebra.multiplyTransposed(sample, sample);
  const wanted = Math.min(directions, count, sample.columns);
  const settings = { algebra, seed, pause, tolerance: directionTolerance };
  const leading = await leadingVectors(gram, wanted, settings);
  const kept = leading.values.findLastIndex((value) => value > leastShare * leading.values[0]!) + 1;
  const values = leading.values.slice(0, kept);
  const vectors = await algebra.multiply(firstRows(leading.vectors, kept), sample);
  values.forEach((value, i) => rowOf(vectors, i).forEach((x, j, row) => (row[j] = x / Math.sqrt(value))));
  let left = -values.reduce((sum, value) => sum + value, 0);
  for (let i = 0; i < count; i += 1) left += gram.data[i * count + i]!;
  return {
    vectors,
    values: values.map((value) => value / count),
    rest: Math.max(left / Math.max(1, sample.columns - kept), leastShare * values[0]!) / count,
  };
}

/** Flattens each row of `vectors` at its own scale: see `openFlattener`. Shapes: m x (D + 1), m -> m x (D + 1). */
export type Flatten = (vectors: Matrix, scales: readonly number[]) => Promise<Matrix>;

/**
 * (I + scale XᵀX / n)⁻¹ as the curvature has it, in the runtime: what makes a solver's rounds few whatever C.
 * With V the directions, g = 1 / (1 + scale λ) and h the same of the rest, it is h I + Vᵀ diag(g − h) V.
 */
export async function openFlattener(
  { vectors: directions, values, rest }: Curvature,
  { engine, signal }: { engine: Engine; signal?: AbortSignal | undefined },
): Promise<AsyncDisposable & { readonly flatten: Flatten }> {
  const session = await engine.load(createModel(flattenGraph(directions)), { signal });
  const flatten: Flatten = async ({ rows, columns, data }, scales) => {
    const elsewhere = Float32Array.from(scales, (scale) => 1 / (1 + scale * rest));
    const gains = scales.flatMap((scale, i) =>
      Array.from(values, (value) => 1 / (1 + scale * value) - elsewhere[i]!),
    );
    const feeds = {
      vectors: floatTensor([rows, columns], data),
      elsewhere: floatTensor([rows, 1], elsewhere),
      gains: floatTensor([rows, values.length], gains),
    };
    const { flat } = await session.run(feeds, { signal });
    return createMatrix(rows, columns, asFloat32(flat!));
  };
  return { flatten, [Symbol.asyncDispose]: async () => await session[Symbol.asyncDispose]() };
}

function flattenGraph(directions: Matrix): Graph {
  const b = createBuilder("flatten");
  const vectors = b.input("vectors", "float32", ["M", directions.columns]);
  const elsewhere = b.input("elsewhere", "float32", ["M", 1]);
  const gains = b.input("gains", "float32", ["M", directions.rows]);
  const basis = b.constant(matrixTensor(directions));
  const along = b.op("Mul", [b.op("Gemm", [vectors, basis], { transB: 1 }), gains]);
  const flat = b.op("Add", [b.op("MatMul", [along, basis]), b.op("Mul", [vectors, elsewhere])]);
  b.output(flat, "flat", "float32", ["M", directions.columns]);
  return b.graph();
}

function firstRows({ columns, data }: Matrix, count: number): Matrix {
  return createMatrix(count, columns, data.slice(0, count * columns));
}
