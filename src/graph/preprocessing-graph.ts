import { RootstockError } from "../base/errors.ts";
import { type GraphBuilder, createBuilder } from "./build.ts";
import type { Dimension, Graph } from "./graph.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { createTensor } from "./tensor.ts";

/** What pictures come in as. */
export interface PreprocessingGraphOptions {
  /**
   * `hwc`: one decoded picture, uint8 `image` [H, W, 3].
   * `nchw`: float32 `pixel_values` [N, 3, H, W], RGB 0 to 255, as exported models take it; rounded to uint8 first, so
   * that both forms compute the same.
   */
  readonly input: "hwc" | "nchw";
}

/**
 * A backbone's preprocessing as an ONNX graph: resize, crop, colour order, (x * scale - mean) / std, NCHW.
 * The same nodes run here, in the browser and in exported models.
 * Shapes: [H, W, 3] or [N, 3, H, W] of any size -> `pixel_values` [1 or N, 3, height, width].
 * Resize works on uint8 as Pillow does (antialiased, each pass rounded); the long side is truncated, the crop
 * rounded and a picture smaller than its crop padded with black as torchvision does.
 * Throws E_CARD for sizes below 1 and a standard deviation of 0.
 * Source: torchvision.transforms.functional `resize`, `center_crop`. Witness: test/reference/pixels (Pillow).
 */
export function preprocessingGraph(
  preprocessing: Preprocessing,
  { input }: PreprocessingGraphOptions = { input: "hwc" },
): Graph {
  checkPreprocessing(preprocessing);
  const b = createBuilder("preprocessing", "preprocessing/");
  const pixels = input === "hwc" ? pictureInput(b) : batchInput(b);
  const resized = resize(b, pixels, preprocessing);
  const cropped = crop(b, resized, preprocessing);
  const ordered =
    preprocessing.colour === "bgr" ? b.op("Gather", [cropped, b.ints([2, 1, 0])], { axis: 3 }) : cropped;
  const planes = b.op("Cast", [b.op("Transpose", [ordered], { perm: [0, 3, 1, 2] })], { to: 1 });
  const batch = input === "hwc" ? 1 : "N";
  const name = input === "hwc" ? "pixel_values" : "preprocessed";
  b.output(normalise(b, planes, preprocessing), name, "float32", [batch, 3, ...outputSize(preprocessing)]);
  return b.graph();
}

function pictureInput(b: GraphBuilder): string {
  return b.op("Unsqueeze", [b.input("image", "uint8", ["H", "W", 3]), b.ints([0])]);
}

function batchInput(b: GraphBuilder): string {
  const values = b.input("pixel_values", "float32", ["N", 3, "H", "W"]);
  const rounded = b.op("Round", [b.op("Clip", [values, b.scalar(0), b.scalar(255)])]);
  return b.op("Transpose", [b.op("Cast", [rounded], { to: 2 })], { perm: [0, 2, 3, 1] });
}

/** Shapes: uint8 [N, H, W, 3] -> [N, h, w, 3]. */
function resize(b: GraphBuilder, pixels: string, { resize: rule, ...rest }: Preprocessing): string {
  if (rule.kind === "none") return pixels;
  const shape = b.op("Shape", [pixels]);
  const size = rule.kind === "exact" ? b.ints([rest.height, rest.width]) : shortSideSize(b, shape, rule.size);
  const batch = b.op("Slice", [shape, b.ints([0]), b.ints([1])]);
  const sizes = b.op("Concat", [batch, size, b.ints([3])], { axis: 0 });
  return b.op("Resize", [pixels, "", "", sizes], {
    mode: rest.interpolation === "bilinear" ? "linear" : "cubic",
    antialias: 1,
    coordinate_transformation_mode: "half_pixel",
    cubic_coeff_a: -0.5,
  });
}

