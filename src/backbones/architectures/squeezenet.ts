import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { createNetwork } from "./create-network.ts";
import { finishArchitecture, imagenetPreprocessing, resolveOptions } from "./finish-architecture.ts";
import type { Flow, Network } from "./network.ts";

/** Squeeze and (each) expand channels of fire2 to fire9. */
const fires = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
] as const;

const plans = {
  "1.0": { stem: { depth: 96, kernel: 7 }, poolBefore: [2, 5, 9] },
  "1.1": { stem: { depth: 64, kernel: 3 }, poolBefore: [2, 4, 6] },
} as const;

/** Which version. */
export interface SqueezenetOptions extends ArchitectureOptions {
  readonly version: keyof typeof plans;
}

/**
 * SqueezeNet 1.0 and 1.1: fire modules (a 1x1 squeeze, then 1x1 and 3x3 expansions side by side), no FC layer.
 * Source: Iandola et al. 2016, arXiv:1602.07360.
 */
export function squeezenet(options: SqueezenetOptions): Architecture {
  const { classes, size, channels } = resolveOptions(options);
  const { stem, poolBefore } = plans[options.version];
  const name = `squeezenet${options.version.replace(".", "_")}`;
  const net = createNetwork(name, size);
  let x = net.relu(
    net.conv(net.input, "features.0", { channels: channels(stem.depth), kernel: stem.kernel, stride: 2 }),
  );
  net.layer(x, "conv1");
  let at = 2; // place in torchvision's flat list of modules
  for (const [i, [squeeze, expand]] of fires.entries()) {
    const number = i + 2;
    if (poolBefore.some((before) => before === number)) {
      x = net.maxPool(x, { kernel: 3, stride: 2, rounding: "ceil" });
      net.layer(x, `pool${number - 1}`, number === 2 ? "conv1" : `fire${number - 1}`);
      at += 1;
    }
    const depths = { squeeze: channels(squeeze), expand: channels(expand) };
    x = net.layer(fire(net, x, { id: `features.${at}`, ...depths }), `fire${number}`);
    at += 1;
  }
  x = net.conv(net.dropout(x, 0.5), "classifier.1", { channels: classes, kernel: 1 });
  x = net.layer(net.relu(x), "conv10");
  net.output(net.flatten(net.layer(net.globalPool(x), "pool10", "conv10")), "logits", "conv10");
  return finishArchitecture(net, {
    name,
    paper:
      "Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, arXiv:1602.07360",
    licence: "Apache-2.0",
    source: `torchvision, SqueezeNet${options.version.replace(".", "_")}_Weights.IMAGENET1K_V1`,
    defaultLayer: "fire9",
    preprocessing: imagenetPreprocessing(size),
  });
}

/** A 1x1 convolution to few channels, then 1x1 and 3x3 convolutions of it side by side. */
function fire(net: Network, x: Flow, { id, squeeze, expand }: FireOptions): Flow {
  const squeezed = net.relu(net.conv(x, `${id}.squeeze`, { channels: squeeze, kernel: 1 }));
  return net.concat([
    net.relu(net.conv(squeezed, `${id}.expand1x1`, { channels: expand, kernel: 1 })),
    net.relu(net.conv(squeezed, `${id}.expand3x3`, { channels: expand, kernel: 3, pad: 1 })),
  ]);
}

interface FireOptions {
  readonly id: string;
  readonly squeeze: number;
  /** Channels of each of the two. */
  readonly expand: number;
}
