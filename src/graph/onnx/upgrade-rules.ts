import type { Attribute, GraphNode } from "../graph.ts";
import { attributeOf, floatOf, intOf, intsOf, stringOf } from "../node-attributes.ts";
import { type Tensor, floatTensor, int64List, int64Tensor } from "../tensor.ts";

/** What a rule may use of the graph around its node. */
export interface UpgradeSite {
  /** Adds an initializer and returns its name. */
  constant(tensor: Tensor): string;
  /** The numbers of a constant; undefined where the value is computed. */
  numbersOf(name: string): readonly number[] | undefined;
}

/** One change of form: nodes of `operators` written before `opset` become other nodes, or cannot (undefined). */
export interface UpgradeRule {
  readonly operators: readonly string[];
  readonly opset: number;
  readonly upgrade: (node: GraphNode, site: UpgradeSite) => readonly GraphNode[] | undefined;
}

/** The node without some attributes, with others, and with other inputs. */
function rewrite(
  node: GraphNode,
  change: {
    readonly drop?: readonly string[];
    readonly set?: Readonly<Record<string, Attribute>>;
    readonly inputs?: readonly string[];
    readonly operator?: string;
    readonly outputs?: readonly string[];
  },
): GraphNode[] {
  const kept = Object.entries(node.attributes).filter(([key]) => !change.drop?.includes(key));
  return [
    {
      ...node,
      operator: change.operator ?? node.operator,
      inputs: change.inputs ?? node.inputs,
      outputs: change.outputs ?? node.outputs,
      attributes: { ...Object.fromEntries(kept), ...change.set },
    },
  ];
}

/** Moves a list of ints from an attribute to input 1. */
function listToInput(name: string): UpgradeRule["upgrade"] {
  return (node, site) => {
    const values = intsOf(node, name);
    if (values === undefined) return [node];
    return rewrite(node, { drop: [name], inputs: [node.inputs[0]!, site.constant(int64List(values))] });
  };
}

const clip: UpgradeRule["upgrade"] = (node, site) => {
  const bound = (name: "min" | "max"): string =>
    name in node.attributes ? site.constant(floatTensor([], [floatOf(node, name, 0)])) : "";
  return rewrite(node, { drop: ["min", "max"], inputs: [node.inputs[0]!, bound("min"), bound("max")] });
};

const pad: UpgradeRule["upgrade"] = (node, site) => {
  const pads = site.constant(int64List(intsOf(node, "pads") ?? []));
  const value = site.constant(floatTensor([], [floatOf(node, "value", 0)]));
  return rewrite(node, { drop: ["pads", "value"], inputs: [node.inputs[0]!, pads, value] });
};

const slice: UpgradeRule["upgrade"] = (node, site) => {
  const lists = ["starts", "ends", "axes"].flatMap((name) => {
    const values = intsOf(node, name);
    // The old "to the end" of int32 and int64 both lie beyond any dimension.
    return values === undefined
      ? []
      : [site.constant(int64List(values.map((value) => Math.min(value, 2 ** 53 - 1))))];
  });
  return rewrite(node, { drop: ["starts", "ends", "axes"], inputs: [node.inputs[0]!, ...lists] });
};

/** Outside training the ratio plays no part, but a network may be trained on. */
const dropout: UpgradeRule["upgrade"] = (node, site) =>
  rewrite(node, {
    drop: ["ratio"],
    inputs: [node.inputs[0]!, site.constant(floatTensor([], [floatOf(node, "ratio", 0.5)]))],
  });

const topK: UpgradeRule["upgrade"] = (node, site) =>
  rewrite(node, { drop: ["k"], inputs: [node.inputs[0]!, site.constant(int64List([intOf(node, "k", 1)]))] });

/**
 * Resize of opset 10 took pixels at x / scale; the nearest one below along an axis that it enlarged, above along one
 * that it shrank. Where the scales are of both kinds, or not known, it is done in two steps: enlarge, then shrink.
 */
