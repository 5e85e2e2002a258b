import { createBuilder } from "../../src/graph/build.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { floatTensor, int64List } from "../../src/graph/tensor.ts";
import type { OperatorCase } from "./operator-cases.ts";

/** A graph of the one node, its float inputs called x0, x1, ... and its outputs y0, y1, ... */
export function operatorGraph(given: OperatorCase): Graph {
  const b = createBuilder(given.operator);
  const inputs = given.inputs.map((dims, i) => b.input(`x${i}`, "float32", dims));
  for (const constant of given.constants ?? []) {
    if (constant === null) inputs.push("");
    else
      inputs.push(
        b.constant(typeof constant === "number" ? floatTensor([], [constant]) : int64List(constant)),
      );
  }
  const results = b.ops(given.operator, inputs, given.outputs ?? 1, { ...given.attributes });
  for (const [i, result] of results.entries()) b.output(result, `y${i}`, "float32", undefined);
  return b.graph();
}
