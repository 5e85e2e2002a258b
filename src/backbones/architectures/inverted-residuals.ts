import type { Flow, Network } from "./network.ts";

/** The activations of the mobile networks. */
export type Activation = "relu" | "relu6" | "silu" | "hardSwish";

/** One inverted residual: 1x1 expansion, depthwise convolution, optional channel gate, 1x1 linear projection. */
export interface InvertedBlock {
  /** Counted from 1 through the network. */
  readonly number: number;
  /** Stage from 0, and place within it. */
  readonly stage: number;
  readonly place: number;
  /** Channels inside; equal to the block's input channels where there is no expansion. */
  readonly inner: number;
  readonly hasExpansion: boolean;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Channels of the squeeze-and-excitation bottleneck; 0 for none. */
  readonly squeeze: number;
  readonly activation: Activation;
}

/** Name of a convolution and of its batch normalisation. */
export type NamePair = readonly [convolution: string, norm: string];

/** Names of a block's parameters, part by part. */
export interface BlockNames {
  readonly expand: NamePair;
  readonly depthwise: NamePair;
  readonly squeeze: readonly [reduce: string, restore: string];
  readonly project: NamePair;
}

/** How one library spells the modules of such a network. */
export interface Naming {
  readonly stem: NamePair;
  readonly block: (block: InvertedBlock) => BlockNames;
  readonly head: NamePair;
  readonly classifier: string;
}

/** What the networks of this family differ in. */
export interface InvertedPlan {
  readonly stem: { readonly channels: number; readonly activation: Activation };
  readonly blocks: readonly InvertedBlock[];
  readonly head: { readonly channels: number; readonly activation: Activation };
  /** Of batch normalisation. */
  readonly epsilon: number;
  /** TensorFlow's asymmetric padding, or (kernel - 1) / 2 on every side. */
  readonly padding: "same" | "symmetric";
  /** The gate's last function. */
  readonly gate?: "sigmoid" | "hardSigmoid";
}

/** Everything up to the pooled map, layers `conv1`, `block1` .. `blockN`, `conv(N+1)`, `pool(N+1)`. Shape: [C, 1, 1]. */
export function invertedTrunk(net: Network, plan: InvertedPlan, naming: Naming): Flow {
  const unit = unitOf(net, plan);
  let x = unit(net.input, naming.stem, { ...plan.stem, kernel: 3, stride: 2 });
  net.layer(x, "conv1");
  for (const block of plan.blocks) {
    x = invertedBlock(net, x, { block, names: naming.block(block), plan });
    net.layer(x, `block${block.number}`);
  }
  const last = `conv${plan.blocks.length + 1}`;
  x = net.layer(unit(x, naming.head, { ...plan.head, kernel: 1 }), last);
  return net.layer(net.globalPool(x), last.replace("conv", "pool"), last);
}

interface UnitOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly activation?: Activation;
}

/** Convolution without bias, batch normalisation, activation. */
function unitOf(net: Network, plan: InvertedPlan): (x: Flow, names: NamePair, options: UnitOptions) => Flow {
  return (x, [convolution, norm], { activation, ...options }) => {
    const pad = plan.padding === "same" ? "same" : (options.kernel - 1) / 2;
    const y = net.batchNorm(net.conv(x, convolution, { ...options, pad, bias: false }), norm, plan.epsilon);
    return activation === undefined ? y : net[activation](y);
  };
}

function invertedBlock(
  net: Network,
  x: Flow,
  options: { block: InvertedBlock; names: BlockNames; plan: InvertedPlan },
): Flow {
  const { block, names, plan } = options;
  const { inner, activation, kernel, stride, channels } = block;
  const unit = unitOf(net, plan);
  let y = block.hasExpansion ? unit(x, names.expand, { channels: inner, kernel: 1, activation }) : x;
  y = unit(y, names.depthwise, { channels: inner, kernel, stride, groups: inner, activation });
  if (block.squeeze > 0) {
    const [reduce, restore] = names.squeeze;
    const squeezed = net.conv(net.globalPool(y), reduce, { channels: block.squeeze, kernel: 1 });
    const excited = plan.gate === "hardSigmoid" ? net.relu(squeezed) : net.silu(squeezed);
    y = net.scale(y, net[plan.gate ?? "sigmoid"](net.conv(excited, restore, { channels: inner, kernel: 1 })));
  }
  y = unit(y, names.project, { channels, kernel: 1 });
  return stride === 1 && x.shape[0] === channels ? net.add(x, y) : y;
}

/** A stage as the papers tabulate it. */
export interface Stage {
  readonly expansion: number;
  readonly channels: number;
  readonly count: number;
  readonly stride: number;
  readonly kernel?: number;
}

/** The blocks of stages in a row; only the first of a stage strides. `squeeze`: gate channels from input channels. */
export function blocksOf(
  stages: readonly Stage[],
  options: { input: number; activation: Activation; squeeze?: (inputChannels: number) => number },
): InvertedBlock[] {
  const blocks: InvertedBlock[] = [];
  let depth = options.input;
  stages.forEach(({ expansion, channels, count, stride, kernel = 3 }, stage) => {
    for (let place = 0; place < count; place += 1) {
      blocks.push({
        number: blocks.length + 1,
        stage,
        place,
        inner: depth * expansion,
        hasExpansion: expansion > 1,
        channels,
        kernel,
        stride: place === 0 ? stride : 1,
        squeeze: options.squeeze?.(depth) ?? 0,
        activation: options.activation,
      });
      depth = channels;
    }
  });
  return blocks;
}

/** timm spells every network of this family alike. */
export const timmNaming: Naming = {
  stem: ["conv_stem", "bn1"],
  block: ({ stage, place, hasExpansion }) => {
    const id = `blocks.${stage}.${place}`;
    const [depthwise, project] = hasExpansion ? ["bn2", "bn3"] : ["bn1", "bn2"];
    return {
      expand: [`${id}.conv_pw`, `${id}.bn1`],
      depthwise: [`${id}.conv_dw`, `${id}.${depthwise}`],
      squeeze: [`${id}.se.conv_reduce`, `${id}.se.conv_expand`],
      project: [`${id}.${hasExpansion ? "conv_pwl" : "conv_pw"}`, `${id}.${project}`],
    };
  },
  head: ["conv_head", "bn2"],
  classifier: "classifier",
};

/** A renamer of tensors ("module.weight") from one spelling of a plan's modules to another. */
export function renamerBetween(
  plan: InvertedPlan,
  { from, to }: { from: Naming; to: Naming },
): (name: string) => string {
  const modules = (naming: Naming): string[] => [
    ...naming.stem,
    ...plan.blocks.flatMap((block) => Object.values(naming.block(block)).flat() as string[]),
    ...naming.head,
    naming.classifier,
  ];
  const ours = modules(to);
  const table = new Map(modules(from).map((name, i) => [name, ours[i]!]));
  // where a block has no expansion, its unused names may equal used ones: the used ones win
  for (const block of plan.blocks.filter(({ hasExpansion }) => !hasExpansion))
    for (const part of ["depthwise", "project"] as const)
      from.block(block)[part].forEach((name, i) => table.set(name, to.block(block)[part][i]!));
  return (name) => {
    const dot = name.lastIndexOf(".");
    const module = table.get(name.slice(0, dot));
    return module === undefined ? name : module + name.slice(dot);
  };
}

/** The multiple of 8 nearest to `count`, at least 8, never below 90 % of it (the papers' reference code). */
export function nearestEighth(count: number): number {
  const rounded = Math.max(8, Math.floor((count + 4) / 8) * 8);
  return rounded < 0.9 * count ? rounded + 8 : rounded;
}
