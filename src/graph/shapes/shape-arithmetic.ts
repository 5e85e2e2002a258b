import { combine, product, sliceRange, unknown } from "./dimensions.ts";
import type { Dimension } from "../graph.ts";
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from "../half-floats.ts";
import { attributeOf, intOf, tensorOf } from "../node-attributes.ts";
import { type InferredValue, type ShapeContext, maximumValues } from "./shape-context.ts";
import { type ElementType, type Tensor, numbersOf } from "../tensor.ts";

type Values = readonly Dimension[];

/** From the numbers of a node's inputs to those of its first output; undefined where they cannot be told. */
type ValueRule = (c: ShapeContext, output: InferredValue) => Values | undefined;

/**
 * The numbers of a node's first output, where it is arithmetic on shapes: short lists, at most one dimension,
 * computed in the output's own type. Free dimensions pass through as names.
 */
export function evaluateValues(c: ShapeContext, output: InferredValue): Values | undefined {
  const size = product(output.dims);
  if (output.dims.length > 1 || typeof size === "string" || size > maximumValues) return undefined;
  const values = c.node.domain === "" ? valueRules.get(c.node.operator)?.(c, output) : undefined;
  return values?.length === size ? values.map((value) => inType(value, output.type)) : undefined;
}

/** A constant's numbers, where it is short enough to be part of a shape. */
export function valuesOfTensor(tensor: Tensor): Values | undefined {
  const isShort = tensor.dims.length <= 1 && (tensor.dims[0] ?? 1) <= maximumValues;
  return isShort ? numbersOf(tensor) : undefined;
}

function inType(value: Dimension, type: ElementType): Dimension {
  if (typeof value === "string") return value;
  if (type === "bool") return Number(value !== 0);
  if (type === "float32") return Math.fround(value);
  if (type === "float16") return halfToNumber(numberToHalf(value));
  if (type === "bfloat16") return bfloatToNumber(numberToBfloat(value));
  return type === "float64" ? value : Math.trunc(value);
}

const copy: ValueRule = (c) => c.values(0);

/** A free dimension survives what leaves it as it is: times 1, plus 0, divided by 1. */
function elementwise(f: (a: number, b: number) => number, neutral?: number): ValueRule {
  return (c, output) => {
    const [a, b] = [c.values(0), c.values(1)];
    const size = output.dims[0] ?? 1;
    if (a === undefined || b === undefined || typeof size === "string" || c.inputCount !== 2)
      return undefined;
    return Array.from({ length: size }, (_, i) => {
      const [x, y] = [a[a.length === 1 ? 0 : i] ?? unknown, b[b.length === 1 ? 0 : i] ?? unknown];
      return y === neutral ? x : combine(x, y, f);
    });
  };
}

function each(f: (value: number) => number): ValueRule {
  return (c) => c.values(0)?.map((value) => (typeof value === "number" ? f(value) : unknown));
}

function fold(f: (a: number, b: number) => number): ValueRule {
  return (c, output) => {
    const values = c.values(0);
    if (values === undefined || values.length === 0 || product(output.dims) !== 1) return undefined;
    return [values.reduce((a, b) => combine(a, b, f))];
  };
}

const shapeOf: ValueRule = (c) => {
  const { dims } = c.input(0);
  const end = intOf(c.node, "end", dims.length);
  const { first, count } = sliceRange(dims.length, { start: intOf(c.node, "start", 0), end, step: 1 });
  return dims.slice(first, first + count);
};

const gathered: ValueRule = (c) => {
  const [values, indices] = [c.values(0), c.values(1)];
  return (
    values && indices?.map((index) => (typeof index === "number" ? (values.at(index) ?? unknown) : unknown))
  );
};

const joined: ValueRule = (c) => {
  const parts = Array.from({ length: c.inputCount }, (_, i) => c.values(i));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
};

