import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import type { Flow, Network } from "./network.ts";

/** Convolutions in each of the five blocks. */
const convolutions = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

/** Channels of each of the five blocks. */
const depths = [64, 128, 256, 512, 512] as const;

/** Which depth, and whether with batch normalisation. */
export interface VggOptions extends ArchitectureOptions {
  readonly depth: keyof typeof convolutions;
  /** With batch normalisation after every convolution; default "none". */
  readonly normalisation?: "none" | "batch";
}

/**
 * VGG-11, -13, -16 and -19: blocks of 3x3 convolutions, a 2x2 maximum after each, three fully connected layers.
 * Source: Simonyan and Zisserman 2014, arXiv:1409.1556; configurations A, B, D and E.
 */
export function vgg(options: VggOptions): Architecture {
  const { depth, normalisation = "none" } = options;
  const { classes, size, channels } = resolveOptions(options);
  const hasNorm = normalisation === "batch";
  const name = `vgg${depth}${hasNorm ? "_bn" : ""}`;
  const net = createNetwork(name, size);
  const maps = convolutionBlocks(net, convolutions[depth], { channels, hasNorm });
  let x = net.flatten(net.adaptivePool(maps, 7));
  for (const [place, layer] of [
    [0, "fc6"],
    [3, "fc7"],
  ] as const) {
    x = net.layer(net.relu(net.linear(x, `classifier.${place}`, { features: channels(4096) })), layer);
    x = net.dropout(x, 0.5);
  }
  net.output(net.linear(x, "classifier.6", { features: classes, initialisation: "small" }), "fc8");
  return finishArchitecture(net, {
    name,
    paper:
      "Simonyan and Zisserman 2014, Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556",
    licence: "BSD-3-Clause",
    source: `torchvision, VGG${depth}${hasNorm ? "_BN" : ""}_Weights.IMAGENET1K_V1`,
    defaultLayer: "pool5",
    preprocessing: imagenetPreprocessing(size),
    dialects: [timmName],
  });
}

/** Layers `conv1_1` .. `pool5`. */
function convolutionBlocks(
  net: Network,
  counts: readonly number[],
  { channels, hasNorm }: { channels: (count: number) => number; hasNorm: boolean },
): Flow {
  let x = net.input;
  let at = 0; // place in torchvision's flat list of modules, which names the parameters
  for (const [block, count] of counts.entries()) {
    for (let i = 1; i <= count; i += 1) {
      x = net.conv(x, `features.${at}`, { channels: channels(depths[block]!), kernel: 3, pad: 1 });
      if (hasNorm) x = net.batchNorm(x, `features.${at + 1}`);
      x = net.layer(net.relu(x), `conv${block + 1}_${i}`);
      at += hasNorm ? 3 : 2;
    }
    x = net.layer(net.maxPool(x, { kernel: 2 }), `pool${block + 1}`, `conv${block + 1}_${count}`);
    at += 1;
  }
  return x;
}

/** timm keeps fc6 and fc7 as convolutions over the whole map; their weights lie in the same order. */
function timmName(name: string): string {
  return name
    .replace(/^pre_logits\.fc1\./, "classifier.0.")
    .replace(/^pre_logits\.fc2\./, "classifier.3.")
    .replace(/^head\.fc\./, "classifier.6.");
}
