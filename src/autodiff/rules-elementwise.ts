import { broadcasting, elementwise } from "./gradient-laws.ts";
import type { GradientRule } from "./gradient-rule.ts";

// Arithmetic and functions of one variable, each derivative beside its function.

export const add = broadcasting(
  (_, { dy }) => dy,
  (_, { dy }) => dy,
);

export const sub = broadcasting(
  (_, { dy }) => dy,
  (e, { dy }) => e.neg(dy),
);

export const mul = broadcasting(
  (e, { b, dy }) => e.mul(dy, b),
  (e, { a, dy }) => e.mul(dy, a),
);

/** y = a / b: da = dy / b, db = -dy y / b. */
export const div = broadcasting(
  (e, { b, dy }) => e.div(dy, b),
  (e, { b, y, dy }) => e.neg(e.div(e.mul(dy, y), b)),
);

/** y = aᵇ: da = dy b aᵇ⁻¹, db = dy y ln a. */
export const pow = broadcasting(
  (e, { a, b, dy }) => e.mul(dy, e.mul(b, e.pow(a, e.sub(b, 1)))),
  (e, { a, y, dy }) => e.mul(dy, e.mul(y, e.log(a))),
);

export const neg: GradientRule = ({ e, upstream }) => [() => e.neg(upstream())];
export const sqrt = elementwise((e, { y }) => e.div(0.5, y));
export const exp = elementwise((_, { y }) => y);
export const log = elementwise((e, { x }) => e.div(1, x));
export const erf = elementwise((e, { x }) => e.mul(2 / Math.sqrt(Math.PI), e.exp(e.neg(e.mul(x, x)))));
export const tanh = elementwise((e, { y }) => e.sub(1, e.mul(y, y)));
export const sigmoid = elementwise((e, { y }) => e.mul(y, e.sub(1, y)));