const sliced: ValueRule = (c) => {
  const values = c.values(0);
  const start = c.attributeOrInput("starts", 1)?.[0];
  const end = c.attributeOrInput("ends", 2)?.[0];
  const step = c.optional(4) === undefined ? 1 : c.values(4)?.[0];
  if (
    values === undefined ||
    typeof start !== "number" ||
    typeof end !== "number" ||
    typeof step !== "number"
  )
    return undefined;
  const { first, count } = sliceRange(values.length, { start, end, step });
  return Array.from({ length: count }, (_, i) => values[first + i * step]!);
};

const filled: ValueRule = (c, output) => {
  const tensor = tensorOf(c.node, "value");
  const value = tensor === undefined ? 0 : numbersOf(tensor)[0]!;
  const size = output.dims[0] ?? 1;
  return typeof size === "number" ? Array.from({ length: size }, () => value) : undefined;
};

const literal: ValueRule = ({ node }) => {
  const tensor = tensorOf(node, "value");
  if (tensor !== undefined) return valuesOfTensor(tensor);
  const one = attributeOf(node, "value_float", "float") ?? attributeOf(node, "value_int", "int");
  if (one !== undefined) return [one];
  return attributeOf(node, "value_floats", "floats") ?? attributeOf(node, "value_ints", "ints");
};

const counted: ValueRule = (c, output) => {
  const [start, delta] = [c.values(0)?.[0], c.values(2)?.[0]];
  const size = output.dims[0];
  if (typeof start !== "number" || typeof delta !== "number" || typeof size !== "number") return undefined;
  return Array.from({ length: size }, (_, i) => start + i * delta);
};

const chosen: ValueRule = (c, output) => {
  const [condition, yes, no] = [c.values(0), c.values(1), c.values(2)];
  const size = output.dims[0] ?? 1;
  if (!condition || !yes || !no || typeof size === "string") return undefined;
  const at = (values: Values, i: number): Dimension => values[values.length === 1 ? 0 : i] ?? unknown;
  return Array.from({ length: size }, (_, i) => {
    const flag = at(condition, i);
    return typeof flag === "string" ? unknown : at(flag === 0 ? no : yes, i);
  });
};

/** C's remainder by default has the divisor's sign for integers, the dividend's with fmod. */
const remainder: ValueRule = (c, output) =>
  elementwise((a, b) => (intOf(c.node, "fmod", 0) === 1 ? a % b : a - Math.floor(a / b) * b))(c, output);

const valueRules: ReadonlyMap<string, ValueRule> = new Map<string, ValueRule>([
  ["Abs", each(Math.abs)],
  ["Add", elementwise((a, b) => a + b, 0)],
  ["Cast", copy],
  ["Ceil", each(Math.ceil)],
  ["Concat", joined],
  ["Constant", literal],
  ["ConstantOfShape", filled],
  ["Div", elementwise((a, b) => a / b, 1)],
  ["Equal", elementwise((a, b) => Number(a === b))],
  ["Floor", each(Math.floor)],
  ["Gather", gathered],
  ["Greater", elementwise((a, b) => Number(a > b))],
  ["Identity", copy],
  ["Less", elementwise((a, b) => Number(a < b))],
  ["Max", elementwise(Math.max)],
  ["Min", elementwise(Math.min)],
  ["Mod", remainder],
  ["Mul", elementwise((a, b) => a * b, 1)],
  ["Neg", each((value) => -value)],
  ["Range", counted],
  ["ReduceMax", fold(Math.max)],
  ["ReduceMin", fold(Math.min)],
  ["ReduceProd", fold((a, b) => a * b)],
  ["ReduceSum", fold((a, b) => a + b)],
  ["Reshape", copy],
  ["Shape", shapeOf],
  ["Size", (c) => [product(c.input(0).dims)]],
  ["Slice", sliced],
  ["Sqrt", each(Math.sqrt)],
  ["Squeeze", copy],
  ["Sub", elementwise((a, b) => a - b, 0)],
  ["Unsqueeze", copy],
  ["Where", chosen],
]);
