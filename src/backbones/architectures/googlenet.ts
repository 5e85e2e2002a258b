import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import type { Flow, Network } from "./network.ts";

/** Channels of the inception modules: 1x1 | reduce, 3x3 | reduce, "5x5" | after the pool. */
export const inceptions = [
  ["3a", [64, 96, 128, 16, 32, 32]],
  ["3b", [128, 128, 192, 32, 96, 64]],
  ["4a", [192, 96, 208, 16, 48, 64]],
  ["4b", [160, 112, 224, 24, 64, 64]],
  ["4c", [128, 128, 256, 24, 64, 64]],
  ["4d", [112, 144, 288, 32, 64, 64]],
  ["4e", [256, 160, 320, 32, 128, 128]],
  ["5a", [256, 160, 320, 32, 128, 128]],
  ["5b", [384, 192, 384, 48, 128, 128]],
] as const;

/**
 * GoogLeNet as torchvision has it: batch normalisation after every convolution, and 3x3 kernels where the paper has
 * 5x5. The two auxiliary classifiers exist for training alone and are left out.
 * Source: Szegedy et al. 2015, arXiv:1409.4842.
 */
export function googlenet(options: ArchitectureOptions = {}): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const net = createNetwork("googlenet", size);
  const unit = unitOf(net, channels);
  const pool = (x: Flow, kernel: number): Flow => net.maxPool(x, { kernel, stride: 2, rounding: "ceil" });

  let x = net.layer(unit(net.input, "conv1", { depth: 64, kernel: 7, stride: 2 }), "conv1");
  x = net.layer(pool(x, 3), "pool1", "conv1");
  x = unit(unit(x, "conv2", { depth: 64, kernel: 1 }), "conv3", { depth: 192, kernel: 3 });
  x = net.layer(pool(net.layer(x, "conv2"), 3), "pool2", "conv2");
  for (const [id, counts] of inceptions) {
    if (id === "4a") x = net.layer(pool(x, 3), "pool3", "inception3b");
    if (id === "5a") x = net.layer(pool(x, 2), "pool4", "inception4e");
    x = net.layer(inception(net, unit, { x, id: `inception${id}`, counts }), `inception${id}`);
  }
  x = net.flatten(net.layer(net.globalPool(x), "pool5", "inception5b"));
  net.output(net.linear(net.dropout(x, 0.2), "fc", { features: classes, initialisation: "small" }), "fc");
  return finishArchitecture(net, {
    name: "googlenet",
    paper: "Szegedy et al. 2015, Going Deeper with Convolutions, arXiv:1409.4842",
    licence: "BSD-3-Clause",
    source: "torchvision, GoogLeNet_Weights.IMAGENET1K_V1",
    defaultLayer: "inception5b",
    auxiliary: ["aux1", "aux2"],
    // torchvision normalises as usual and then, inside the network, to (x - 0.5) / 0.5: this is the two in one
    preprocessing: imagenetPreprocessing(size, { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }),
  });
}

type Unit = (x: Flow, id: string, spec: { depth: number; kernel: number; stride?: number }) => Flow;

/** Convolution without bias, batch normalisation, relu; the map keeps its size but for the stride. */
function unitOf(net: Network, channels: (count: number) => number): Unit {
  return (x, id, { depth, kernel, stride = 1 }) => {
    const pad = (kernel - 1) / 2;
    const y = net.conv(x, `${id}.conv`, { channels: channels(depth), kernel, stride, pad, bias: false });
    return net.relu(net.batchNorm(y, `${id}.bn`, 0.001));
  };
}

/** Four branches side by side: 1x1, 3x3, "5x5", and a 3x3 maximum; all but the first reduce by a 1x1 convolution. */
function inception(
  net: Network,
  unit: Unit,
  { x, id, counts }: { x: Flow; id: string; counts: (typeof inceptions)[number][1] },
): Flow {
  const [one, reduce3, three, reduce5, five, pooled] = counts;
  const branch = (number: 2 | 3, reduce: number, depth: number): Flow => {
    const reduced = unit(x, `${id}.branch${number}.0`, { depth: reduce, kernel: 1 });
    return unit(reduced, `${id}.branch${number}.1`, { depth, kernel: 3 });
  };
  return net.concat([
    unit(x, `${id}.branch1`, { depth: one, kernel: 1 }),
    branch(2, reduce3, three),
    branch(3, reduce5, five),
    unit(net.maxPool(x, { kernel: 3, stride: 1, pad: 1 }), `${id}.branch4.1`, { depth: pooled, kernel: 1 }),
  ]);
}
