import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { convolutionUnit, miniHead } from "./mini-parts.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";

/** Channels and kernel of the five convolutions; the first moves by two pixels. */
const convolutions = [
  [64, 7],
  [192, 5],
  [384, 3],
  [256, 3],
  [256, 3],
] as const;

/**
 * AlexNet's plan for photos of 64 pixels: five convolutions, overlapping pools of 3 x 3 after the first, second and last,
 * then two fully connected layers. Batch normalisation behind each convolution lets it train from random weights.
 * Source: Krizhevsky et al. 2012; Ioffe and Szegedy 2015, arXiv:1502.03167. Witness: PyTorch, test/reference/architectures.
 */
export function alexnetMini(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options, 64);
  const net = createNetwork("alexnet-mini", size);
  let x = net.input;
  let at = 0; // place in the flat list of modules, which names the parameters
  for (const [i, [depth, kernel]] of convolutions.entries()) {
    const shape = { channels: channels(depth), kernel, stride: i === 0 ? 2 : 1 };
    x = net.layer(convolutionUnit(net, x, at, shape), `conv${i + 1}`);
    at += 3;
    if (![0, 1, 4].includes(i)) continue;
    x = net.layer(net.maxPool(x, { kernel: 3, stride: 2, pad: 1 }), `pool${i + 1}`, `conv${i + 1}`);
    at += 1;
  }
  miniHead(net, x, { hidden: channels(1024), classes });
  return finishArchitecture(net, {
    name: "alexnet-mini",
    paper: "Krizhevsky et al. 2012, ImageNet Classification with Deep Convolutional Neural Networks",
    licence: "MIT",
    source: "Rootstock",
    defaultLayer: "pool5",
    preprocessing: imagenetPreprocessing(size),
  });
}
