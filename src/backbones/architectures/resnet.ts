import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import type { Flow, Network } from "./network.ts";

const residual = {
  paper: "He et al. 2016, Deep Residual Learning for Image Recognition, arXiv:1512.03385",
  isBottleneck: true,
  groups: 1,
  /** Channels of a bottleneck's 3x3 convolution in the first stage; each later stage has twice as many. */
  inner: 64,
};
const wide = {
  ...residual,
  paper: "Zagoruyko and Komodakis 2016, Wide Residual Networks, arXiv:1605.07146",
  inner: 128,
};
const aggregated = {
  ...residual,
  paper: "Xie et al. 2017, Aggregated Residual Transformations for Deep Neural Networks, arXiv:1611.05431",
  groups: 32,
};

/** By torchvision's name: its name for the weights, and how many blocks each of the four stages has. */
const plans = {
  resnet18: { ...residual, weights: "ResNet18", blocks: [2, 2, 2, 2], isBottleneck: false },
  resnet34: { ...residual, weights: "ResNet34", blocks: [3, 4, 6, 3], isBottleneck: false },
  resnet50: { ...residual, weights: "ResNet50", blocks: [3, 4, 6, 3] },
  resnet101: { ...residual, weights: "ResNet101", blocks: [3, 4, 23, 3] },
  resnet152: { ...residual, weights: "ResNet152", blocks: [3, 8, 36, 3] },
  wide_resnet50_2: { ...wide, weights: "Wide_ResNet50_2", blocks: [3, 4, 6, 3] },
  wide_resnet101_2: { ...wide, weights: "Wide_ResNet101_2", blocks: [3, 4, 23, 3] },
  resnext50_32x4d: { ...aggregated, weights: "ResNeXt50_32X4D", blocks: [3, 4, 6, 3], inner: 128 },
  resnext101_32x8d: { ...aggregated, weights: "ResNeXt101_32X8D", blocks: [3, 4, 23, 3], inner: 256 },
} as const;

/** Networks of the residual family. */
export type ResnetName = keyof typeof plans;

/** Names of the family, for the registry. */
export const resnetNames = Object.keys(plans) as ResnetName[];

/** Which network of the family. */
export interface ResnetOptions extends ArchitectureOptions {
  readonly name: ResnetName;
}

/**
 * ResNet-18 to -152, their wide forms and ResNeXt. The bottleneck strides in its 3x3 convolution (torchvision's form,
 * "v1.5"). Source: He et al. 2016, arXiv:1512.03385; the cards name the papers of the other two.
 */
export function resnet(options: ResnetOptions): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const { name } = options;
  const { blocks, isBottleneck, inner, weights, paper } = plans[name];
  // a narrow network for a test may have fewer channels than groups
  const groups = Math.min(plans[name].groups, channels(inner));
  const net = createNetwork(name, size);
  let x = net.conv(net.input, "conv1", { channels: channels(64), kernel: 7, stride: 2, pad: 3, bias: false });
  x = net.layer(net.relu(net.batchNorm(x, "bn1")), "conv1");
  x = net.layer(net.maxPool(x, { kernel: 3, stride: 2, pad: 1 }), "pool1", "conv1");
  blocks.forEach((count, i) => {
    const group = `layer${i + 1}`;
    for (let j = 0; j < count; j += 1) {
      const stride = j === 0 && i > 0 ? 2 : 1;
      const middle = Math.ceil(channels(inner * 2 ** i) / groups) * groups;
      const block = { name: `${group}.${j}`, width: channels(64 * 2 ** i), inner: middle, groups, stride };
      x = isBottleneck ? bottleneck(net, x, block) : basicBlock(net, x, block);
      net.layer(x, j === count - 1 ? group : `${group}.${j}`, group);
    }
  });
  x = net.flatten(net.layer(net.globalPool(x), "pool5", "layer4"));
  net.output(net.linear(x, "fc", { features: classes, initialisation: "small" }), "fc");
  return finishArchitecture(net, {
    name,
    paper,
    licence: "BSD-3-Clause",
    source: `torchvision, ${weights}_Weights.IMAGENET1K_V1`,
    defaultLayer: "layer4",
    preprocessing: imagenetPreprocessing(size),
    dialects: [childName],
  });
}

/** Modules as children in a row, as `nn.Sequential(*model.children())` and fastai number them. */
const children = ["conv1", "bn1", "", "", "layer1", "layer2", "layer3", "layer4", "", "fc"];

function childName(name: string): string {
  return name.replace(/^(\d)(?=\.)/, (digit) => children[Number(digit)] || digit);
}

interface Block {
  readonly name: string;
  /** Channels of the stage; a bottleneck puts out four times as many. */
  readonly width: number;
  /** Channels of the bottleneck's 3x3 convolution. */
  readonly inner: number;
  readonly groups: number;
  readonly stride: number;
}

function basicBlock(net: Network, x: Flow, { name, width, stride }: Block): Flow {
  let y = net.conv(x, `${name}.conv1`, { channels: width, kernel: 3, stride, pad: 1, bias: false });
  y = net.relu(net.batchNorm(y, `${name}.bn1`));
  y = net.conv(y, `${name}.conv2`, { channels: width, kernel: 3, pad: 1, bias: false });
  return joinShortcut(net, x, { y: net.batchNorm(y, `${name}.bn2`), name, stride });
}

function bottleneck(net: Network, x: Flow, { name, width, inner, groups, stride }: Block): Flow {
  let y = net.conv(x, `${name}.conv1`, { channels: inner, kernel: 1, bias: false });
  y = net.relu(net.batchNorm(y, `${name}.bn1`));
  y = net.conv(y, `${name}.conv2`, { channels: inner, kernel: 3, stride, pad: 1, groups, bias: false });
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
