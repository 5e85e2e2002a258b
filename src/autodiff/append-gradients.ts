import { RootstockError } from "../base/errors.ts";
import type { GraphNode } from "../graph/graph.ts";
import type { Expressions } from "./expressions.ts";
import type { GradientPath } from "./gradient-path.ts";
import type { KnownValue, RuleContext } from "./rules/gradient-rule.ts";
import { ruleFor } from "./rules/gradient-rules.ts";
import type { KnownShapes } from "./known-shapes.ts";

/**
 * Reverse mode: writes the nodes that carry the gradients in `seeds` (value -> its gradient's name) back along the
 * path, and returns the gradient of each value in `wanted` that the loss depends on.
 * Contributions to a value that is read several times are summed in the order of the graph, so two runs agree.
 * Source: Griewank & Walther 2008, chapter 3; the table form is tinygrad's idea.
 */
export function appendGradients(
  e: Expressions,
  path: GradientPath,
  {
    known,
    seeds,
    wanted,
  }: { known: KnownShapes; seeds: ReadonlyMap<string, string>; wanted: ReadonlySet<string> },
): Map<string, string> {
  const parts = new Map<string, string[]>([...seeds].map(([value, gradient]) => [value, [gradient]]));
  const totalOf = (value: string): string | undefined => {
    const found = parts.get(value);
    if (found === undefined) return undefined;
    const total = found.length === 1 ? found[0]! : e.builder.op("Sum", found.toReversed());
    parts.set(value, [total]);
    return total;
  };
  for (const node of path.nodes.toReversed()) {
    if (!node.outputs.some((name) => parts.has(name))) continue;
    const rule = ruleFor(node);
    if (typeof rule !== "function")
      throw new RootstockError("E_NO_GRADIENT", `node "${node.name}": no rule for ${rule}.`);
    const gradients = rule(contextOf(e, node, { known, totalOf }));
    for (const [i, name] of node.inputs.entries()) {
      if (!path.active.has(name)) continue;
      const write = gradients[i];
      if (write !== undefined) parts.set(name, [...(parts.get(name) ?? []), write()]);
    }
  }
  return new Map([...wanted].flatMap((name) => (parts.has(name) ? [[name, totalOf(name)!] as const] : [])));
}

function contextOf(
  e: Expressions,
  node: GraphNode,
  { known, totalOf }: { known: KnownShapes; totalOf: (value: string) => string | undefined },
): RuleContext {
  const value = (name: string | undefined, what: string): KnownValue => {
    if (!name)
      throw new RootstockError(
        "E_SHAPE",
        `node "${node.name}" (${node.operator}): expected ${what}, got none.`,
      );
    return { name, dims: known.dimsOf(name), type: known.typeOf(name) ?? "float32" };
  };
  const output = (i = 0): KnownValue => value(node.outputs[i], `an output ${i}`);
  return {
    node,
    e,
    input: (i) => value(node.inputs[i], `an input ${i}`),
    output,
    upstream: (i = 0) => totalOf(output(i).name) ?? e.zeros(output(i).dims),
    constants: (i) => (node.inputs[i] ? known.constantsOf(node.inputs[i]) : undefined),
    integers: (i) => (node.inputs[i] ? known.numbersOf(node.inputs[i], node) : undefined),
  };
}
