import { RootstockError, quoteList } from "../../base/errors.ts";
import { dropUnused } from "./cut-graph.ts";
import type { Dimension, Graph } from "../graph.ts";

/**
 * The part of a network behind one value, which becomes its only input; the counterpart of `cutAt`.
 * Throws E_LAYER where an output also needs a graph input by another way (a shortcut around the value), or does not
 * need the value at all.
 */
export function cutFrom(graph: Graph, value: string, { dims }: { dims: readonly Dimension[] }): Graph {
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.includes(value));
  const behind = dropUnused({ ...graph, nodes, inputs: [{ name: value, type: "float32", dims }] });
  const read = new Set([
    ...behind.nodes.flatMap(({ inputs }) => inputs),
    ...behind.outputs.map(({ name }) => name),
  ]);
  const around = graph.inputs.filter(({ name }) => name !== value && read.has(name));
  if (around.length > 0 || !read.has(value))
    throw new RootstockError(
      "E_LAYER",
      `cut: expected all that follows "${value}" to need it and nothing before it, got ` +
        `${around.length > 0 ? `a way around it from ${quoteList(around.map(({ name }) => name))}` : "outputs that do not"}.`,
      { hint: "Cut at the end of a block, not inside one." },
    );
  return behind;
}