const resize: UpgradeRule["upgrade"] = (node, site) => {
  const [x, scales] = node.inputs as [string, string];
  const known = stringOf(node, "mode", "nearest") === "nearest" ? site.numbersOf(scales) : [1];
  if (known?.every((scale) => scale >= 1)) return [resizeAt(node, { x, scales, nearest: "floor" })];
  if (known?.every((scale) => scale <= 1)) return [resizeAt(node, { x, scales, nearest: "ceil" })];
  const one = site.constant(floatTensor([], [1]));
  const [up, down, large] = ["up", "down", "large"].map((part) => `${node.outputs[0]}:${part}`) as [
    string,
    string,
    string,
  ];
  return [
    plainNode("Max", [scales, one], up),
    plainNode("Min", [scales, one], down),
    { ...resizeAt(node, { x, scales: up, nearest: "floor" }), name: large, outputs: [large] },
    resizeAt(node, { x: large, scales: down, nearest: "ceil" }),
  ];
};

function resizeAt(
  node: GraphNode,
  { x, scales, nearest }: { x: string; scales: string; nearest: "floor" | "ceil" },
): GraphNode {
  const attributes: GraphNode["attributes"] = {
    ...node.attributes,
    coordinate_transformation_mode: { kind: "string", value: "asymmetric" },
    nearest_mode: { kind: "string", value: nearest },
  };
  return { ...node, inputs: [x, "", scales], attributes };
}

function plainNode(operator: string, inputs: readonly string[], output: string): GraphNode {
  return { name: output, operator, domain: "", inputs, outputs: [output], attributes: {} };
}

/** The scales of opset 7 were an attribute. */
const upsampleScales: UpgradeRule["upgrade"] = (node, site) => {
  const scales = attributeOf(node, "scales", "floats");
  if (scales === undefined) return [node];
  const input = site.constant(floatTensor([scales.length], scales));
  return rewrite(node, { drop: ["scales"], inputs: [node.inputs[0]!, input] });
};

/** "bilinear" and "bicubic" became names without a number of axes. */
const gridSample: UpgradeRule["upgrade"] = (node) => {
  const mode = stringOf(node, "mode", "bilinear");
  const value = mode === "bilinear" ? "linear" : mode === "bicubic" ? "cubic" : mode;
  return rewrite(node, { set: { mode: { kind: "string", value } } });
};

/** Scale and offset were one a group, and the runtime has that as instance normalisation of the groups. */
const groupNormalization: UpgradeRule["upgrade"] = (node, site) => {
  const [x, scale, offset] = node.inputs as [string, string, string];
  const [y] = node.outputs as [string];
  const [shape, grouped, done] = [`${y}:shape`, `${y}:grouped`, `${y}:done`];
  const groups = site.constant(int64List([0, intOf(node, "num_groups", 1), -1]));
  const { epsilon } = node.attributes;
  return [
    plainNode("Shape", [x], shape),
    plainNode("Reshape", [x, groups], grouped),
    {
      ...plainNode("InstanceNormalization", [grouped, scale, offset], done),
      attributes: epsilon ? { epsilon } : {},
    },
    { ...plainNode("Reshape", [done, shape], y), name: node.name },
  ];
};

/** The axis, 1 by default, became an input. */
const dft: UpgradeRule["upgrade"] = (node, site) => {
  const axis = site.constant(int64Tensor([], [intOf(node, "axis", 1)]));
  return rewrite(node, { drop: ["axis"], inputs: [node.inputs[0]!, node.inputs[1] ?? "", axis] });
};

const refuseRemovedMode: UpgradeRule["upgrade"] = (node) =>
  stringOf(node, "coordinate_transformation_mode", "half_pixel") === "tf_half_pixel_for_nn"
    ? undefined
    : [node];

/**
 * Before opset 13 Softmax and its kin worked on the whole block from `axis` on (1 by default), now along one axis:
 * flatten to that block, apply along its last axis, restore the shape.
 */
