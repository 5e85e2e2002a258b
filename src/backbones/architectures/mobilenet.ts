import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import {
  type InvertedBlock,
  type InvertedPlan,
  type Naming,
  blocksOf,
  invertedTrunk,
  nearestEighth,
  renamerBetween,
  timmNaming,
} from "./inverted-residuals.ts";

/**
 * MobileNetV2 1.0: inverted residuals with linear bottlenecks.
 * Source: Sandler et al. 2018, arXiv:1801.04381, table 2.
 */
export function mobilenetV2(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const stages = [
    { expansion: 1, channels: channels(16), count: 1, stride: 1 },
    { expansion: 6, channels: channels(24), count: 2, stride: 2 },
    { expansion: 6, channels: channels(32), count: 3, stride: 2 },
    { expansion: 6, channels: channels(64), count: 4, stride: 2 },
    { expansion: 6, channels: channels(96), count: 3, stride: 1 },
    { expansion: 6, channels: channels(160), count: 3, stride: 2 },
    { expansion: 6, channels: channels(320), count: 1, stride: 1 },
  ];
  const plan: InvertedPlan = {
    stem: { channels: channels(32), activation: "relu6" },
    blocks: blocksOf(stages, { input: channels(32), activation: "relu6" }),
    head: { channels: channels(1280), activation: "relu6" },
    epsilon: 1e-5,
    padding: "symmetric",
  };
  const net = createNetwork("mobilenet_v2", size);
  const x = net.dropout(net.flatten(invertedTrunk(net, plan, v2Naming)), 0.2);
  net.output(
    net.linear(x, v2Naming.classifier, { features: classes, initialisation: "small" }),
    "classifier",
  );
  return finishArchitecture(net, {
    name: "mobilenet_v2",
    paper: "Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381",
    licence: "BSD-3-Clause",
    source: "torchvision, MobileNet_V2_Weights.IMAGENET1K_V1",
    defaultLayer: "conv18",
    preprocessing: imagenetPreprocessing(size),
    dialects: [renamerBetween(plan, { from: timmNaming, to: v2Naming })],
  });
}

const v2Naming: Naming = {
  stem: ["features.0.0", "features.0.1"],
  block: ({ number, hasExpansion }) => {
    const id = `features.${number}.conv`;
    const at = hasExpansion ? 1 : 0;
    return {
      expand: [`${id}.0.0`, `${id}.0.1`],
      depthwise: [`${id}.${at}.0`, `${id}.${at}.1`],
      squeeze: ["", ""],
      project: [`${id}.${at + 1}`, `${id}.${at + 2}`],
    };
  },
  head: ["features.18.0", "features.18.1"],
  classifier: "classifier.1",
};

/** Kernel, inner channels, channels, gate, activation, stride: tables 1 and 2 of the paper. */
const largeBlocks = [
  [3, 16, 16, "", "relu", 1],
  [3, 64, 24, "", "relu", 2],
  [3, 72, 24, "", "relu", 1],
  [5, 72, 40, "gate", "relu", 2],
  [5, 120, 40, "gate", "relu", 1],
  [5, 120, 40, "gate", "relu", 1],
  [3, 240, 80, "", "hardSwish", 2],
  [3, 200, 80, "", "hardSwish", 1],
  [3, 184, 80, "", "hardSwish", 1],
  [3, 184, 80, "", "hardSwish", 1],
  [3, 480, 112, "gate", "hardSwish", 1],
  [3, 672, 112, "gate", "hardSwish", 1],
  [5, 672, 160, "gate", "hardSwish", 2],
  [5, 960, 160, "gate", "hardSwish", 1],
  [5, 960, 160, "gate", "hardSwish", 1],
] as const;
const smallBlocks = [
  [3, 16, 16, "gate", "relu", 2],
  [3, 72, 24, "", "relu", 2],
  [3, 88, 24, "", "relu", 1],
  [5, 96, 40, "gate", "hardSwish", 2],
  [5, 240, 40, "gate", "hardSwish", 1],
  [5, 240, 40, "gate", "hardSwish", 1],
  [5, 120, 48, "gate", "hardSwish", 1],
  [5, 144, 48, "gate", "hardSwish", 1],
  [5, 288, 96, "gate", "hardSwish", 2],
  [5, 576, 96, "gate", "hardSwish", 1],
  [5, 576, 96, "gate", "hardSwish", 1],
] as const;

/** Channels of the last convolution and of the layer behind the pool. */
const v3Plans = {
  large: { blocks: largeBlocks, head: 960, hidden: 1280 },
  small: { blocks: smallBlocks, head: 576, hidden: 1024 },
} as const;

/**
 * MobileNetV3-Large and -Small: searched blocks with channel gates and hard swish.
 * Source: Howard et al. 2019, arXiv:1905.02244, tables 1 and 2.
 */
export function mobilenetV3(
  options: ArchitectureOptions & { readonly kind: keyof typeof v3Plans },
): Architecture {
  const { kind } = options;
  const { classes, size, channels } = resolveOptions(options);
  const { blocks: table, head, hidden } = v3Plans[kind];
  const blocks = table.map(([kernel, inner, depth, gate, activation, stride], i): InvertedBlock => {
    const squeeze = gate === "" ? 0 : nearestEighth(channels(inner) / 4);
    const common = { number: i + 1, stage: 0, place: i, kernel, stride, activation, squeeze };
    return { ...common, inner: channels(inner), channels: channels(depth), hasExpansion: i > 0 };
  });
  const plan: InvertedPlan = {
    stem: { channels: channels(16), activation: "hardSwish" },
    blocks,
    head: { channels: channels(head), activation: "hardSwish" },
    epsilon: 0.001,
    padding: "symmetric",
    gate: "hardSigmoid",
  };
  const net = createNetwork(`mobilenet_v3_${kind}`, size);
  let x = net.flatten(invertedTrunk(net, plan, v3Naming(blocks.length)));
  x = net.layer(net.hardSwish(net.linear(x, "classifier.0", { features: channels(hidden) })), "fc1");
  x = net.linear(net.dropout(x, 0.2), "classifier.3", { features: classes, initialisation: "small" });
  net.output(x, "classifier");
  return finishArchitecture(net, {
    name: `mobilenet_v3_${kind}`,
    paper: "Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
    licence: "BSD-3-Clause",
    source: `torchvision, MobileNet_V3_${kind === "large" ? "Large" : "Small"}_Weights.IMAGENET1K_V1`,
    defaultLayer: `conv${blocks.length + 1}`,
    preprocessing: imagenetPreprocessing(size),
  });
}

const v3Naming = (blocks: number): Naming => ({
  stem: ["features.0.0", "features.0.1"],
  block: ({ number, hasExpansion, squeeze }) => {
    const id = `features.${number}.block`;
    const at = hasExpansion ? 1 : 0;
    const last = at + (squeeze > 0 ? 2 : 1);
    return {
      expand: [`${id}.0.0`, `${id}.0.1`],
      depthwise: [`${id}.${at}.0`, `${id}.${at}.1`],
      squeeze: [`${id}.${at + 1}.fc1`, `${id}.${at + 1}.fc2`],
      project: [`${id}.${last}.0`, `${id}.${last}.1`],
    };
  },
  head: [`features.${blocks + 1}.0`, `features.${blocks + 1}.1`],
  classifier: "classifier.3",
});
