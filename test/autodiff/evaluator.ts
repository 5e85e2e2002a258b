import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, numbersOf } from "../../src/graph/tensor.ts";
import { elementwiseOperators } from "./evaluator-elementwise.ts";
import { shapeOperators } from "./evaluator-shapes.ts";
import type { Operator, Values } from "./evaluator-values.ts";
import { windowOperators } from "./evaluator-windows.ts";

const operators: Readonly<Record<string, Operator>> = {
  ...elementwiseOperators,
  ...shapeOperators,
  ...windowOperators,
};

/** Runs a graph in float64, written for clearness: the witness for gradients, by loops straight from the definitions. */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, Values>>): Map<string, Values> {
  const values = new Map<string, Values>(Object.entries(feeds));
  for (const [name, tensor] of graph.initializers) if (!values.has(name)) values.set(name, valuesOf(tensor));
  for (const node of graph.nodes) {
    const operator = operators[node.operator];
    if (operator === undefined) throw new Error(`the evaluator has no ${node.operator}`);
    const inputs = node.inputs.map((name) => values.get(name)!);
    for (const [i, result] of operator(inputs, node).entries())
      if (node.outputs[i]) values.set(node.outputs[i], result);
  }
  return values;
}

export function valuesOf(tensor: Tensor): Values {
  return { dims: tensor.dims, data: Float64Array.from(numbersOf(tensor)) };
}
