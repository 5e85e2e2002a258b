import fc from "fast-check";
import type { DifferentiableOperator } from "../../src/autodiff/rules/gradient-rules.ts";
import type { AttributeValue } from "../../src/graph/build.ts";

/** One node to be differentiated: shapes of its float inputs, then its constant inputs. */
export interface OperatorCase {
  readonly operator: DifferentiableOperator;
  /** In the order of the operator's inputs; each is random data and gets its gradient checked. */
  readonly inputs: readonly (readonly number[])[];
  /** Integer lists or float scalars behind them; null leaves an optional input out. */
  readonly constants?: readonly (readonly number[] | number | null)[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  /** How many of the inputs have a gradient; all by default. The others are data all the same. */
  readonly differentiable?: number;
  /** Data is positive: logarithms, roots, powers, variances. */
  readonly isPositive?: boolean;
}

type Draw = fc.Arbitrary<Omit<OperatorCase, "operator">>;

const small = fc.integer({ min: 1, max: 4 });
const image = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), small, small);
const shape = fc.array(small, { minLength: 1, maxLength: 4 });

const one: Draw = shape.map((dims) => ({ inputs: [dims] }));
const positive: Draw = one.map((drawn) => ({ ...drawn, isPositive: true }));

/** Two shapes that broadcast: any axis of either may be 1, the shorter may lack leading axes. */
const pair: Draw = fc
  .tuple(shape, fc.array(fc.constantFrom("both", "left", "right"), { minLength: 4, maxLength: 4 }), fc.nat(2))
  .map(([dims, ones, dropped]) => ({
    inputs: [
      dims.map((dim, i) => (ones[i] === "left" ? 1 : dim)),
      dims.map((dim, i) => (ones[i] === "right" ? 1 : dim)).slice(Math.min(dropped, dims.length)),
    ],
  }));

/** Any window with its image: odd sizes, uneven padding, gaps at the end that the stride never reaches. */
const windowDraw = fc
  .record({
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    extra: fc.tuple(fc.nat(4), fc.nat(4)),
  })
  .map(({ extra, ...window }) => {
    const size = extra.map((more, i) => {
      const covered = (window.kernel[i]! - 1) * window.dilations[i]! + 1;
      return Math.max(1, covered - window.pads[i]! - window.pads[i + 2]!) + more;
    });
    return { ...window, size };
  });

const channels = fc.record({
  batch: fc.constantFrom(1, 2),
  group: fc.constantFrom(1, 1, 2, 3),
  c: small,
  o: small,
});

const conv: Draw = fc
  .tuple(windowDraw, channels, fc.boolean())
  .map(([window, { batch, group, c, o }, hasBias]) => {
    const { kernel, size, strides, dilations, pads } = window;
    const weight = [o * group, Math.min(c, 2), ...kernel];
    const inputs = [[batch, weight[1]! * group, ...size], weight, ...(hasBias ? [[o * group]] : [])];
    return { inputs, attributes: { group, strides, dilations, pads } };
  });

const convTranspose: Draw = fc.tuple(windowDraw, channels).map(([window, { batch, group, c, o }]) => {
  const { kernel, strides, dilations } = window;
  const output_padding = strides.map((stride) => stride - 1);
  const inputs = [[batch, c * group, 2, 3], [c * group, Math.min(o, 2), ...kernel], [Math.min(o, 2) * group]];
  return { inputs, attributes: { group, strides, dilations, output_padding } };
});

/** ONNX wants pads below the kernel in pooling. */
const pool = fc.tuple(windowDraw, fc.boolean(), fc.integer({ min: 1, max: 2 })).map(([window, isCeil, c]) => {
  const { kernel, strides, size } = window;
  const pads = window.pads.map((pad, i) => Math.min(pad, Math.floor(kernel[i % 2]! / 2)));
  const image = size.map((extent, i) => Math.max(extent, kernel[i]!));
  return {
    inputs: [[2, c, ...image]],
    attributes: { kernel_shape: kernel, strides, pads, ceil_mode: Number(isCeil) },
  };
});

const gemm: Draw = fc
  .tuple(
    small,
    small,
    small,
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom("none", "row", "column", "full", "scalar"),
  )
  .map(([m, k, n, transA, transB, bias]) => {
    const addend = { none: [], row: [[n]], column: [[m, 1]], full: [[m, n]], scalar: [[1]] }[bias];
    const inputs = [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n], ...addend];
    return { inputs, attributes: { transA: Number(transA), transB: Number(transB), alpha: 0.5, beta: 1.5 } };
  });

