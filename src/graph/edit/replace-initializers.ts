import { RootstockError } from "../../base/errors.ts";
import type { Graph } from "../graph.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The same graph with other weights. Every replacement must name an initializer and keep its type and dims.
 * Throws E_WEIGHTS naming all that do not fit.
 */
export function replaceInitializers(graph: Graph, replacements: ReadonlyMap<string, Tensor>): Graph {
  const faults = [...replacements].flatMap(([name, tensor]) => {
    const old = graph.initializers.get(name);
    if (old === undefined) return [`"${name}" is no initializer`];
    const isSame = old.type === tensor.type && String(old.dims) === String(tensor.dims);
    return isSame ? [] : [`"${name}" is ${old.type} [${old.dims}], got ${tensor.type} [${tensor.dims}]`];
  });
  if (faults.length > 0)
    throw new RootstockError(
      "E_WEIGHTS",
      `weights: expected tensors that fit the graph: ${faults.slice(0, 5).join("; ")}` +
        `${faults.length > 5 ? `; and ${faults.length - 5} more` : ""}.`,
    );
  const merged = [...graph.initializers].map(([name, tensor]): [string, Tensor] => [
    name,
    replacements.get(name) ?? tensor,
  ]);
  return { ...graph, initializers: new Map(merged) };
}
