import type { Algebra, Matrix64 } from "../base/algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph } from "../graph/graph.ts";
import { type Tensor, asFloat32, asFloat64, doubleTensor, floatTensor } from "../graph/tensor.ts";
import type { ModelSource, Session } from "./engine.ts";

/** Multiplications of one call of the runtime, which nothing can stop: a tenth of a second or two. */
const callProducts = 2 ** 31;

/** Which factor is turned about first. */
type Turned = "a" | "b" | "neither";

/**
 * Dense products as one-node graphs, each loaded at first use. Sums in the type of the factors, the runtime's own blocked
 * summation; float64 takes about two and a half times as long as float32.
 */
export function engineAlgebra(load: (source: ModelSource) => Promise<Session>): Algebra {
  const sessions = new Map<string, Promise<Session>>();
  const product = async (turned: Turned, a: Tensor, b: Tensor): Promise<Tensor> => {
    const key = `${a.type} ${turned}`;
    if (!sessions.has(key)) sessions.set(key, load(createModel(gemm(a.type, turned))));
    const session = await sessions.get(key)!;
    const { c } = await session.run({ a, b });
    return c!;
  };
  /** Large ones some rows after the other. */
  const single = async (turned: Turned, a: Matrix, b: Matrix): Promise<Matrix> => {
    const columns = turned === "b" ? b.rows : b.columns;
    const step = Math.max(1, Math.floor(callProducts / (a.columns * columns || 1)));
    const right = matrixTensor(b);
    if (a.rows <= step) {
      const c = await product(turned, matrixTensor(a), right);
      return createMatrix(a.rows, columns, asFloat32(c));
    }
    const out = createMatrix(a.rows, columns);
    for (let from = 0; from < a.rows; from += step) {
      const rows = Math.min(step, a.rows - from);
      const some = a.data.slice(from * a.columns, (from + rows) * a.columns);
      const c = await product(turned, floatTensor([rows, a.columns], some), right);
      out.data.set(asFloat32(c), from * columns);
    }
    return out;
  };
  const double = async (turned: Turned, a: Matrix64, b: Matrix64): Promise<Matrix64> => {
    const c = await product(turned, matrixTensor(a), matrixTensor(b));
    return { rows: c.dims[0]!, columns: c.dims[1]!, data: asFloat64(c) };
  };
  return {
    multiplyTransposed: async (a, b) => await single("b", a, b),
    multiply: async (a, b) => await single("neither", a, b),
    float64: {
      multiplyTransposed: async (a, b) => await double("b", a, b),
      transposedMultiply: async (a, b) => await double("a", a, b),
    },
  };
}

function matrixTensor({ rows, columns, data }: Matrix | Matrix64): Tensor {
  const dims = [rows, columns];
  return data instanceof Float64Array ? doubleTensor(dims, data) : floatTensor(dims, data);
}

function gemm(type: Tensor["type"], turned: Turned): Graph {
  const builder = createBuilder("gemm");
  const inputs = [builder.input("a", type, ["P", "Q"]), builder.input("b", type, ["R", "S"])];
  const turns = { transA: turned === "a" ? 1 : 0, transB: turned === "b" ? 1 : 0 };
  builder.output(builder.op("Gemm", inputs, turns), "c", type, ["T", "U"]);
  return builder.graph();
}
