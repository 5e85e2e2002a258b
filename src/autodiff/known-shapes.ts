import { RootstockError } from "../base/errors.ts";
import type { Dimension, Graph, GraphNode, ValueInfo } from "../graph/graph.ts";
import { inferOperands } from "../graph/shapes/infer-shapes.ts";
import type { ElementType } from "../graph/tensor.ts";

/** What must be known of a forward graph before its gradients can be written. */
export interface KnownShapes {
  /** The dimensions of a value. Throws E_SHAPE when one is not known. */
  dimsOf(name: string): readonly number[];
  /** The type of a value; undefined where it is not known. */
  typeOf(name: string): ElementType | undefined;
  /** The numbers of a short constant value; undefined for others. */
  constantsOf(name: string): readonly number[] | undefined;
  /** The numbers of a constant value that `node` reads. Throws E_NO_GRADIENT when they come from data. */
  numbersOf(name: string, node: GraphNode): readonly number[];
}

/** What the free dimensions of the inputs are: the first of each is the batch, others go by their names. */
interface FreeDimensions {
  readonly batchSize?: number;
  readonly dims?: Readonly<Record<string, number>>;
}

/**
 * Shapes of every value, with all free dimensions of the inputs set: the first of each input to `batchSize` when given,
 * named ones by `dims`. Throws E_SHAPE for an input whose fixed batch differs.
 */
export function knownShapes(graph: Graph, free: FreeDimensions): KnownShapes {
  const inputs = Object.fromEntries(graph.inputs.map((input) => [input.name, inputDims(input, free)]));
  const operands = inferOperands(graph, { inputs });
  const constantsOf = (name: string): readonly number[] | undefined => {
    const values = operands.get(name)?.values;
    return values?.every((value) => typeof value === "number") ? values : undefined;
  };
  return {
    constantsOf,
    typeOf: (name) => operands.get(name)?.type,
    dimsOf: (name) => {
      const found = operands.get(name)?.dims;
      if (found?.every((dim) => typeof dim === "number")) return found;
      throw unknownDims(name, found);
    },
    numbersOf: (name, node) => {
      const values = constantsOf(name);
      if (values !== undefined) return values;
      throw new RootstockError(
        "E_NO_GRADIENT",
        `node "${node.name}" (${node.operator}): expected constants in "${name}", got values computed from data.`,
      );
    },
  };
}

function inputDims(input: ValueInfo, { batchSize, dims = {} }: FreeDimensions): Dimension[] {
  const fixed = (input.dims ?? []).map((dim, axis) => {
    if (axis === 0 && batchSize !== undefined && typeof dim === "string") return batchSize;
    return typeof dim === "string" ? (dims[dim] ?? dim) : dim;
  });
  if (batchSize === undefined || fixed[0] === batchSize) return fixed;
  throw new RootstockError(
    "E_SHAPE",
    `input "${input.name}": expected a batch of ${batchSize} as first dimension, got [${input.dims ?? "any"}].`,
    { hint: "Export the network with a free batch dimension." },
  );
}

function unknownDims(name: string, found: readonly Dimension[] | undefined): RootstockError {
  return new RootstockError(
    "E_SHAPE",
    `value "${name}": expected all dimensions to be known, got [${found ?? "any"}].`,
    { hint: "Give the free dimensions of the network's inputs." },
  );
}
