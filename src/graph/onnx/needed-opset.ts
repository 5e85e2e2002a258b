import type { Graph, GraphNode } from "../graph.ts";
import type { ElementType } from "../tensor.ts";

/** The lowest opset that our own graphs are written in: uint8 antialiased Resize needs 18, we write 19. */
export const writtenOpset = 19;

/** Domains beside the standard one that the runtime knows, at their only version: its own operators. */
export const runtimeDomains: ReadonlyMap<string, number> = new Map([["com.microsoft", 1]]);

/** Operators that came after `writtenOpset`, or whose present form did, with the opset that brought it. */
const newerOperators: Readonly<Record<string, number>> = {
  AffineGrid: 20,
  DFT: 20,
  Gelu: 20,
  GridSample: 20,
  ImageDecoder: 20,
  RegexFullMatch: 20,
  StringConcat: 20,
  StringSplit: 20,
  GroupNormalization: 21,
  Attention: 23,
  RMSNormalization: 23,
  RotaryEmbedding: 23,
  Swish: 24,
  TensorScatter: 24,
  BitCast: 26,
  CumProd: 26,
};

/** Attributes that came later than their operator. */
const newerAttributes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Attention: { left_window_size: 25, right_window_size: 25 },
  Cast: { round_mode: 24 },
  CastLike: { round_mode: 24 },
  DequantizeLinear: { block_size: 21, output_dtype: 23 },
  QuantizeLinear: { block_size: 21, output_dtype: 21, precision: 23 },
};

/** IR version that came with an opset; a lower one would not be wrong to the runtime, but to `onnx.checker`. */
const irVersions: Readonly<Record<number, number>> = { 21: 10, 22: 10, 23: 11, 24: 12, 25: 13, 26: 13 };

/**
 * The lowest opset, ours or above, in which every node of a graph in written form (see `upgradeOpset`) means the same:
 * between two opsets most operators only gain element types. Subgraphs count.
 * Source: the version lists of the ONNX operator pages, opsets 19 to 26.
 */
export function neededOpset(graph: Pick<Graph, "nodes" | "initializers">): number {
  const most = graph.nodes.reduce((highest, node) => Math.max(highest, opsetOf(node)), writtenOpset);
  return isRoundedTo16Bits(graph) ? Math.max(most, 21) : most;
}

/** Quantising to 16 bits came with opset 21; its zero points are constants. */
function isRoundedTo16Bits({ nodes, initializers }: Pick<Graph, "nodes" | "initializers">): boolean {
  const points = nodes
    .filter(({ operator, domain }) => domain === "" && /^(Quantize|Dequantize)Linear$/.test(operator))
    .map(({ inputs }) => inputs[2] ?? "");
  const constants = new Map(nodes.map((node) => [node.outputs[0] ?? "", node.attributes["value"]] as const));
  const typeOf = (name: string): ElementType | undefined => {
    const attribute = constants.get(name);
    return initializers.get(name)?.type ?? (attribute?.kind === "tensor" ? attribute.value.type : undefined);
  };
  return points.some((name) => ["int16", "uint16"].includes(typeOf(name) ?? ""));
}

/** The file format's version that belongs to an opset. */
export function irVersionOf(opset: number): number {
  return irVersions[opset] ?? 9;
}

/** Domains beside the standard one that a graph's nodes are of. */
export function domainsOf({ nodes }: Pick<Graph, "nodes">): Set<string> {
  const bodies = nodes.flatMap(bodiesOf);
  return new Set(
    [...nodes.map(({ domain }) => domain), ...bodies.flatMap((body) => [...domainsOf(body)])].filter(
      (domain) => domain !== "",
    ),
  );
}

function opsetOf(node: GraphNode): number {
  const inner = bodiesOf(node).map(neededOpset);
  if (node.domain !== "") return Math.max(writtenOpset, ...inner);
  const later = newerAttributes[node.operator] ?? {};
  const attributes = Object.keys(node.attributes).map((key) => later[key] ?? 0);
  const inputs = node.operator === "Attention" && node.inputs[6] ? [24] : [];
  return Math.max(newerOperators[node.operator] ?? 0, ...attributes, ...inputs, ...inner);
}

function bodiesOf({ attributes }: GraphNode): Graph[] {
  return Object.values(attributes).flatMap((attribute) =>
    attribute.kind === "graph" ? [attribute.value] : [],
  );
}