const matMul: Draw = fc.constantFrom(
  {
    inputs: [
      [3, 4],
      [4, 2],
    ],
  },
  {
    inputs: [
      [2, 3, 4],
      [4, 2],
    ],
  },
  {
    inputs: [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
  },
  { inputs: [[4], [4, 2]] },
  { inputs: [[3, 4], [4]] },
  { inputs: [[4], [4]] },
  { inputs: [[2, 3, 4], [4]] },
);

const withAxis: Draw = shape.chain((dims) =>
  fc
    .integer({ min: -dims.length, max: dims.length - 1 })
    .map((axis) => ({ inputs: [dims], attributes: { axis } })),
);

const slice: Draw = fc
  .record({
    start: fc.integer({ min: -7, max: 6 }),
    end: fc.integer({ min: -8, max: 9 }),
    step: fc.constantFrom(-3, -2, -1, 1, 2, 3),
  })
  .map(({ start, end, step }) => ({
    inputs: [[4, 6, 5]],
    constants: [
      [start, 1],
      [end, 5],
      [1, -1],
      [step, 2],
    ],
  }));

const reduce: Draw = fc
  .tuple(image, fc.subarray([0, 1, -2, -1]), fc.boolean())
  .map(([dims, axes, keepdims]) => ({
    inputs: [dims],
    constants: [axes],
    attributes: { keepdims: Number(keepdims) },
  }));

const channelsOf = (extra: number): Draw =>
  image.map((dims) => ({
    inputs: [dims, ...Array.from({ length: extra }, () => [dims[1]])],
    isPositive: true,
  }));

/** For every operator of the table, the cases that its gradient is tried on. */
export const operatorCases: Readonly<Record<DifferentiableOperator, Draw>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matMul,
  Add: pair,
  Sub: pair,
  Mul: pair,
  Div: pair.map((drawn) => ({ ...drawn, isPositive: true })),
  Neg: one,
  Pow: pair.map((drawn) => ({ ...drawn, isPositive: true })),
  Sqrt: positive,
  Exp: one,
  Log: positive,
  Erf: one,
  Tanh: one,
  Relu: one,
  Clip: one.chain((drawn) =>
    fc.constantFrom([-0.5, 0.5], [null, 0.5], [-0.5], []).map((constants) => ({ ...drawn, constants })),
  ),
  LeakyRelu: one.map((drawn) => ({ ...drawn, attributes: { alpha: 0.1 } })),
  Sigmoid: one,
  HardSigmoid: one.map((drawn) => ({ ...drawn, attributes: { alpha: 0.8, beta: 0.4 } })),
  HardSwish: one,
  Gelu: one.chain((drawn) =>
    fc.constantFrom("none", "tanh").map((approximate) => ({ ...drawn, attributes: { approximate } })),
  ),
  Softmax: withAxis,
  LogSoftmax: withAxis,
  MaxPool: pool,
  AveragePool: pool.chain((drawn) =>
    fc
      .constantFrom(0, 1)
      .map((count) => ({ ...drawn, attributes: { ...drawn.attributes, count_include_pad: count } })),
  ),
  GlobalAveragePool: image.map((dims) => ({ inputs: [dims] })),
  BatchNormalization: channelsOf(4).map((drawn) => ({ ...drawn, differentiable: 3 })),
  LayerNormalization: fc.constantFrom(
    { inputs: [[2, 3, 4], [4], [4]], attributes: { axis: -1 } },
    {
      inputs: [
        [2, 3, 4],
        [3, 4],
        [3, 4],
      ],
      attributes: { axis: 1 },
    },
    { inputs: [[3, 5], [5]], attributes: { axis: 1 } },
  ),
  LRN: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).map(([c, size]) => ({
    inputs: [[2, c, 2, 1]],
    attributes: { size, alpha: 0.5, beta: 0.75, bias: 2 },
  })),
  Concat: fc
    .tuple(image, fc.integer({ min: -4, max: 3 }), fc.array(small, { minLength: 1, maxLength: 3 }))
    .map(([dims, axis, sizes]) => ({
      inputs: sizes.map((size) => [...dims].with(axis, size)),
      attributes: { axis },
    })),
  Split: fc.constantFrom<Omit<OperatorCase, "operator">>(
    { inputs: [[2, 6]], constants: [[1, 3, 2]], attributes: { axis: -1 }, outputs: 3 },
    { inputs: [[5, 2]], constants: [[2, 3]], attributes: { axis: 0 }, outputs: 2 },
  ),
  Slice: slice,
  Flatten: image.chain((dims) =>
    fc.integer({ min: 0, max: 4 }).map((axis) => ({ inputs: [dims], attributes: { axis } })),
  ),
  Reshape: fc.constant({ inputs: [[2, 3, 4]], constants: [[4, -1]] }),
  Transpose: image.chain((dims) =>
    fc
      .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
      .map((perm) => ({ inputs: [dims], attributes: { perm } })),
  ),
  Squeeze: fc.constant({ inputs: [[2, 1, 3, 1]], constants: [[1, -1]] }),
  Unsqueeze: fc.constant({ inputs: [[2, 3]], constants: [[0, -1]] }),
  Expand: fc.constant({ inputs: [[3, 1]], constants: [[2, 3, 4]] }),
  Pad: fc
    .array(fc.integer({ min: -1, max: 2 }), { minLength: 4, maxLength: 4 })
    .map((pads) => ({ inputs: [[2, 3, 4]], constants: [pads, 0.5, [1, -1]] })),
  ReduceMean: reduce,
  ReduceSum: reduce,
  Dropout: one,
  Identity: one,
  Cast: one.map((drawn) => ({ ...drawn, attributes: { to: 1 } })),
};
