import { floatOf, intOf } from "../../graph/node-attributes.ts";
import { floatTensor } from "../../graph/tensor.ts";
import type { Expressions } from "../expressions.ts";
import { sumTo } from "./gradient-laws.ts";
import type { GradientRule, KnownValue, RuleContext } from "./gradient-rule.ts";

/**
 * y = γ (x - μ) / √(σ² + ε) + β per channel, s = 1 / √(σ² + ε), m entries a channel.
 * dγ = s Σ dy (x - μ) and dβ = Σ dy. Frozen: μ and σ² are constants, so dx = γ s dy.
 * Training (`training_mode`: μ and σ² are the batch's own): dx = γ s (dy - dβ / m - (x - μ) s dγ / m).
 * Where `onBatchStatistics` wrote it, x - μ is its fourth output. Factors are gathered channel by channel first: every product with a whole map is a pass over memory.
 */
export const batchNormalization: GradientRule = (context) => {
  const { node, e, input, upstream } = context;
  const x = input(0);
  const [channels, axes] = [x.dims[1]!, x.dims.map((_, axis) => axis).filter((axis) => axis !== 1)];
  const entries = axes.reduce((product, axis) => product * x.dims[axis]!, 1);
  const perChannel = (name: string): string => e.reshape(name, [1, channels, ...axes.slice(1).map(() => 1)]);
  const [mean, variance] = [node.inputs[3]!, node.inputs[4]!];
  const centre = once(() => node.outputs[3] ?? e.sub(x.name, perChannel(mean)));
  const inverse = once(() => e.div(1, e.sqrt(e.add(perChannel(variance), floatOf(node, "epsilon", 1e-5)))));
  const slope = once(() => e.mul(perChannel(input(1).name), inverse()));
  const scale = once(() => e.mul(inverse(), e.sum(e.mul(upstream(), centre()), axes)));
  const shift = once(() => e.sum(upstream(), axes));
  const ofStatistics = (): string => {
    const along = e.mul(centre(), e.mul(e.mul(slope(), inverse()), e.div(scale(), entries)));
    return e.add(along, e.mul(slope(), e.div(shift(), entries)));
  };
  const isTraining = intOf(node, "training_mode", 0) === 1;
  return [
    () => {
      const direct = e.mul(upstream(), slope());
      return isTraining ? e.sub(direct, ofStatistics()) : direct;
    },
    () => e.reshape(scale(), [channels]),
    () => e.reshape(shift(), [channels]),
    undefined,
    undefined,
  ];
};

/** What several results share is written when the first of them asks, and not again. */
function once(write: () => string): () => string {
  let name: string | undefined;
  return () => (name ??= write());
}

/** dy less its mean and less its part along x̂: the adjoint of "subtract the mean, divide by the deviation". */
function centred(e: Expressions, dy: string, normalised: string, axes: readonly number[]): string {
  const along = e.mul(normalised, e.mean(e.mul(dy, normalised), axes));
  return e.sub(e.sub(dy, e.mean(dy, axes)), along);
}

/**
 * y = γ x̂ + β with x̂ normalised over the axes from `axis` to the last: as batch normalisation, a row at a time.
 * The mean μ and the inverse deviation s are outputs too: dx gains dμ / n - ds s² x̂ / n, over n entries a row.
 */
export const layerNormalization: GradientRule = (context) => {
  const { e, node, input, upstream } = context;
  const { dims } = input(0);
  const normalised = (): string => normalise(context);
  const scaled = (): string => e.mul(upstream(), input(1).name);
  const entries = normalisedAxes(context).reduce((product, axis) => product * dims[axis]!, 1);
  const ofMean = (): string => e.div(upstream(1), entries);
  const ofInverse = (): string => {
    const s = inverseDeviation(context);
    return e.mul(normalised(), e.mul(upstream(2), e.mul(e.mul(s, s), -1 / entries)));
  };
  return [
    () => {
      const direct = e.mul(
        centred(e, scaled(), normalised(), normalisedAxes(context)),
        inverseDeviation(context),
      );
      const withMean = node.outputs[1] ? e.add(direct, ofMean()) : direct;
      return node.outputs[2] ? e.add(withMean, ofInverse()) : withMean;
    },
    () => sumTo(e, e.mul(upstream(), normalised()), { from: dims, to: input(1).dims }),
    () => sumTo(e, upstream(), { from: dims, to: input(2).dims }),
  ];
};

function normalisedAxes({ node, input }: RuleContext): number[] {
  const rank = input(0).dims.length;
  const axis = intOf(node, "axis", -1);
  const first = axis < 0 ? axis + rank : axis;
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

function deviation(context: RuleContext): string {
  const { e, input } = context;
  return e.sub(input(0).name, e.mean(input(0).name, normalisedAxes(context)));
}

function inverseDeviation(context: RuleContext): string {
  const { e, node } = context;
  const centre = deviation(context);
  const variance = e.mean(e.mul(centre, centre), normalisedAxes(context));
  return e.div(1, e.sqrt(e.add(variance, floatOf(node, "epsilon", 1e-5))));
}

function normalise(context: RuleContext): string {
  return context.e.mul(deviation(context), inverseDeviation(context));
}

/**
 * y = x s^-β, s = k + α/n Σ x² over a window of n channels (ONNX `bias`, `alpha`, `size`):
 * dx = dy s^-β - (2 α β / n) x Σ' (dy x s^(-β-1)), Σ' over the channels whose window holds this one.
 * Both window sums are 1x1 convolutions with a banded matrix, one the transpose of the other.
 * Source: Krizhevsky et al. 2012, section 3.3.
 */
export const lrn: GradientRule = ({ node, e, input, upstream }) => [
  () => {
    const x = input(0);
    const size = intOf(node, "size", 1);
    const [alpha, beta] = [floatOf(node, "alpha", 1e-4), floatOf(node, "beta", 0.75)];
    const squares = windowSum(e, e.mul(x.name, x.name), channelBand(x, size));
    const s = e.add(floatOf(node, "bias", 1), e.mul(alpha / size, squares));
    const power = e.pow(s, -beta);
    const reached = e.div(e.mul(e.mul(upstream(), x.name), power), s);
    const back = windowSum(e, reached, transposeBand(channelBand(x, size)));
    return e.sub(e.mul(upstream(), power), e.mul((2 * alpha * beta) / size, e.mul(x.name, back)));
  },
];

/** Entry (c, j) is 1 where channel j lies in the window of channel c. Shape: C x C. */
function channelBand({ dims }: KnownValue, size: number): boolean[][] {
  const channels = dims[1]!;
  const [below, above] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const row = (c: number): boolean[] =>
    Array.from({ length: channels }, (_, j) => j >= c - below && j <= c + above);
  return Array.from({ length: channels }, (_, c) => row(c));
}

function transposeBand(band: readonly (readonly boolean[])[]): boolean[][] {
  return band.map((_, i) => band.map((row) => row[i]!));
}

function windowSum(e: Expressions, x: string, band: readonly (readonly boolean[])[]): string {
  const weights = floatTensor([band.length, band.length, 1, 1], band.flat().map(Number));
  return e.builder.op("Conv", [x, e.builder.constant(weights)]);
}
