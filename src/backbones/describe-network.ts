import { gradientPath, missingGradients } from "../autodiff/gradient-path.ts";
import { trainableParameters } from "../autodiff/trainable-parameters.ts";
import { RootstockError, quoteList } from "../base/errors.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import type { Dimension, Graph, Model } from "../graph/graph.ts";
import { inferShapes } from "../graph/shapes/infer-shapes.ts";
import { type LayerPoint, listLayers, trunkEnd } from "../graph/layer-points.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { Card } from "./card.ts";

/** The image input of a network, and its size in pixels where the file fixes it. */
export interface ImageInput {
  readonly name: string;
  readonly width: number | null;
  readonly height: number | null;
}

/** What a graph says of itself: the fields of a card that nobody needs to be asked for. */
export interface NetworkFacts extends Pick<Card, "parameters" | "layers" | "defaultLayer" | "isTrainable"> {
  /** Why it cannot be trained up to the default layer; null where it can. */
  readonly untrainable: string | null;
}

/**
 * The one input that takes pictures: float32 [N, 3, height, width], N free or 1.
 * Throws E_CARD for a network with other or more inputs, saying what it has.
 */
export function imageInputOf({ inputs }: Graph, where: string): ImageInput {
  const [input, ...others] = inputs;
  const dims = input?.dims ?? ["N", 3, "height", "width"];
  const isImage =
    input?.type === "float32" && dims.length === 4 && isOpen(dims[0]!, 1) && isOpen(dims[1]!, 3);
  if (isImage && others.length === 0) {
    const [height, width] = [dims[2], dims[3]].map((dim) => (typeof dim === "number" ? dim : null));
    return { name: input.name, width: width!, height: height! };
  }
  const got = inputs.map(({ name, type, dims: own }) => `${name}: ${type} [${own ?? "?"}]`);
  throw new RootstockError(
    "E_CARD",
    `${JSON.stringify(where)}: expected one input of pictures, float32 [N, 3, height, width], got ${quoteList(got) || "none"}.`,
    { hint: "Export the network again with such an input; float16 and channels-last networks are not read." },
  );
}

/** A dimension that is free, or is what it has to be. */
function isOpen(dim: Dimension, wanted: number): boolean {
  return typeof dim === "string" || dim === wanted;
}

/** Outputs of networks that name ImageNet's classes: 1,000, with a background class, or the whole of it. */
const imagenetCounts = new Set([1000, 1001, 21_841, 21_843]);

/** True for a network that ends in a vector as long as a list of ImageNet's classes. */
export function namesImagenet({ layers }: Pick<Card, "layers">): boolean {
  const { shape } = layers.at(-1)!;
  return shape.length === 1 && imagenetCounts.has(shape[0]!);
}

/**
 * Layers, default layer, parameters and whether autodiff can train the network, read off the graph.
 * Layers are maps [C, h, w], the token sequences [T, D] between a transformer's blocks, and vectors [D]. Their
 * parameter groups end where the whole network passes through one value, so that a frozen part has a clean end.
 * Throws E_CARD for a network in which no layer is found.
 */
export function describeNetwork(
  model: Model,
  input: { readonly name: string; readonly width: number; readonly height: number },
  where: string,
): NetworkFacts {
  const { graph } = model;
  const inputs = { [input.name]: ["N", 3, input.height, input.width] };
  const points = usableLayers(listLayers(model, { inputs }), input);
  const last = defaultOf(points);
  if (last === undefined) throw noLayers(model, input, where);
  const trained = trainableParameters(graph);
  const fault = trainingFault(model, last.value, trained);
  return {
    parameters: trained.reduce((sum, name) => sum + sizeOf(graph.initializers.get(name)!.dims), 0),
    layers: withGroups(points, graph),
    defaultLayer: last.name,
    isTrainable: fault === null,
    untrainable: fault,
  };
}

/** Says what the network has in place of layers: values of another type, or of sizes that cannot be told. */
function noLayers(
  model: Model,
  { name, width, height }: { readonly name: string; readonly width: number; readonly height: number },
  where: string,
): RootstockError {
  const types = inferShapes(model.graph, {
    inputs: { [name]: ["N", 3, height, width] },
    onUnknown: "skip",
    opset: model.opsets.get(""),
  });
  const computed = model.graph.nodes
    .filter(({ operator }) => operator !== "Constant")
    .map(({ outputs }) => outputs[0]!);
  const others = ["float16", "bfloat16", "float64"].filter((type) =>
    computed.some((value) => types.get(value)?.type === type),
  );
  if (others.length > 0)
    return new RootstockError(
      "E_CARD",
      `${JSON.stringify(where)}: expected layers of float32, found none: it computes in ${others.join(", ")}.`,
      { hint: "Export the network as float32; 8 bit quantised networks are read too." },
    );
  return new RootstockError(
    "E_CARD",
    `${JSON.stringify(where)}: expected layers whose sizes follow from a ${width} x ${height} picture, found none.`,
    { hint: "Write the card by hand: `rootstock backbones show squeezenet1_1` prints one to copy." },
  );
}

