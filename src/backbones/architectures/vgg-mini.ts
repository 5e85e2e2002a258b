import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import { convolutionUnit, miniHead } from "./mini-parts.ts";

/** Channels and number of convolutions of the five stacks. */
const stacks = [
  [32, 1],
  [64, 2],
  [128, 2],
  [256, 2],
  [320, 2],
] as const;

/**
 * VGG's plan for photos of 64 pixels: stacks of 3 x 3 convolutions, a 2 x 2 maximum between them, then two fully connected
 * layers. Batch normalisation behind each convolution lets it train from random weights.
 * Source: Simonyan and Zisserman 2014, arXiv:1409.1556. Witness: PyTorch, test/reference/architectures.
 */
export function vggMini(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options, 64);
  const net = createNetwork("vgg-mini", size);
  let x = net.input;
  let at = 0; // place in the flat list of modules, which names the parameters
  for (const [i, [depth, count]] of stacks.entries()) {
    if (i > 0) {
      x = net.layer(net.maxPool(x, { kernel: 2 }), `pool${i}`, `conv${i}_${stacks[i - 1]![1]}`);
      at += 1;
    }
    for (let j = 1; j <= count; j += 1) {
      x = net.layer(
        convolutionUnit(net, x, at, { channels: channels(depth), kernel: 3 }),
        `conv${i + 1}_${j}`,
      );
      at += 3;
    }
  }
  miniHead(net, x, { hidden: channels(1024), classes });
  return finishArchitecture(net, {
    name: "vgg-mini",
    paper:
      "Simonyan and Zisserman 2014, Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556",
    licence: "MIT",
    source: "Rootstock",
    defaultLayer: "conv5_2",
    preprocessing: imagenetPreprocessing(size),
  });
}
