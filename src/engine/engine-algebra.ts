import type { Algebra } from "../base/algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import type { ModelSource, Session } from "./engine.ts";

/** Dense products as two one-node graphs, loaded at first use. Float32, the runtime's own blocked summation. */
export function engineAlgebra(load: (source: ModelSource) => Promise<Session>): Algebra {
  const sessions = new Map<boolean, Promise<Session>>();
  const product = async (a: Matrix, b: Matrix, isTransposed: boolean): Promise<Matrix> => {
    if (!sessions.has(isTransposed)) sessions.set(isTransposed, load(createModel(gemm(isTransposed))));
    const session = await sessions.get(isTransposed)!;
    const feeds = {
      a: floatTensor([a.rows, a.columns], a.data),
      b: floatTensor([b.rows, b.columns], b.data),
    };
    const { c } = await session.run(feeds);
    return createMatrix(a.rows, isTransposed ? b.rows : b.columns, asFloat32(c!));
  };
  return {
    multiplyTransposed: async (a, b) => await product(a, b, true),
    multiply: async (a, b) => await product(a, b, false),
  };
}

function gemm(isTransposed: boolean): ReturnType<ReturnType<typeof createBuilder>["graph"]> {
  const b = createBuilder("gemm");
  const inputs = [
    b.input("a", "float32", ["N", "D"]),
    b.input("b", "float32", isTransposed ? ["M", "D"] : ["D", "M"]),
  ];
  b.output(b.op("Gemm", inputs, { transB: isTransposed ? 1 : 0 }), "c", "float32", ["N", "M"]);
  return b.graph();
}