/** [floor(H s / min(H, W)), floor(W s / min(H, W))]: s for the short side, truncated for the long one. */
function shortSideSize(b: GraphBuilder, shape: string, size: number): string {
  const hw = b.op("Slice", [shape, b.ints([1]), b.ints([3])]);
  const short = b.op("ReduceMin", [hw], { keepdims: 1 });
  return b.op("Div", [b.op("Mul", [hw, b.ints([size])]), short]);
}

/** Shapes: uint8 [N, h, w, 3] -> [N, height, width, 3]. */
function crop(b: GraphBuilder, pixels: string, preprocessing: Preprocessing): string {
  const { width, height, resize: rule } = preprocessing;
  if (preprocessing.crop === "none" || rule.kind === "exact") return pixels;
  const want = b.ints([height, width]);
  const isAlwaysLarger = rule.kind === "shortSide" && rule.size >= Math.max(width, height);
  const large = isAlwaysLarger ? pixels : padTo(b, pixels, want);
  const excess = b.op("Sub", [sizeOfPicture(b, large), want]);
  const start = halfToEven(b, excess);
  return b.op("Slice", [large, start, b.op("Add", [start, want]), b.ints([1, 2])]);
}

function sizeOfPicture(b: GraphBuilder, pixels: string): string {
  return b.op("Slice", [b.op("Shape", [pixels]), b.ints([1]), b.ints([3])]);
}

/** Black borders where the picture is smaller than `want`: floor(missing / 2) before, the rest after. */
function padTo(b: GraphBuilder, pixels: string, want: string): string {
  const missing = b.op("Max", [b.op("Sub", [want, sizeOfPicture(b, pixels)]), b.ints([0])]);
  const before = b.op("Div", [missing, b.ints([2])]);
  const zero = b.ints([0]);
  const pads = b.op("Concat", [zero, before, zero, zero, b.op("Sub", [missing, before]), zero], { axis: 0 });
  const black = b.constant(createTensor("uint8", [], new Uint8Array(1)));
  return b.op("Pad", [pixels, pads, black], { mode: "constant" });
}

/** round(n / 2) with halves to the even number, as Python rounds: q + (n mod 2)(q mod 2) with q = floor(n / 2). */
function halfToEven(b: GraphBuilder, n: string): string {
  const two = b.ints([2]);
  const q = b.op("Div", [n, two]);
  return b.op("Add", [q, b.op("Mul", [b.op("Mod", [n, two]), b.op("Mod", [q, two])])]);
}

/** (x * scale - mean) / std. Shapes: float32 [N, 3, h, w] -> the same. Steps that change nothing are left out. */
function normalise(b: GraphBuilder, x: string, { scale, mean, std }: Preprocessing): string {
  const perChannel = (values: readonly number[]): string =>
    b.constant(createTensor("float32", [1, 3, 1, 1], new Uint8Array(Float32Array.from(values).buffer)));
  const scaled = scale === 1 ? x : b.op("Mul", [x, b.scalar(scale)]);
  const centred = mean.every((value) => value === 0) ? scaled : b.op("Sub", [scaled, perChannel(mean)]);
  return std.every((value) => value === 1) ? centred : b.op("Div", [centred, perChannel(std)]);
}

/** [height, width] of the result: free where neither resize nor crop fixes them. */
function outputSize({ width, height, resize: rule, crop: cropping }: Preprocessing): readonly Dimension[] {
  return cropping === "centre" || rule.kind === "exact" ? [height, width] : ["height", "width"];
}

function checkPreprocessing({ width, height, resize: rule, scale, mean, std }: Preprocessing): void {
  const sizes = [width, height, ...(rule.kind === "shortSide" ? [rule.size] : [])];
  const isSized = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 8192);
  const isScaled = [scale, ...mean, ...std].every(Number.isFinite) && scale !== 0 && !std.includes(0);
  if (!isSized || !isScaled)
    throw new RootstockError(
      "E_CARD",
      `preprocessing: expected sizes of 1 to 8192 pixels, finite mean, scale and std not 0, got sizes [${sizes}], ` +
        `scale ${scale}, mean [${mean}], std [${std}].`,
      { hint: "Correct the preprocessing in the backbone's card." },
    );
}
