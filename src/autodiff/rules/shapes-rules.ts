import { intOf, intsOf } from "../../graph/node-attributes.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { Expressions } from "../expressions.ts";
import { sumTo } from "./gradient-laws.ts";
import type { GradientRule, RuleContext } from "./gradient-rule.ts";

// Values move and are not changed: the gradient moves back. Reshape, Flatten, Squeeze, Unsqueeze: see `reshaping`.

/** y = x: dx = dy. */
export const identity: GradientRule = ({ upstream }) => [() => upstream()];

/** Off outside training; in training `trainingForm` writes it as a product with a seeded mask. */
export const dropout: GradientRule = ({ upstream }) => [() => upstream(), undefined, undefined];

/** Both sides are float32: a Cast to whole numbers carries no gradient, and one to other floats is refused. */
export const cast: GradientRule = ({ e, upstream }) => [() => e.builder.op("Cast", [upstream()], { to: 1 })];

/** y = x with its axes permuted: dx = dy permuted back. */
export const transpose: GradientRule = ({ node, e, input, upstream }) => [
  () => {
    const rank = input(0).dims.length;
    const order = intsOf(node, "perm") ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
    const inverse = order.map((_, axis) => order.indexOf(axis));
    return e.transpose(upstream(), inverse);
  },
];

/** Each input takes its stretch of the gradient. */
export const concat: GradientRule = ({ node, e, input, output, upstream }) => {
  const axis = fromFront(intOf(node, "axis", 0), output().dims.length);
  const ends: number[] = [];
  for (const i of node.inputs.keys()) ends.push((ends.at(-1) ?? 0) + input(i).dims[axis]!);
  return ends.map((end, i) => () => e.slice(upstream(), { axis, start: end - input(i).dims[axis]!, end }));
};

/** The parts' gradients side by side; a part that nothing reads gives zeros. */
export const split: GradientRule = ({ node, e, input, upstream }) => [
  () => {
    const axis = fromFront(intOf(node, "axis", 0), input(0).dims.length);
    return e.concat(
      node.outputs.map((_, i) => upstream(i)),
      axis,
    );
  },
  undefined,
];

/** Zeros where the slice took nothing; steps put zeros between, a negative step turns the axis round. */
export const slice: GradientRule = (context) => {
  const { e, input, upstream, integers } = context;
  const { dims } = input(0);
  return [
    () => {
      const starts = integers(1) ?? [];
      const axes = integers(3) ?? starts.map((_, i) => i);
      const steps = integers(4) ?? starts.map(() => 1);
      return starts
        .map((start, i) => ({ axis: fromFront(axes[i]!, dims.length), start, step: steps[i]! }))
        .sort((one, other) => one.axis - other.axis)
        .reduce((gradient, cut) => unslice(e, gradient, { context, ...cut }), upstream());
    },
    ...[1, 2, 3, 4].map(() => undefined),
  ];
};

function unslice(
  e: Expressions,
  gradient: string,
  { context, axis, start, step }: { context: RuleContext; axis: number; start: number; step: number },
): string {
  const [size, count] = [context.input(0).dims[axis]!, context.output().dims[axis]!];
  const first = Math.min(Math.max(start < 0 ? start + size : start, 0), step < 0 ? size - 1 : size);
  const low = step < 0 ? first + (count - 1) * step : first;
  const forward = step < 0 ? e.slice(gradient, { axis, start: -1, end: -(2 ** 31), step: -1 }) : gradient;
  const spaced = interleave(e, forward, { context, axis, count, step: Math.abs(step) });
  const length = count === 0 ? 0 : (count - 1) * Math.abs(step) + 1;
  const rank = context.input(0).dims.length;
  return e.pad(spaced, { rank, axis, before: low, after: size - low - length });
}

/** step - 1 zeros between neighbours along the axis: count -> (count - 1) step + 1. */
function interleave(
  e: Expressions,
  x: string,
  { context, axis, count, step }: { context: RuleContext; axis: number; count: number; step: number },
): string {
  if (step === 1 || count < 2) return x;
  // Axes before this one have their input's length by now, those behind it still the output's.
  const before = sizeOf(context.input(0).dims.slice(0, axis));
  const later = context.output().dims.slice(axis + 1);
  const apart = e.pad(e.reshape(x, [before, count, 1, sizeOf(later)]), {
    rank: 4,
    axis: 2,
    before: 0,
    after: step - 1,
  });
  const joined = e.reshape(apart, [...context.input(0).dims.slice(0, axis), count * step, ...later]);
  return e.slice(joined, { axis, start: 0, end: (count - 1) * step + 1 });
}

/** Constant padding: the gradient of the part inside. Negative pads cut, so their adjoint adds zeros. */
export const pad: GradientRule = (context) => [
  () => {
    const { e, input, upstream, integers } = context;
    const { dims } = input(0);
    const pads = integers(1) ?? [];
    const axes = integers(3) ?? dims.map((_, i) => i);
    let gradient = upstream();
    for (const [i, given] of axes.entries()) {
      const axis = fromFront(given, dims.length);
      const [before, after] = [pads[i]!, pads[i + axes.length]!];
      if (before > 0 || after > 0) {
        const start = Math.max(before, 0);
        const kept = dims[axis]! + Math.min(before, 0) + Math.min(after, 0);
        gradient = e.slice(gradient, { axis, start, end: start + kept });
      }
      if (before < 0 || after < 0)
        gradient = e.pad(gradient, {
          rank: dims.length,
          axis,
          before: Math.max(0, -before),
          after: Math.max(0, -after),
        });
    }
    return gradient;
  },
  undefined,
  undefined,
  undefined,
];

/** Every summed entry gets the sum's gradient. */
export const reduceSum: GradientRule = (context) => [
  () => spreadOverAxes(context, context.upstream()),
  undefined,
];

/** Every averaged entry gets its share of the mean's gradient. */
export const reduceMean: GradientRule = (context) => [
  () => {
    const count = sizeOf(context.input(0).dims) / sizeOf(context.output().dims);
    return spreadOverAxes(context, context.e.mul(context.upstream(), 1 / count));
  },
  undefined,
];

function spreadOverAxes(context: RuleContext, gradient: string): string {
  const { node, e, input, integers } = context;
  const { dims } = input(0);
  const given = intsOf(node, "axes") ?? integers(1) ?? [];
  if (given.length === 0 && intOf(node, "noop_with_empty_axes", 0) === 1) return gradient;
  const axes = new Set(given.length === 0 ? dims.keys() : given.map((axis) => fromFront(axis, dims.length)));
  const kept = dims.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  return e.expand(e.reshape(gradient, kept), dims);
}

/** Repeated values: their gradients add up. */
export const expand: GradientRule = ({ e, input, output, upstream }) => [
  () => sumTo(e, upstream(), { from: output().dims, to: input(0).dims }),
  undefined,
];

function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
