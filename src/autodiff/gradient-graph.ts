import { RootstockError, quoteList } from "../base/errors.ts";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { appendGradients } from "./append-gradients.ts";
import { createExpressions } from "./expressions.ts";
import { gradientPath, missingGradients } from "./gradient-path.ts";
import { knownShapes } from "./known-shapes.ts";
import { appendTrainingForm } from "./training-form.ts";

/**
 * The vector-Jacobian product of a graph's outputs as a graph of its own.
 * It has the inputs of `graph` and, for each output y, one more, `gradient/y`: dL/dy, of y's shape. Its outputs are
 * those of `graph` and, for each name in `of` (inputs or initializers), `gradient/<name>`: Σ dL/dy · dy/d(name).
 * A wanted value that no output depends on gets zeros. Dropout is off; `batchStatistics` lets batch normalisation use
 * the batch's own statistics (default false: the stored ones).
 * Free dimensions of the inputs are set by `dims` (name -> size), the first of each by `batchSize`.
 * Throws E_NO_GRADIENT listing every operator without a row, E_SHAPE where a dimension stays unknown.
 */
export function gradientGraph(
  graph: Graph,
  options: {
    readonly of: readonly string[];
    readonly dims?: Readonly<Record<string, number>>;
    readonly batchSize?: number;
    readonly batchStatistics?: boolean;
  },
): Graph {
  const { of, dims = {}, batchSize, batchStatistics = false } = options;
  const known = knownShapes(graph, { dims, ...(batchSize !== undefined && { batchSize }) });
  requireKnown(graph, of);
  const trained = new Set(of);
  const outputs = graph.outputs.map(({ name }) => name);
  const { typeOf } = known;
  const refusal = missingGradients(gradientPath(graph, { trained, outputs, typeOf }));
  if (refusal) throw refusal;
  const b = createBuilder(`${graph.name} gradient`, "backward/");
  const e = createExpressions(b);
  for (const [name, tensor] of graph.initializers) b.constant(tensor, name);
  for (const { name, type } of graph.inputs) b.input(name, type, known.dimsOf(name));
  const form = appendTrainingForm(e, graph, {
    seed: undefined,
    usesBatchStatistics: () => batchStatistics,
    isTrained: (name) => trained.has(name),
    known,
  });
  const seeds = new Map<string, string>();
  for (const { name, type } of graph.outputs) {
    const shape = known.dimsOf(name);
    b.output(name, name, type, shape);
    seeds.set(name, b.input(`gradient/${name}`, "float32", shape));
  }
  const path = gradientPath(form, { trained, outputs, typeOf: form.known.typeOf });
  const gradients = appendGradients(e, path, { known: form.known, seeds, wanted: trained });
  for (const name of of) {
    const shape = known.dimsOf(name);
    b.output(gradients.get(name) ?? e.zeros(shape), `gradient/${name}`, "float32", shape);
  }
  return b.graph();
}

/** Throws E_WEIGHTS naming every name that is neither an initializer nor an input of the graph. */
export function requireKnown(graph: Graph, names: readonly string[]): void {
  const known = new Set([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  const strange = names.filter((name) => !known.has(name));
  if (strange.length > 0)
    throw new RootstockError(
      "E_WEIGHTS",
      `autodiff: expected names of initializers or inputs of "${graph.name}", got ${quoteList(strange)}.`,
      { hint: `It has ${quoteList([...known])}.` },
    );
}
