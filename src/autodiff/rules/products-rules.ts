import { floatOf, intOf } from "../../graph/node-attributes.ts";
import { correlationOf } from "./correlation.ts";
import type { Expressions } from "../expressions.ts";
import { sumTo } from "./gradient-laws.ts";
import type { GradientRule, KnownValue } from "./gradient-rule.ts";
import { spread } from "./image-gradients.ts";
import { correlate } from "./kernel-gradients.ts";
import type { TiledOperands } from "./tiled.ts";
import { windowAttributes } from "./window.ts";

/**
 * Y = X * W + b. Shapes: X N x C x H x W, W O x C/g x kH x kW, b O -> Y N x O x H' x W'.
 * Where `trainingForm` wrote it by tiles, X and W at the points are its further outputs.
 */
export const conv: GradientRule = ({ node, e, input, output, upstream }) => {
  const [x, w, y] = [input(0), input(1), output()];
  const map = correlationOf(node, { large: x.dims, kernel: w.dims, small: y.dims });
  const [, large, kernel] = node.outputs;
  const tiles: TiledOperands = new Map();
  if (large) tiles.set("large", large);
  if (kernel) tiles.set("kernel", kernel);
  return [
    () => spread(e, map, { small: upstream(), kernel: w.name, tiles }),
    () => correlate(e, map, { small: upstream(), large: x.name, tiles }),
    () => channelSums(e, y, upstream()),
  ];
};

/** The adjoint of Conv as a layer. Shapes: X N x C x H x W, W C x O/g x kH x kW, b O -> Y N x O x H' x W'. */
export const convTranspose: GradientRule = ({ node, e, input, output, upstream }) => {
  const [x, w, y] = [input(0), input(1), output()];
  const map = correlationOf(node, { large: y.dims, kernel: w.dims, small: x.dims });
  return [
    () => e.builder.op("Conv", [upstream(), w.name], { ...windowAttributes(map.window), group: map.groups }),
    () => correlate(e, map, { small: x.name, large: upstream() }),
    () => channelSums(e, y, upstream()),
  ];
};

/** db[o] = Σ_n,y dY[n, o, y]. Shape: O. */
function channelSums(e: Expressions, y: KnownValue, dy: string): string {
  const axes = y.dims.map((_, axis) => axis).filter((axis) => axis !== 1);
  return e.reshape(e.sum(dy, axes), [y.dims[1]!]);
}

/** Y = α A' B' + β C, where ' is an optional transpose. Shapes: A' M x K, B' K x N, C broadcast to M x N. */
export const gemm: GradientRule = ({ node, e, input, output, upstream }) => {
  const [alpha, beta] = [floatOf(node, "alpha", 1), floatOf(node, "beta", 1)];
  const [transA, transB] = [intOf(node, "transA", 0) === 1, intOf(node, "transB", 0) === 1];
  const [a, b] = [input(0).name, input(1).name];
  return [
    () =>
      transA
        ? e.gemm(b, upstream(), { transA: transB, transB: true, alpha })
        : e.gemm(upstream(), b, { transB: !transB, alpha }),
    () =>
      transB
        ? e.gemm(upstream(), a, { transA: true, transB: transA, alpha })
        : e.gemm(a, upstream(), { transA: !transA, alpha }),
    () => {
      const sums = sumTo(e, upstream(), { from: output().dims, to: input(2).dims });
      return beta === 1 ? sums : e.mul(sums, beta);
    },
  ];
};

/**
 * Y = A B over the last two axes, batch axes broadcast: dA = dY Bᵀ, dB = Aᵀ dY.
 * A vector counts as a row on the left and as a column on the right, as in ONNX.
 */
export const matMul: GradientRule = ({ e, input, output, upstream }) => {
  const [a, b] = [asRow(e, input(0)), asColumn(e, input(1))];
  const batch = output().dims.slice(0, output().dims.length - Number(!a.isVector) - Number(!b.isVector));
  const dims = [...batch, a.dims.at(-2)!, b.dims.at(-1)!];
  const isPlain = dims.length === output().dims.length;
  const dy = (): string => (isPlain ? upstream() : e.reshape(upstream(), dims));
  const back = (
    x: string,
    from: readonly number[],
    operand: KnownValue,
    matrix: readonly number[],
  ): string => {
    const summed = sumTo(e, x, { from, to: matrix });
    return String(matrix) === String(operand.dims) ? summed : e.reshape(summed, operand.dims);
  };
  return [
    () => back(e.matMul(dy(), flipped(e, b)), [...batch, ...a.dims.slice(-2)], input(0), a.dims),
    () => back(e.matMul(flipped(e, a), dy()), [...batch, ...b.dims.slice(-2)], input(1), b.dims),
  ];
};

interface MatrixOperand extends KnownValue {
  readonly isVector: boolean;
}

function asRow(e: Expressions, value: KnownValue): MatrixOperand {
  if (value.dims.length > 1) return { ...value, isVector: false };
  const dims = [1, value.dims[0]!];
  return { ...value, name: e.reshape(value.name, dims), dims, isVector: true };
}

function asColumn(e: Expressions, value: KnownValue): MatrixOperand {
  if (value.dims.length > 1) return { ...value, isVector: false };
  const dims = [value.dims[0]!, 1];
  return { ...value, name: e.reshape(value.name, dims), dims, isVector: true };
}

function flipped(e: Expressions, { name, dims }: KnownValue): string {
  const last = dims.length - 1;
  const axes = dims.map((_, i) => i).slice(0, -2);
  return e.transpose(name, [...axes, last, last - 1]);
}