const blockwise: UpgradeRule["upgrade"] = (node) => {
  const [x] = node.inputs;
  const [y] = node.outputs;
  const axis = intOf(node, "axis", 1);
  const [shape, flat, done] = [`${y}:shape`, `${y}:flat`, `${y}:done`];
  if (axis === -1) return [node];
  return [
    plainNode("Shape", [x!], shape),
    { ...plainNode("Flatten", [x!], flat), attributes: { axis: { kind: "int", value: axis } } },
    { ...plainNode(node.operator, [flat], done), attributes: { axis: { kind: "int", value: -1 } } },
    { ...plainNode("Reshape", [done, shape], y!), name: node.name },
  ];
};

const countParts: UpgradeRule["upgrade"] = (node) =>
  node.inputs[1]
    ? [node]
    : rewrite(node, { set: { num_outputs: { kind: "int", value: node.outputs.length } } });

/** Statistics per element (`spatial` 0) are gone; extra outputs belonged to training. */
const batchNormalization: UpgradeRule["upgrade"] = (node) => {
  if (intOf(node, "spatial", 1) !== 1) return undefined;
  return rewrite(node, { drop: ["spatial"], outputs: node.outputs.slice(0, 1) });
};

const refuse: UpgradeRule["upgrade"] = () => undefined;

/**
 * Changes of form between opsets 7 and 26, in order of the opset that made them.
 * Source: the version lists of the ONNX operator pages. Witness: upgrade-opset.test.ts (same outputs in the runtime).
 */
export const upgradeRules: readonly UpgradeRule[] = [
  { operators: ["BatchNormalization"], opset: 9, upgrade: batchNormalization },
  { operators: ["Scan"], opset: 9, upgrade: refuse },
  { operators: ["Upsample"], opset: 9, upgrade: upsampleScales },
  { operators: ["Upsample"], opset: 10, upgrade: (node) => rewrite(node, { operator: "Resize" }) },
  { operators: ["Slice"], opset: 10, upgrade: slice },
  { operators: ["TopK"], opset: 10, upgrade: topK },
  { operators: ["Clip"], opset: 11, upgrade: clip },
  { operators: ["Pad"], opset: 11, upgrade: pad },
  { operators: ["Resize"], opset: 11, upgrade: resize },
  { operators: ["Scatter"], opset: 11, upgrade: (node) => rewrite(node, { operator: "ScatterElements" }) },
  { operators: ["Dropout"], opset: 12, upgrade: dropout },
  { operators: ["Resize"], opset: 13, upgrade: refuseRemovedMode },
  { operators: ["Softmax", "LogSoftmax", "Hardmax"], opset: 13, upgrade: blockwise },
  { operators: ["Squeeze", "Unsqueeze", "ReduceSum"], opset: 13, upgrade: listToInput("axes") },
  { operators: ["Split"], opset: 13, upgrade: listToInput("split") },
  { operators: ["BatchNormalization"], opset: 14, upgrade: batchNormalization },
  {
    operators: ["RoiAlign"],
    opset: 16,
    upgrade: (node) =>
      rewrite(node, {
        set: { coordinate_transformation_mode: { kind: "string", value: "output_half_pixel" } },
      }),
  },
  { operators: ["Split"], opset: 18, upgrade: countParts },
  {
    operators: [
      "ReduceL1",
      "ReduceL2",
      "ReduceLogSum",
      "ReduceLogSumExp",
      "ReduceMax",
      "ReduceMean",
      "ReduceMin",
      "ReduceProd",
      "ReduceSumSquare",
    ],
    opset: 18,
    upgrade: listToInput("axes"),
  },
  { operators: ["GridSample"], opset: 20, upgrade: gridSample },
  { operators: ["DFT"], opset: 20, upgrade: dft },
  { operators: ["GroupNormalization"], opset: 21, upgrade: groupNormalization },
];
