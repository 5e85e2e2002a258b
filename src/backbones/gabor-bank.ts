import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { floatTensor } from "../graph/tensor.ts";

/** Side of the input, and of the feature map that everything is pooled to. */
const inputSize = 128;
const gridSize = 4;
const orientations = 8;
const scales = 4;
/** One filter at every scale (the image shrinks instead): pixels, except for the aspect. */
const filter = { size: 9, sigma: 2.2, wavelength: 4.5, aspect: 0.6 } as const;
/** Levels per colour channel in the histogram. */
const levels = 4;
const floor = 1e-6;

/** Channels of each part of the feature map, in their order. */
export const gaborBankParts = {
  energy: 3 * orientations * scales,
  scattering: (orientations ** 2 * scales * (scales - 1)) / 2,
  histogram: levels ** 3,
  moments: 6,
  energyPeak: 3 * orientations * scales,
  histogramPeak: levels ** 3,
} as const;

/** Channels of the whole map: 710. */
export const gaborBankChannels = Object.values(gaborBankParts).reduce((sum, channels) => sum + channels, 0);

/**
 * The backbone without weights: what images can be told apart by before anything is learned.
 *
 * With opponent colours o = ((R+G+B)/3, (R-G)/2, (R+G)/4 - B/2), halved in size s times (s = 0..3) by averaging, and
 * the quadrature pair g_k of {@link gaborKernels} at angle pi k / 8:
 * amplitude a_s,k = sqrt((o_s * g_k^even)^2 + (o_s * g_k^odd)^2 + 1e-6);
 * scattering b_s,k,t,l = the amplitude, by g_l at the coarser size t > s, of the luminance's a_s,k;
 * histogram h_rgb = the product over channels of relu(1 - 3 |c - level / 3|) at half size, levels 0..3;
 * moments: mean and standard deviation of o.
 * Each is averaged over a 4 x 4 grid (a and h also reduced by the maximum), and all but the moments pass a square root.
 *
 * Shapes: `pixel_values` [N, 3, 128, 128] float32, RGB from 0 to 1 -> `features` [N, 710, 4, 4] float32.
 * Sources: Daugman, J. Opt. Soc. Am. A 2 (1985), the filters; Bruna & Mallat, arXiv:1203.1513, the second order.
 * Witness: the same formula in PyTorch float64, `test/reference/gabor-bank`.
 */
export function gaborBank(): Graph {
  const b = createBuilder("gabor-bank");
  const pixels = b.input("pixel_values", "float32", ["N", 3, inputSize, inputSize]);
  const opponent = b.op("Conv", [pixels, b.constant(opponentKernel(), "opponent_kernel")], {}, "opponent");
  const kernels = gaborConstants(b);
  const pyramid = firstOrder(b, opponent, kernels);
  const histogram = colourHistogram(b, pixels);
  const parts = [
    squareRoot(
      b,
      "energy",
      pyramid.map((level) => pool(b, "AveragePool", level)),
    ),
    squareRoot(b, "scattering", secondOrder(b, pyramid, kernels)),
    squareRoot(b, "histogram", [pool(b, "AveragePool", histogram)]),
    colourMoments(b, opponent),
    squareRoot(
      b,
      "energy_peak",
      pyramid.map((level) => pool(b, "MaxPool", level)),
    ),
    squareRoot(b, "histogram_peak", [pool(b, "MaxPool", histogram)]),
  ];
  const features = b.op("Concat", parts, { axis: 1 }, "features");
  b.output(features, "features", "float32", ["N", gaborBankChannels, gridSize, gridSize]);
  return b.graph();
}

/**
 * The quadrature pairs, one after another: with u = x cos t + y sin t, v = -x sin t + y cos t, t = pi k / 8,
 * w = exp(-(u^2 + (aspect v)^2) / (2 sigma^2)) / sum, even = w (cos(2 pi u / wavelength) - its mean under w),
 * odd = w sin(2 pi u / wavelength). Neither sees a constant image.
 *
 * Shapes: each 8 x 9 x 9, row-major.
 */
export function gaborKernels(): { readonly even: Float32Array; readonly odd: Float32Array } {
  const pairs = Array.from({ length: orientations }, (_, k) => gaborPair((Math.PI * k) / orientations));
  return {
    even: Float32Array.from(pairs.flatMap(({ even }) => even)),
    odd: Float32Array.from(pairs.flatMap(({ odd }) => odd)),
  };
}

function gaborPair(theta: number): { even: number[]; odd: number[] } {
  const { size, sigma, wavelength, aspect } = filter;
  const taps = Array.from({ length: size * size }, (_, i) => {
    const x = (i % size) - (size - 1) / 2;
    const y = Math.floor(i / size) - (size - 1) / 2;
    const u = x * Math.cos(theta) + y * Math.sin(theta);
    const v = -x * Math.sin(theta) + y * Math.cos(theta);
    return {
      phase: (2 * Math.PI * u) / wavelength,
      weight: Math.exp(-(u * u + (aspect * v) ** 2) / (2 * sigma * sigma)),
    };
  });
  const total = taps.reduce((sum, { weight }) => sum + weight, 0);
  const mean = taps.reduce((sum, { phase, weight }) => sum + (weight / total) * Math.cos(phase), 0);
  return {
    even: taps.map(({ phase, weight }) => (weight / total) * (Math.cos(phase) - mean)),
    odd: taps.map(({ phase, weight }) => (weight / total) * Math.sin(phase)),
  };
}

