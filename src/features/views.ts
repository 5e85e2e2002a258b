import { RootstockError } from "../base/errors.ts";
import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import { chainGraphs } from "../graph/edit/join-graphs.ts";
import { renameValues } from "../graph/edit/rename-values.ts";
import type { Graph, Model } from "../graph/graph.ts";
import { upgradeOpset } from "../graph/onnx/upgrade-opset.ts";

/** How often a picture is looked at: as it is; and mirrored; and both once more from nearer. */
export const viewCounts = [1, 2, 4] as const;
/** A number of views. */
export type Views = (typeof viewCounts)[number];

/** What a cache calls the mean over so many views. */
export function viewName(views: Views): string {
  return { 1: "whole", 2: "mirror", 4: "mirror and nearer" }[views];
}

/** From nearer: a sixteenth of the picture is left out on each side, the rest drawn as large as the whole. */
const margin = 16;

/**
 * A network whose features are the means over several views of its pixels: [N, 3, h, w] -> `features` [N, D]. The views are
 * made inside the graph, so that training and prediction see the same. Throws E_OPTION where the file fixes the batch, and
 * E_OPERATOR where the network has no form that can be joined.
 */
export function overViews(network: Model, views: Views): Model {
  if (views === 1) return network;
  requireFreeBatch(network);
  const upgraded = upgradeOpset(network);
  const inner = renameValues(upgraded.graph, { prefix: "viewed/" }); // its output makes room for the mean of it
  const pixels = viewsGraph(inner.inputs[0]!.dims ?? ["N", 3, "h", "w"], views);
  const looked = chainGraphs(pixels, inner, { [inner.inputs[0]!.name]: "views/all" });
  const columns = inner.outputs[0]!.dims![1] as number;
  const graph = chainGraphs(looked, meanGraph(columns, views), { "mean/features": "viewed/features" });
  return { ...upgraded, graph };
}

/** `pixels` [N, 3, h, w] -> `views/all` [views N, 3, h, w], view after view. */
function viewsGraph(dims: readonly (number | string)[], views: Views): Graph {
  const b = createBuilder("views", "views/");
  const pixels = b.input("pixels", "float32", dims);
  const sized = views === 4 ? [pixels, nearer(b, pixels)] : [pixels];
  const all = sized.flatMap((one) => [one, mirrored(b, one)]);
  b.output(b.op("Concat", all, { axis: 0 }), "views/all", "float32", ["M", ...dims.slice(1)]);
  return b.graph();
}

function mirrored(b: GraphBuilder, pixels: string): string {
  return b.op("Slice", [pixels, b.ints([-1]), b.ints([-(2 ** 31)]), b.ints([3]), b.ints([-1])]);
}

function nearer(b: GraphBuilder, pixels: string): string {
  const shape = b.op("Shape", [pixels]);
  const size = b.op("Slice", [shape, b.ints([2]), b.ints([4])]);
  const start = b.op("Div", [size, b.ints([margin])]);
  const inner = b.op("Slice", [pixels, start, b.op("Sub", [size, start]), b.ints([2, 3])]);
  return b.op("Resize", [inner, "", "", shape], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });
}

/** `mean/features` [views N, D] -> `features` [N, D]. */
function meanGraph(columns: number, views: Views): Graph {
  const b = createBuilder("mean", "mean/");
  const every = b.input("mean/features", "float32", ["M", columns]);
  const apart = b.op("Reshape", [every, b.ints([views, -1, columns])]);
  const mean = b.op("ReduceMean", [apart, b.ints([0])], { keepdims: 0 });
  b.output(mean, "features", "float32", ["N", columns]);
  return b.graph();
}

function requireFreeBatch({ graph }: Model): void {
  const batch = graph.inputs[0]?.dims?.[0];
  if (typeof batch !== "number") return;
  throw new RootstockError(
    "E_OPTION",
    `views: expected a network of a free batch, got one that is fixed at ${batch}.`,
    {
      hint: "Export it with a free batch dimension, or leave views out of the recipe.",
    },
  );
}
