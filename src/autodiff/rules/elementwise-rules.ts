import { broadcasting, elementwise, sumTo } from "./gradient-laws.ts";
import type { GradientRule } from "./gradient-rule.ts";

// Arithmetic and functions of one variable, each derivative beside its function.

/** y = a + b: da = dy, db = dy. */
export const add = broadcasting(
  (_, { dy }) => dy,
  (_, { dy }) => dy,
);

/** y = a - b: da = dy, db = -dy. */
export const sub = broadcasting(
  (_, { dy }) => dy,
  (e, { dy }) => e.neg(dy),
);

/** y = a b: da = dy b, db = dy a. */
export const mul = broadcasting(
  (e, { b, dy }) => e.mul(dy, b),
  (e, { a, dy }) => e.mul(dy, a),
);

/** y = a / b: da = dy / b, db = -dy y / b. */
export const div = broadcasting(
  (e, { b, dy }) => e.div(dy, b),
  (e, { b, y, dy }) => e.neg(e.div(e.mul(dy, y), b)),
);

/**
 * y = aᵇ: da = dy b aᵇ⁻¹, 0 where b is 0; db = dy y ln a, 0 where a is 0 and b is not negative, as in PyTorch.
 * The exponent may be of whole numbers.
 */
export const pow: GradientRule = (context) => {
  const { e, input, output, upstream } = context;
  const [a, y] = [input(0), output()];
  const given = input(1);
  const exponent = (): string =>
    given.type === "float32" ? given.name : e.builder.op("Cast", [given.name], { to: 1 });
  const slope = (b: string): string => e.mul(b, e.pow(a.name, e.sub(b, 1)));
  const isNeverZero = context.constants(1)?.every((value) => value !== 0) ?? false;
  const atZero = (b: string): string => e.and(e.equal(a.name, 0), e.not(e.less(b, 0)));
  return [
    () => {
      const b = exponent();
      const da = isNeverZero ? slope(b) : e.where(e.equal(b, 0), 0, slope(b));
      return sumTo(e, e.mul(upstream(), da), { from: y.dims, to: a.dims });
    },
    () => {
      const b = exponent();
      const db = e.where(atZero(b), 0, e.mul(y.name, e.log(a.name)));
      return sumTo(e, e.mul(upstream(), db), { from: y.dims, to: given.dims });
    },
  ];
};

/** y = -x: dx = -dy. */
export const neg: GradientRule = ({ e, upstream }) => [() => e.neg(upstream())];
/** y = √x: dx = dy / 2y. */
export const sqrt = elementwise((e, { y }) => e.div(0.5, y));
/** y = eˣ: dx = dy y. */
export const exp = elementwise((_, { y }) => y);
/** y = log x: dx = dy / x. */
export const log = elementwise((e, { x }) => e.div(1, x));
/** y = erf x: dx = dy 2/√π exp(−x²). */
export const erf = elementwise((e, { x }) => e.mul(2 / Math.sqrt(Math.PI), e.exp(e.neg(e.mul(x, x)))));
/** y = tanh x: dx = dy (1 − y²). */
export const tanh = elementwise((e, { y }) => e.sub(1, e.mul(y, y)));
