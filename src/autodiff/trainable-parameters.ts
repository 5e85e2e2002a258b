import type { Graph, GraphNode } from "../graph/graph.ts";
import { sizeOf } from "../graph/tensor.ts";
import { carriersOf, gradientPath } from "./gradient-path.ts";
import { ruleFor } from "./rules/gradient-rules.ts";

/** Inputs that hold what a layer has learnt, whatever their size. */
const weightInputs: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [0, 1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  LayerNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  RMSNormalization: [1],
};

/** Operators of formulas; behind a layer a constant operand is its bias or its scale, unless it is a single number. */
const formulas = new Set(["Add", "Sub", "Mul", "Div"]);

/** What moves a parameter about on its way to where it is used. */
const movements = new Set([
  "Identity",
  "Reshape",
  "Flatten",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Expand",
  "Cast",
]);

/**
 * The parameters that could be trained: float32 initializers that the outputs depend on and that are an operand of a
 * convolution, a product or a normalisation, or, behind one of these, a bias or scale of more than one number.
 * Exponents, bounds, factors and other constants of formulas are settings, and so is what prepares the pixels; running
 * statistics of batch normalisation are moved, not trained. In the order in which they are read.
 */
export function trainableParameters(graph: Graph): string[] {
  const floats = [...graph.initializers].filter(([, { type }]) => type === "float32").map(([name]) => name);
  const outputs = graph.outputs.map(({ name }) => name);
  const { nodes } = gradientPath(graph, { trained: new Set(floats), outputs });
  const found = new Set<string>();
  const search = createSearch(graph);
  for (const node of nodes)
    for (const name of weightOperands(node, search))
      for (const one of search.parametersBehind(name, node)) found.add(one);
  const read = new Set(nodes.flatMap(carriersOf));
  return [...read].filter((name) => found.has(name));
}

/** The inputs of a node through which it reads parameters. */
function weightOperands(node: GraphNode, { isData, isLayered }: Search): string[] {
  const carried = carriersOf(node);
  const places = weightInputs[node.operator];
  if (places !== undefined)
    return places.flatMap((place) => carried.slice(place, place + 1)).filter((name) => !isData(name));
  if (!formulas.has(node.operator) || !carried.some(isLayered)) return [];
  return carried.filter((name) => !isData(name));
}

/** What is known of a graph's values for the search. */
interface Search {
  /** Depends on the graph's inputs. */
  isData(name: string): boolean;
  /** Depends on them through a layer with weights. */
  isLayered(name: string): boolean;
  /** The float32 initializers that a value without data is made of, as `node` reads it. */
  parametersBehind(name: string, node: GraphNode): string[];
}

function createSearch({ nodes, inputs, initializers }: Graph): Search {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const data = new Set(inputs.map(({ name }) => name));
  const layered = new Set<string>();
  for (const node of nodes) {
    const isData = node.inputs.some((name) => data.has(name));
    const isLayered =
      isData && (node.operator in weightInputs || node.inputs.some((name) => layered.has(name)));
    for (const name of node.outputs) {
      if (isData) data.add(name);
      if (isLayered) layered.add(name);
    }
  }
  return {
    isData: (name) => data.has(name),
    isLayered: (name) => layered.has(name),
    parametersBehind: (name, reader) => {
      const isOwn = reader.operator in weightInputs;
      const found: string[] = [];
      const pending = [name];
      for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
        const tensor = initializers.get(value);
        const isNumber = tensor !== undefined && sizeOf(tensor.dims) === 1 && !(isOwn && value === name);
        if (tensor?.type === "float32" && !isNumber) found.push(value);
        const producer = producers.get(value);
        if (producer === undefined) continue;
        const passes = isOwn ? typeof ruleFor(producer) === "function" : movements.has(producer.operator);
        if (passes) pending.push(...carriersOf(producer));
      }
      return found;
    },
  };
}
