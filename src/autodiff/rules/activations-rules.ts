import { floatOf, intOf, stringOf } from "../../graph/node-attributes.ts";
import type { Expressions } from "../expressions.ts";
import { elementwise } from "./gradient-laws.ts";
import type { GradientRule } from "./gradient-rule.ts";

/** y = 1 / (1 + e⁻ˣ): y' = y (1 - y). */
export const sigmoid = elementwise((e, { y }) => e.mul(y, e.sub(1, y)));

/** y = max(x, 0): slope 1 where y > 0 and 0 elsewhere, at 0 too, as in PyTorch. */
export const relu = elementwise((e, { y }) => isPositive(e, y));

/** 1 where x > 0, else 0. One pass on all threads, which Sign, Greater and Where are not. */
function isPositive(e: Expressions, x: string): string {
  return e.builder.op("HardSigmoid", [x], { alpha: steep, beta: 0 });
}

/** So steep a ramp that every normal float32 above 0 is past its end. */
const steep = 2 ** 126;

/** y = x where x >= 0, else α x; the slope at 0 is α, as in PyTorch. */
export const leakyRelu = elementwise((e, { x, context }) =>
  e.where(e.greater(x, 0), 1, floatOf(context.node, "alpha", 0.01)),
);

/**
 * y = x within the bounds: slope 1 between them, 0 at them and beyond (PyTorch's hardtanh, which ReLU6 is).
 * The product of the distances to both bounds is positive strictly between them alone.
 */
export const clip: GradientRule = ({ node, e, input, upstream }) => [
  () => {
    const x = input(0).name;
    const [low, high] = [node.inputs[1], node.inputs[2]];
    const inside = [...(low ? [e.sub(x, low)] : []), ...(high ? [e.sub(high, x)] : [])];
    if (inside.length === 0) return upstream();
    return e.mul(
      upstream(),
      isPositive(
        e,
        inside.reduce((a, b) => e.mul(a, b)),
      ),
    );
  },
  undefined,
  undefined,
];

/** y = clamp(α x + β, 0, 1): slope α strictly between the bounds. */
export const hardSigmoid = elementwise((e, { y, context }) =>
  e.where(e.and(e.greater(y, 0), e.less(y, 1)), floatOf(context.node, "alpha", 0.2), 0),
);

/** y = x clamp(x / 6 + 1/2, 0, 1): slope 0 up to -3, 1 from 3 on, x / 3 + 1/2 between. */
export const hardSwish = elementwise((e, { x }) =>
  e.where(e.less(x, -3), 0, e.where(e.less(x, 3), e.add(e.div(x, 3), 0.5), 1)),
);

/** y = x Φ(x), or its tanh approximation (Hendrycks & Gimpel 2016). */
export const gelu = elementwise((e, { x, context }) =>
  stringOf(context.node, "approximate", "none") === "tanh" ? tanhGeluSlope(e, x) : geluSlope(e, x),
);

/** Φ(x) + x φ(x). */
function geluSlope(e: Expressions, x: string): string {
  const distribution = e.mul(0.5, e.add(1, e.erf(e.mul(x, Math.SQRT1_2))));
  const density = e.mul(1 / Math.sqrt(2 * Math.PI), e.exp(e.mul(-0.5, e.mul(x, x))));
  return e.add(distribution, e.mul(x, density));
}

/** y = x (1 + t) / 2, t = tanh(c (x + 0.044715 x³)), c = √(2/π): (1 + t) / 2 + x (1 - t²) c (1 + 0.134145 x²) / 2. */
function tanhGeluSlope(e: Expressions, x: string): string {
  const c = Math.sqrt(2 / Math.PI);
  const square = e.mul(x, x);
  const t = e.tanh(e.mul(c, e.mul(x, e.add(1, e.mul(0.044715, square)))));
  const inner = e.mul(c, e.add(1, e.mul(3 * 0.044715, square)));
  const bend = e.mul(e.mul(x, e.sub(1, e.mul(t, t))), inner);
  return e.mul(0.5, e.add(e.add(1, t), bend));
}

/** dx = (dy - Σ dy y) y, the sum along the axis. */
export const softmax: GradientRule = ({ node, e, input, output, upstream }) => [
  () => {
    const axes = [axisOf(node, input(0).dims.length)];
    const y = output().name;
    return e.mul(y, e.sub(upstream(), e.sum(e.mul(upstream(), y), axes)));
  },
];

/** dx = dy - eʸ Σ dy, the sum along the axis. */
export const logSoftmax: GradientRule = ({ node, e, input, output, upstream }) => [
  () => {
    const axes = [axisOf(node, input(0).dims.length)];
    return e.sub(upstream(), e.mul(e.exp(output().name), e.sum(upstream(), axes)));
  },
];

function axisOf(node: Parameters<typeof intOf>[0], rank: number): number {
  const axis = intOf(node, "axis", -1);
  return axis < 0 ? axis + rank : axis;
}
