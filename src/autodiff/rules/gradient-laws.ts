import type { Expressions, Term } from "../expressions.ts";
import type { GradientRule, RuleContext } from "./gradient-rule.ts";

/**
 * y = f(x), entry by entry: dL/dx = dL/dy · f'(x).
 * The derivative is written from x and y, whichever is cheaper.
 */
export function elementwise(
  derivative: (e: Expressions, value: { x: string; y: string; context: RuleContext }) => Term,
): GradientRule {
  return (context) => [
    () => {
      const value = { x: context.input(0).name, y: context.output().name, context };
      return context.e.mul(context.upstream(), derivative(context.e, value));
    },
  ];
}

/**
 * y = f(a, b) with broadcasting: each operand's gradient is summed back to the operand's shape.
 * `da` and `db` write dL/da and dL/db at the shape of y.
 */
export function broadcasting(
  da: (e: Expressions, value: BinaryValue) => string,
  db: (e: Expressions, value: BinaryValue) => string,
): GradientRule {
  return (context) => {
    const [a, b, y] = [context.input(0), context.input(1), context.output()];
    const value = (): BinaryValue => ({ a: a.name, b: b.name, y: y.name, dy: context.upstream() });
    return [
      () => sumTo(context.e, da(context.e, value()), { from: y.dims, to: a.dims }),
      () => sumTo(context.e, db(context.e, value()), { from: y.dims, to: b.dims }),
    ];
  };
}

interface BinaryValue {
  readonly a: string;
  readonly b: string;
  readonly y: string;
  readonly dy: string;
}

/** The values are kept and only their shape differs: dL/dx is dL/dy in the shape of x. */
export const reshaping: GradientRule = (context) => [
  () => context.e.reshape(context.upstream(), context.input(0).dims),
];

/** The adjoint of broadcasting `to` -> `from`: sums over the axes along which values were repeated. */
export function sumTo(
  e: Expressions,
  x: string,
  { from, to }: { from: readonly number[]; to: readonly number[] },
): string {
  if (String(from) === String(to)) return x;
  const added = from.length - to.length;
  const axes = from.flatMap((dim, axis) =>
    axis < added || (to[axis - added] === 1 && dim !== 1) ? [axis] : [],
  );
  const summed = e.sum(x, axes);
  return added === 0 ? summed : e.reshape(summed, to);
}
