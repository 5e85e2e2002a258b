import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import { type Flow, type Network, createNetwork } from "./network.ts";

const plans = {
  18: { blocks: [2, 2, 2, 2], isBottleneck: false },
  50: { blocks: [3, 4, 6, 3], isBottleneck: true },
} as const;

export interface ResnetOptions extends ArchitectureOptions {
  readonly depth: keyof typeof plans;
}

/**
 * ResNet-18 and ResNet-50. The bottleneck strides in its 3x3 convolution (torchvision's form, "v1.5").
 * Source: He et al. 2016, arXiv:1512.03385.
 */
export function resnet(options: ResnetOptions): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const name = `resnet${options.depth}`;
  const { blocks, isBottleneck } = plans[options.depth];
  const net = createNetwork(name, size);
  let x = net.conv(net.input, "conv1", { channels: channels(64), kernel: 7, stride: 2, pad: 3, bias: false });
  x = net.layer(net.relu(net.batchNorm(x, "bn1")), "conv1");
  x = net.layer(net.maxPool(x, { kernel: 3, stride: 2, pad: 1 }), "pool1", "conv1");
  blocks.forEach((count, i) => {
    const group = `layer${i + 1}`;
    for (let j = 0; j < count; j += 1) {
      const stride = j === 0 && i > 0 ? 2 : 1;
      const block = { name: `${group}.${j}`, width: channels(64 * 2 ** i), stride };
      x = isBottleneck ? bottleneck(net, x, block) : basicBlock(net, x, block);
      net.layer(x, j === count - 1 ? group : `${group}.${j}`, group);
    }
  });
  x = net.flatten(net.layer(net.globalPool(x), "pool5", "layer4"));
  net.output(net.linear(x, "fc", { features: classes, initialisation: "small" }), "fc");
  return finishArchitecture(net, {
    name,
    paper: "He et al. 2016, Deep Residual Learning for Image Recognition, arXiv:1512.03385",
    licence: "BSD-3-Clause",
    source: `torchvision, ResNet${options.depth}_Weights.IMAGENET1K_V1`,
    defaultLayer: "layer4",
    preprocessing: imagenetPreprocessing(size),
  });
}

interface Block {
  readonly name: string;
  readonly width: number;
  readonly stride: number;
}

function basicBlock(net: Network, x: Flow, { name, width, stride }: Block): Flow {
  let y = net.conv(x, `${name}.conv1`, { channels: width, kernel: 3, stride, pad: 1, bias: false });
  y = net.relu(net.batchNorm(y, `${name}.bn1`));
  y = net.conv(y, `${name}.conv2`, { channels: width, kernel: 3, pad: 1, bias: false });
  return joinShortcut(net, x, { y: net.batchNorm(y, `${name}.bn2`), name, stride });
}

function bottleneck(net: Network, x: Flow, { name, width, stride }: Block): Flow {
  let y = net.conv(x, `${name}.conv1`, { channels: width, kernel: 1, bias: false });
  y = net.relu(net.batchNorm(y, `${name}.bn1`));
  y = net.conv(y, `${name}.conv2`, { channels: width, kernel: 3, stride, pad: 1, bias: false });
  y = net.relu(net.batchNorm(y, `${name}.bn2`));
  y = net.conv(y, `${name}.conv3`, { channels: width * 4, kernel: 1, bias: false });
  return joinShortcut(net, x, { y: net.batchNorm(y, `${name}.bn3`), name, stride });
}

/** relu(y + x), where x goes through a 1x1 convolution when its shape differs. */
function joinShortcut(net: Network, x: Flow, branch: { y: Flow; name: string; stride: number }): Flow {
  const { y, name, stride } = branch;
  if (stride === 1 && x.shape[0] === y.shape[0]) return net.relu(net.add(y, x));
  const shortcut = net.conv(x, `${name}.downsample.0`, {
    channels: y.shape[0]!,
    kernel: 1,
    stride,
    bias: false,
  });
  return net.relu(net.add(y, net.batchNorm(shortcut, `${name}.downsample.1`)));
}