/** A value of the graph with what must be known of it. */
interface FeatureMap {
  readonly value: string;
  readonly channels: number;
  readonly size: number;
}

/** Kernels per grouped convolution: for the three colours, and for the eight amplitudes. */
interface Kernels {
  readonly [channels: number]: { readonly even: string; readonly odd: string };
}

function gaborConstants(b: GraphBuilder): Kernels {
  const { even, odd } = gaborKernels();
  const repeat = (kernel: Float32Array, channels: number, name: string): string => {
    const values = Float32Array.from(
      { length: kernel.length * channels },
      (_, i) => kernel[i % kernel.length]!,
    );
    const dims = [orientations * channels, 1, filter.size, filter.size];
    return b.constant(floatTensor(dims, values), `${name}_kernel_${channels}`);
  };
  const pair = (channels: number): { even: string; odd: string } => ({
    even: repeat(even, channels, "even"),
    odd: repeat(odd, channels, "odd"),
  });
  return { 3: pair(3), [orientations]: pair(orientations) };
}

/** sqrt(even^2 + odd^2 + floor) of every channel at every orientation, channel-major. */
function amplitude(b: GraphBuilder, map: FeatureMap, kernels: Kernels): FeatureMap {
  const { even, odd } = kernels[map.channels]!;
  const margin = (filter.size - 1) / 2;
  const attributes = { group: map.channels, pads: [margin, margin, margin, margin] };
  const square = (kernel: string): string => {
    const response = b.op("Conv", [map.value, kernel], attributes);
    return b.op("Mul", [response, response]);
  };
  const energy = b.op("Add", [b.op("Add", [square(even), square(odd)]), b.scalar(floor)]);
  return { value: b.op("Sqrt", [energy]), channels: map.channels * orientations, size: map.size };
}

function firstOrder(b: GraphBuilder, opponent: string, kernels: Kernels): FeatureMap[] {
  let image: FeatureMap = { value: opponent, channels: 3, size: inputSize };
  return Array.from({ length: scales }, (_, scale) => {
    if (scale > 0) image = halve(b, image);
    return amplitude(b, image, kernels);
  });
}

function secondOrder(b: GraphBuilder, pyramid: readonly FeatureMap[], kernels: Kernels): string[] {
  return pyramid.slice(0, -1).flatMap((level, scale) => {
    const luminance = b.op("Slice", [level.value, b.ints([0]), b.ints([orientations]), b.ints([1])]);
    let map: FeatureMap = { value: luminance, channels: orientations, size: level.size };
    return Array.from({ length: scales - 1 - scale }, () => {
      map = halve(b, map);
      return pool(b, "AveragePool", amplitude(b, map, kernels));
    });
  });
}

/** Soft joint histogram: the weight of every pixel in each of 4 x 4 x 4 colours. */
function colourHistogram(b: GraphBuilder, pixels: string): FeatureMap {
  const { value, size } = halve(b, { value: pixels, channels: 3, size: inputSize });
  const centres = b.constant(
    floatTensor(
      [1, levels, 1, 1],
      Array.from({ length: levels }, (_, i) => i / (levels - 1)),
    ),
  );
  const hats = [0, 1, 2].map((channel) => {
    const plane = b.op("Slice", [value, b.ints([channel]), b.ints([channel + 1]), b.ints([1])]);
    const distance = b.op("Abs", [b.op("Sub", [plane, centres])]);
    return b.op("Relu", [b.op("Sub", [b.scalar(1), b.op("Mul", [distance, b.scalar(levels - 1)])])]);
  });
  const joint = hats.reduce((left, right) => {
    const product = b.op("Mul", [
      b.op("Unsqueeze", [left, b.ints([2])]),
      b.op("Unsqueeze", [right, b.ints([1])]),
    ]);
    return b.op("Reshape", [product, b.ints([0, -1, size, size])]);
  });
  return { value: joint, channels: levels ** 3, size };
}

/** Mean and standard deviation of the opponent colours in each cell. */
function colourMoments(b: GraphBuilder, opponent: string): string {
  const cell = (value: string): string => pool(b, "AveragePool", { value, channels: 3, size: inputSize });
  const mean = cell(opponent);
  const variance = b.op("Sub", [cell(b.op("Mul", [opponent, opponent])), b.op("Mul", [mean, mean])]);
  const deviation = b.op("Sqrt", [b.op("Add", [b.op("Relu", [variance]), b.scalar(floor)])]);
  return b.op("Concat", [mean, deviation], { axis: 1 }, "moments");
}

function squareRoot(b: GraphBuilder, name: string, maps: readonly string[]): string {
  const all = maps.length === 1 ? maps[0]! : b.op("Concat", maps, { axis: 1 });
  return b.op("Sqrt", [all], {}, name);
}

/** Reduces a map to the 4 x 4 grid. */
function pool(b: GraphBuilder, operator: "AveragePool" | "MaxPool", map: FeatureMap): string {
  const cell = map.size / gridSize;
  return b.op(operator, [map.value], { kernel_shape: [cell, cell], strides: [cell, cell] });
}

function halve(b: GraphBuilder, map: FeatureMap): FeatureMap {
  const value = b.op("AveragePool", [map.value], { kernel_shape: [2, 2], strides: [2, 2] });
  return { ...map, value, size: map.size / 2 };
}

function opponentKernel(): ReturnType<typeof floatTensor> {
  return floatTensor([3, 3, 1, 1], [1 / 3, 1 / 3, 1 / 3, 1 / 2, -1 / 2, 0, 1 / 4, 1 / 4, -1 / 2]);
}
