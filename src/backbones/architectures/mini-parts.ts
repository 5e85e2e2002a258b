import type { ConvOptions, Flow, Network } from "./network.ts";

/** Convolution (odd kernel, the map keeps its size at stride 1), batch normalisation, ReLU; parameters from place `at`. */
export function convolutionUnit(
  net: Network,
  x: Flow,
  at: number,
  { kernel, ...shape }: Pick<ConvOptions, "channels" | "kernel" | "stride">,
): Flow {
  const convolved = net.conv(x, `features.${at}`, { ...shape, kernel, pad: (kernel - 1) / 2, bias: false });
  return net.relu(net.batchNorm(convolved, `features.${at + 1}`));
}

/** The mean over the map, a normalised hidden layer `fc6`, class scores `fc7`. Dropout 0.3 in training. */
export function miniHead(
  net: Network,
  maps: Flow,
  { hidden, classes }: { hidden: number; classes: number },
): void {
  const pooled = net.flatten(net.globalPool(maps));
  const units = net.batchNorm(net.linear(pooled, "head.0", { features: hidden, bias: false }), "head.1");
  const x = net.layer(net.dropout(net.relu(units), 0.3), "fc6");
  net.output(net.linear(x, "head.4", { features: classes, initialisation: "small" }), "fc7");
}
