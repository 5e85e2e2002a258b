import { createMatrix } from "../../base/matrix.ts";
import type { FittedTransform, Transform } from "./transform.ts";

/** Norms below this are those of an all-zero row: it stays zero. */
const leastNorm = 1e-12;

/** sign(x) √|x|: tames a few large activations. Perronnin et al. 2010, Improving the Fisher Kernel. */
export const signedSquareRoot: Transform = stateless((blocks) => ({
  blocks,
  apply: ({ rows, columns, data }) => {
    const out = createMatrix(rows, columns);
    for (let at = 0; at < data.length; at += 1) {
      const value = data[at]!;
      out.data[at] = value < 0 ? -Math.sqrt(-value) : Math.sqrt(value);
    }
    return out;
  },
  appendTo: (builder, features) => {
    const root = builder.op("Sqrt", [builder.op("Abs", [features])]);
    return builder.op("Mul", [builder.op("Sign", [features]), root]);
  },
  state: new Map(),
}));

/** Each of B blocks of each row divided by √B times its Euclidean norm: rows of norm 1, every backbone alike. */
export const normaliseRows: Transform = stateless((blocks) => ({
  blocks,
  apply: (features) => {
    const out = createMatrix(features.rows, features.columns);
    for (let i = 0, from = 0; i < features.rows; i += 1)
      for (const columns of blocks) {
        const to = from + columns;
        let squares = 0;
        for (let at = from; at < to; at += 1) squares += features.data[at]! * features.data[at]!;
        const divisor = Math.max(leastNorm, Math.sqrt(squares)) * Math.sqrt(blocks.length);
        for (let at = from; at < to; at += 1) out.data[at] = features.data[at]! / divisor;
        from = to;
      }
    return out;
  },
  appendTo: (builder, features) => {
    const parts =
      blocks.length === 1
        ? [features]
        : builder.ops("Split", [features, builder.ints(blocks)], blocks.length, { axis: 1 });
    const scaled = parts.map((part) => {
      const norm = builder.op("ReduceL2", [part, builder.ints([1])], { keepdims: 1 });
      const safe = builder.op("Max", [norm, builder.scalar(leastNorm)]);
      return builder.op("Div", [part, builder.op("Mul", [safe, builder.scalar(Math.sqrt(blocks.length))])]);
    });
    return scaled.length === 1 ? scaled[0]! : builder.op("Concat", scaled, { axis: 1 });
  },
  state: new Map(),
}));

/** A transform that learns nothing but the blocks. */
function stateless(create: (blocks: readonly number[]) => FittedTransform): Transform {
  return {
    fit: async (_, blocks) => create(blocks),
    fitRows: async (_, blocks) => create(blocks),
    restore: (_, blocks) => create(blocks),
  };
}
