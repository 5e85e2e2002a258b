import { type GraphBuilder, createBuilder } from "../../graph/build.ts";
import type { Graph } from "../../graph/graph.ts";
import type { CardLayer } from "../card.ts";
import type { ParameterSpec } from "./architecture.ts";
import type { Flow, Network } from "./network.ts";
import { poolingLayers } from "./pooling-layers.ts";
import { weightedLayers } from "./weighted-layers.ts";

/** An empty network over `pixel_values`, N x 3 x size x size. */
export function createNetwork(name: string, size: number): Network {
  const builder = createBuilder(name);
  const parameters: ParameterSpec[] = [];
  const marks: Marks = { layers: [], names: new Map(), dropouts: [] };
  const shape = [3, size, size];
  return {
    input: { value: builder.input("pixel_values", "float32", ["N", ...shape]), shape },
    ...weightedLayers(builder, parameters),
    ...poolingLayers(builder, name),
    ...activations(builder),
    ...joins(builder),
    ...marking(builder, marks),
    finish: () => ({
      graph: renameValues(builder.graph(), marks.names),
      parameters,
      layers: marks.layers,
      dropouts: marks.dropouts.map(({ value, rate }) => ({ value: marks.names.get(value) ?? value, rate })),
    }),
  };
}

/** What is noted beside the nodes. */
interface Marks {
  readonly layers: CardLayer[];
  /** Values with a name of their own, by the name they were made under. */
  readonly names: Map<string, string>;
  readonly dropouts: { readonly value: string; readonly rate: number }[];
}

/** Functions of each number by itself: the shape stays. */
type Activation = "relu" | "relu6" | "silu" | "hardSwish" | "sigmoid" | "hardSigmoid";

function activations(builder: GraphBuilder): Pick<Network, Activation> {
  const unary = (operator: string, attributes = {}): ((x: Flow) => Flow) => {
    return (x) => ({ value: builder.op(operator, [x.value], attributes), shape: x.shape });
  };
  const sigmoid = unary("Sigmoid");
  return {
    sigmoid,
    relu: unary("Relu"),
    hardSwish: unary("HardSwish"),
    hardSigmoid: unary("HardSigmoid", { alpha: 1 / 6, beta: 0.5 }),
    silu: (x) => ({ value: builder.op("Mul", [x.value, sigmoid(x).value]), shape: x.shape }),
    relu6: (x) => ({
      value: builder.op("Clip", [x.value, builder.scalar(0), builder.scalar(6)]),
      shape: x.shape,
    }),
  };
}

/** What brings flows together, or one flow into another shape. */
function joins(builder: GraphBuilder): Pick<Network, "flatten" | "add" | "scale" | "concat"> {
  return {
    flatten: (x) => ({
      value: builder.op("Flatten", [x.value]),
      shape: [x.shape.reduce((a, b) => a * b, 1)],
    }),
    add: (a, b) => ({ value: builder.op("Add", [a.value, b.value]), shape: a.shape }),
    scale: (a, b) => ({ value: builder.op("Mul", [a.value, b.value]), shape: a.shape }),
    concat: (parts) => {
      const values = parts.map(({ value }) => value);
      const depth = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
      return {
        value: builder.op("Concat", values, { axis: 1 }),
        shape: [depth, ...parts[0]!.shape.slice(1)],
      };
    },
  };
}

/** What names a flow or notes a fact of it, and adds no node. */
function marking(builder: GraphBuilder, marks: Marks): Pick<Network, "layer" | "dropout" | "output"> {
  const { layers, names, dropouts } = marks;
  const layer = (x: Flow, row: { id: string; value: string; group: string }): void => {
    layers.push({ name: row.id, value: row.value, shape: x.shape, group: row.group });
    names.set(x.value, row.value);
  };
  return {
    layer: (x, id, group = id) => {
      layer(x, { id, value: id, group });
      return x;
    },
    dropout: (x, rate) => {
      dropouts.push({ value: x.value, rate });
      return x;
    },
    output: (x, id, group = id) => {
      layer(x, { id, value: "logits", group });
      builder.output(x.value, x.value, "float32", ["N", ...x.shape]);
    },
  };
}

function renameValues(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const rename = (value: string): string => names.get(value) ?? value;
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
}
