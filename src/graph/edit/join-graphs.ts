import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Graph, ValueInfo } from "../graph.ts";
import { renameValues, valueNames } from "./rename-values.ts";

/** A graph that becomes part of another. */
export interface GraphPart {
  readonly graph: Graph;
  /** Starts every name of this part, shared inputs excepted: "alexnet/". Unique among the parts. */
  readonly prefix: string;
}

/**
 * Several graphs side by side in one; outputs are named `prefix + name`, in the order of the parts.
 * Inputs named in `shared` are fed once for all parts that have them; the others get their part's prefix.
 * The parts must be in written form (see `upgradeOpset`).
 * Throws E_SHAPE where parts declare a shared input differently, E_ONNX for prefixes that collide.
 */
export function joinGraphs(
  name: string,
  parts: readonly GraphPart[],
  options: { readonly shared?: readonly string[] } = {},
): Graph {
  const shared = options.shared ?? [];
  const renamed = parts.map(({ graph, prefix }) => {
    const isInput = new Set(graph.inputs.map((input) => input.name));
    return renameValues(graph, { prefix, except: shared.filter((input) => isInput.has(input)) });
  });
  requireDisjoint(renamed, new Set(shared));
  const inputs = new Map<string, ValueInfo>();
  for (const input of renamed.flatMap((graph) => graph.inputs)) {
    requireSameInput(inputs.get(input.name), input);
    if (!inputs.has(input.name)) inputs.set(input.name, input);
  }
  return {
    name,
    inputs: [...inputs.values()],
    outputs: renamed.flatMap((graph) => graph.outputs),
    initializers: new Map(renamed.flatMap((graph) => [...graph.initializers])),
    nodes: renamed.flatMap((graph) => graph.nodes),
  };
}

/**
 * `second` after `first`: input `i` of `second` is fed by output `mapping[i]` of `first`.
 * Unmapped inputs of `second` become inputs of the whole. Outputs are those of `second`, then those of `first` named
 * in `keep`. Both must be in written form.
 * Throws E_ONNX for mapped names that do not exist and for names used in both (`renameValues` with a prefix helps),
 * E_SHAPE where types or fixed dimensions disagree.
 *
 * @example
 * chainGraphs(preprocessingGraph(card.preprocessing), backbone.model.graph, { input: "pixel_values" })
 */
export function chainGraphs(
  first: Graph,
  second: Graph,
  mapping: Readonly<Record<string, string>>,
  options: { readonly keep?: readonly string[] } = {},
): Graph {
  const outputs = new Map(first.outputs.map((output) => [output.name, output]));
  const inputs = new Map(second.inputs.map((input) => [input.name, input]));
  const unknown = [
    ...Object.keys(mapping).filter((name) => !inputs.has(name)),
    ...[...Object.values(mapping), ...(options.keep ?? [])].filter((name) => !outputs.has(name)),
  ];
  if (unknown.length > 0)
    throw new RootstockError(
      "E_ONNX",
      `chain: no such input or output: ${quoteList(unknown)}. Outputs of "${first.name}": ` +
        `${quoteList([...outputs.keys()])}; inputs of "${second.name}": ${quoteList([...inputs.keys()])}.`,
    );
  for (const [to, from] of Object.entries(mapping)) requireFit(outputs.get(from)!, inputs.get(to)!);
  const fed = new Set(Object.keys(mapping));
  requireDisjoint([first, withoutInputs(second, fed)], new Set());
  const rewired = rewire(second, mapping);
  return {
    name: second.name,
    inputs: [...first.inputs, ...rewired.inputs.filter(({ name }) => !outputs.has(name))],
    outputs: [...rewired.outputs, ...(options.keep ?? []).map((name) => outputs.get(name)!)],
    initializers: new Map([...first.initializers, ...rewired.initializers]),
    nodes: [...first.nodes, ...rewired.nodes],
  };
}

/** Several inputs may read one output, so this is no injective renaming: inputs are replaced where they are read. */
function rewire(graph: Graph, mapping: Readonly<Record<string, string>>): Graph {
  const groups = new Set(Object.values(mapping));
  if (groups.size === Object.keys(mapping).length)
    return renameValues(graph, new Map(Object.entries(mapping)));
  const aliases = Object.entries(mapping).map(([to, from]) => ({
    name: to,
    operator: "Identity",
    domain: "",
    inputs: [from],
    outputs: [to],
    attributes: {},
  }));
  const inputs = graph.inputs.filter(({ name }) => !Object.hasOwn(mapping, name));
  return { ...graph, inputs, nodes: [...aliases, ...graph.nodes] };
}

function withoutInputs(graph: Graph, names: ReadonlySet<string>): Iterable<string> {
  return [...valueNames(graph)].filter((name) => !names.has(name));
}

function requireDisjoint(parts: readonly (Graph | Iterable<string>)[], shared: ReadonlySet<string>): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const part of parts) {
    const own = new Set("nodes" in part ? valueNames(part) : part);
    for (const name of own) if (seen.has(name) && !shared.has(name)) twice.add(name);
    for (const name of own) seen.add(name);
  }
  if (twice.size > 0)
    throw new RootstockError(
      "E_ONNX",
      `join: expected value names that differ between the graphs, got ${quoteList([...twice])} in more than one.`,
      { hint: "Give each part a prefix of its own." },
    );
}

function requireSameInput(known: ValueInfo | undefined, input: ValueInfo): void {
  if (known !== undefined) requireFit(known, input);
}

/** Same element type; same rank; fixed dimensions equal. */
function requireFit(from: ValueInfo, to: ValueInfo): void {
  const isFit =
    from.type === to.type &&
    (from.dims === undefined ||
      to.dims === undefined ||
      (from.dims.length === to.dims.length &&
        from.dims.every(
          (dim, i) => typeof dim === "string" || typeof to.dims![i] === "string" || dim === to.dims![i],
        )));
  if (!isFit)
    throw new RootstockError(
      "E_SHAPE",
      `join: expected "${to.name}" to be ${describe(to)}, got ${describe(from)} from "${from.name}".`,
    );
}

function describe({ type, dims }: ValueInfo): string {
  return `${type} [${dims ?? "any"}]`;
}
