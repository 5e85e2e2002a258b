import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";

/**
 * AlexNet as torchvision has it: five convolutions, three fully connected layers, no local response normalisation.
 * Source: Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997.
 */
export function alexnet(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const net = createNetwork("alexnet", size);
  const block = (at: number, kernel: number, depth: number): void => {
    const number = [0, 3, 6, 8, 10].indexOf(at) + 1;
    const first = number === 1 ? { stride: 4, pad: 2 } : { pad: (kernel - 1) / 2 };
    x = net.relu(net.conv(x, `features.${at}`, { channels: channels(depth), kernel, ...first }));
    net.layer(x, `conv${number}`);
    if (![1, 2, 5].includes(number)) return;
    x = net.layer(net.maxPool(x, { kernel: 3, stride: 2 }), `pool${number}`, `conv${number}`);
  };
  let x = net.input;
  block(0, 11, 64);
  block(3, 5, 192);
  block(6, 3, 384);
  block(8, 3, 256);
  block(10, 3, 256);
  x = net.flatten(net.adaptivePool(x, 6));
  for (const [at, name] of [
    [1, "fc6"],
    [4, "fc7"],
  ] as const) {
    x = net.relu(net.linear(net.dropout(x, 0.5), `classifier.${at}`, { features: channels(4096) }));
    net.layer(x, name);
  }
  net.output(net.linear(x, "classifier.6", { features: classes, initialisation: "small" }), "fc8");
  return finishArchitecture(net, {
    name: "alexnet",
    paper:
      "Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997",
    licence: "BSD-3-Clause",
    source: "torchvision, AlexNet_Weights.IMAGENET1K_V1",
    defaultLayer: "pool5",
    preprocessing: imagenetPreprocessing(size),
  });
}