/**
 * Of sequences only sums and norms, which stand between blocks; of vectors only those behind all else: inside, they are
 * gates or rows of attention. Maps with channels last are left out, known by what works on their last axis, and, for
 * a square picture, by sides that differ.
 */
function usableLayers(
  points: readonly LayerPoint[],
  { width, height }: { readonly width: number; readonly height: number },
): LayerPoint[] {
  const end = points.findLastIndex(({ shape }) => shape.length > 1);
  return points.filter(({ shape, operator }, i) => {
    const isNorm = operator === "LayerNormalization";
    if (shape.length === 1) return i > end;
    if (shape.length === 2) return isNorm || operator === "Add";
    const isChannelsLast = isNorm || ["MatMul", "Gemm"].includes(operator);
    return shape.length === 3 && !isChannelsLast && (width !== height || shape[1] === shape[2]);
  });
}

/** The end of the trunk: the last sequence of tokens, else the last map that is not already a map of classes. */
function defaultOf(points: readonly LayerPoint[]): LayerPoint | undefined {
  const tokens = points.findLast(({ shape }) => shape.length === 2);
  const map = trunkEnd(points);
  const last = tokens ?? map ?? points.at(-1);
  if (last === undefined || last !== map || !namesImagenet({ layers: points })) return last;
  const isClassMap = map.shape[0] === points.at(-1)!.shape[0];
  return isClassMap ? (trunkEnd(points.slice(0, points.indexOf(map))) ?? map) : map;
}

function trainingFault(model: Model, value: string, parameters: readonly string[]): string | null {
  const { graph } = cutAt(model, value);
  const trained = new Set(parameters.filter((name) => graph.initializers.has(name)));
  if (trained.size === 0) return faultWithoutWeights(graph);
  return missingGradients(gradientPath(graph, { trained, outputs: [value] }))?.message ?? null;
}

function faultWithoutWeights({ nodes }: Graph): string {
  const isQuantised = nodes.some(({ operator }) => /Quantize|QLinear|QGemm|Integer$/.test(operator));
  return isQuantised
    ? "its weights are quantised to whole numbers, which a gradient cannot move"
    : "it has no float32 weights up to its default layer";
}

/** What has no parameters of its own belongs to the group before it. */
const bare = new Set([
  "MaxPool",
  "AveragePool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "Flatten",
]);

/** Each layer's group is named after the next layer, itself included, that everything passes through. */
function withGroups(points: readonly LayerPoint[], graph: Graph): Card["layers"] {
  const narrow = narrowValues(graph);
  const isNarrow = (point: LayerPoint | undefined): boolean => point !== undefined && narrow.has(point.value);
  const groups: string[] = [];
  for (const [i, point] of points.entries()) {
    const isTail = bare.has(point.operator) && isNarrow(point) && isNarrow(points[i - 1]);
    const end = points.slice(i).find(isNarrow) ?? points.at(-1)!;
    groups.push(isTail ? groups[i - 1]! : end.name);
  }
  return points.map(({ name, value, shape }, i) => ({ name, value, shape, group: groups[i]! }));
}

/**
 * Values that every way from the input to the outputs goes through. In topological order such a value is the only
 * one that is both made before a point and read behind it; constants do not count.
 */
function narrowValues({ inputs, nodes, outputs }: Graph): Set<string> {
  const lastRead = new Map<string, number>();
  nodes.forEach((node, i) => node.inputs.forEach((name) => lastRead.set(name, i)));
  for (const { name } of outputs) lastRead.set(name, nodes.length);
  const carried = new Set(inputs.map(({ name }) => name));
  const pending = new Set(carried);
  const narrow = new Set<string>();
  nodes.forEach((node, i) => {
    if (node.inputs.some((name) => carried.has(name))) node.outputs.forEach((name) => carried.add(name));
    for (const name of node.outputs)
      if (carried.has(name) && (lastRead.get(name) ?? -1) > i) pending.add(name);
    for (const name of pending) if ((lastRead.get(name) ?? -1) <= i) pending.delete(name);
    if (pending.size === 1) narrow.add([...pending][0]!);
  });
  return narrow;
}
