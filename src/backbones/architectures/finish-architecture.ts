import type { Preprocessing } from "../../graph/preprocessing.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import type { Network } from "./network.ts";

/** What the layers themselves cannot tell: where a network comes from and how it wants its pixels. */
export interface ArchitectureFacts {
  readonly name: string;
  readonly paper: string;
  readonly licence: string;
  readonly source: string;
  readonly defaultLayer: string;
  readonly preprocessing: Preprocessing;
  readonly notes?: string;
  readonly dialects?: Architecture["dialects"];
  readonly auxiliary?: Architecture["auxiliary"];
}

/** The network built so far as an architecture, with its card. */
export function finishArchitecture(network: Network, facts: ArchitectureFacts): Architecture {
  const { layers, ...built } = network.finish();
  const { dialects = [], auxiliary = [], ...described } = facts;
  const learnable = built.parameters.filter(({ isLearnable }) => isLearnable);
  return {
    ...built,
    name: facts.name,
    dialects,
    auxiliary,
    card: {
      ...described,
      sha256: null,
      parameters: learnable.reduce((sum, { dims }) => sum + sizeOf(dims), 0),
      layers,
      isTrainable: true,
      architecture: facts.name,
    },
  };
}

/** Options with their defaults (`ownSize`: the network's input), and inner channel counts by the width factor. */
export function resolveOptions(
  options: ArchitectureOptions,
  ownSize = 224,
): {
  readonly classes: number;
  readonly size: number;
  readonly channels: (count: number) => number;
} {
  const { classes = 1000, width = 1, size = ownSize } = options;
  return { classes, size, channels: (count) => Math.max(1, Math.round(count * width)) };
}

/** torchvision's ImageNet preprocessing: short side 256, centre 224, mean and deviation of the training photos. */
export function imagenetPreprocessing(size: number, changes: Partial<Preprocessing> = {}): Preprocessing {
  return {
    width: size,
    height: size,
    resize: { kind: "shortSide", size: Math.round((size * 256) / 224) },
    crop: "centre",
    interpolation: "bilinear",
    colour: "rgb",
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    ...changes,
  };
}
