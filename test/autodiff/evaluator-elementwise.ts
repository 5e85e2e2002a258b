import { floatOf, intOf, stringOf } from "../../src/graph/node-attributes.ts";
import { type Operator, type Values, broadcastAt, broadcastDims, placeOf, fill } from "./evaluator-values.ts";

function unary(f: (x: number) => number): Operator {
  return ([x]) => [{ dims: x!.dims, data: x!.data.map(f) }];
}

function nary(f: (...values: number[]) => number): Operator {
  return (inputs) => {
    const dims = broadcastDims(...inputs.map((input) => input.dims));
    return [
      fill(dims, (i) => {
        const place = placeOf(i, dims);
        return f(...inputs.map((input) => broadcastAt(input, place)));
      }),
    ];
  };
}

/** erf by its Taylor series, or by the continued fraction of erfc far out (Abramowitz & Stegun 7.1.6, 7.1.14). */
export function erf(x: number): number {
  if (Math.abs(x) > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k -= 1) fraction = k / 2 / (Math.abs(x) + fraction);
    return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction));
  }
  let [sum, term] = [0, x];
  for (let k = 0; Math.abs(term) > 1e-18 && k < 200; k += 1) {
    sum += term;
    term *= (2 * x * x) / (2 * k + 3);
  }
  return ((2 / Math.sqrt(Math.PI)) * sum * 1) / Math.exp(x * x);
}

const gelu: Operator = ([x], node) => {
  const cubic = (v: number): number => Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3));
  const isTanh = stringOf(node, "approximate", "none") === "tanh";
  return [
    { dims: x!.dims, data: x!.data.map((v) => 0.5 * v * (1 + (isTanh ? cubic(v) : erf(v * Math.SQRT1_2)))) },
  ];
};

const clip: Operator = ([x, low, high]) => {
  const [least, most] = [low?.data[0] ?? -Infinity, high?.data[0] ?? Infinity];
  return [{ dims: x!.dims, data: x!.data.map((v) => Math.min(Math.max(v, least), most)) }];
};

function softmaxAlong(x: Values, axis: number, isLog: boolean): Values {
  const step = x.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const size = x.dims[axis]!;
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < x.data.length; i += 1) {
    if (Math.floor(i / step) % size !== 0) continue;
    const line = Array.from({ length: size }, (_, k) => x.data[i + k * step]!);
    const top = Math.max(...line);
    const total = line.reduce((sum, v) => sum + Math.exp(v - top), 0);
    for (const [k, v] of line.entries())
      data[i + k * step] = isLog ? v - top - Math.log(total) : Math.exp(v - top) / total;
  }
  return { dims: x.dims, data };
}

function softmax(isLog: boolean): Operator {
  return ([x], node) => {
    const axis = intOf(node, "axis", -1);
    return [softmaxAlong(x!, axis < 0 ? axis + x!.dims.length : axis, isLog)];
  };
}

/** To a float, a truth value, or a whole number, by ONNX's number of the type. */
function castTo(type: number): (x: number) => number {
  if ([1, 10, 11, 16].includes(type)) return (x) => x;
  return type === 9 ? (x) => Number(x !== 0) : Math.trunc;
}

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Add: nary((a, b) => a + b),
  Sub: nary((a, b) => a - b),
  Mul: nary((a, b) => a * b),
  Div: nary((a, b) => a / b),
  Pow: nary((a, b) => a ** b),
  Min: nary(Math.min),
  Max: nary(Math.max),
  Sum: nary((...values) => values.reduce((a, b) => a + b, 0)),
  Greater: nary((a, b) => Number(a > b)),
  Equal: nary((a, b) => Number(a === b)),
  Less: nary((a, b) => Number(a < b)),
  And: nary((a, b) => Number(a !== 0 && b !== 0)),
  Not: unary((x) => Number(x === 0)),
  Where: nary((condition, a, b) => (condition === 0 ? b : a)),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Erf: unary(erf),
  Tanh: unary(Math.tanh),
  Sign: unary(Math.sign),
  Round: unary(Math.round),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Relu: unary((x) => Math.max(x, 0)),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  HardSwish: unary((x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)),
  Identity: unary((x) => x),
  Cast: ([x], node) => [{ dims: x!.dims, data: x!.data.map(castTo(intOf(node, "to", 1))) }],
  LeakyRelu: ([x], node) => unary((v) => (v < 0 ? floatOf(node, "alpha", 0.01) * v : v))([x!], node),
  HardSigmoid: ([x], node) =>
    unary((v) => Math.min(Math.max(floatOf(node, "alpha", 0.2) * v + floatOf(node, "beta", 0.5), 0), 1))(
      [x!],
      node,
    ),
  Gelu: gelu,
  Clip: clip,
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
};
