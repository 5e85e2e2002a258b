import type { Architecture, ArchitectureOptions } from "./architecture.ts";
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
import { createNetwork } from "./network.ts";

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

/** Kernel, inner channels, channels, gate, activation, stride: table 1 of the paper. */
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

/**
 * MobileNetV3-Large: searched blocks with channel gates and hard swish.
 * Source: Howard et al. 2019, arXiv:1905.02244, table 1.
 */
export function mobilenetV3Large(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const blocks = largeBlocks.map(([kernel, inner, depth, gate, activation, stride], i): InvertedBlock => {
    const squeeze = gate === "" ? 0 : nearestEighth(channels(inner) / 4);
    const common = { number: i + 1, stage: 0, place: i, kernel, stride, activation, squeeze };
    return { ...common, inner: channels(inner), channels: channels(depth), hasExpansion: i > 0 };
  });
  const plan: InvertedPlan = {
    stem: { channels: channels(16), activation: "hardSwish" },
    blocks,
    head: { channels: channels(960), activation: "hardSwish" },
    epsilon: 0.001,
    padding: "symmetric",
    gate: "hardSigmoid",
  };
  const net = createNetwork("mobilenet_v3_large", size);
  let x = net.flatten(invertedTrunk(net, plan, v3Naming));
  x = net.layer(net.hardSwish(net.linear(x, "classifier.0", { features: channels(1280) })), "fc1");
  x = net.linear(net.dropout(x, 0.2), "classifier.3", { features: classes, initialisation: "small" });
  net.output(x, "classifier");
  return finishArchitecture(net, {
    name: "mobilenet_v3_large",
    paper: "Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
    licence: "BSD-3-Clause",
    source: "torchvision, MobileNet_V3_Large_Weights.IMAGENET1K_V1",
    defaultLayer: "conv16",
    preprocessing: imagenetPreprocessing(size),
  });
}

const v3Naming: Naming = {
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
  head: ["features.16.0", "features.16.1"],
  classifier: "classifier.3",
};
