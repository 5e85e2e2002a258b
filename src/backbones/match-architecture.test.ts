import { expect, test } from "vitest";
import { RootstockError } from "../base/errors.ts";
import { architectureNames, buildArchitecture } from "./architectures/registry.ts";
import { matchArchitecture } from "./match-architecture.ts";
import type { StoredWeight } from "./weights/weights-file.ts";

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The tensors of a network as PyTorch saves them: its parameters, and a counter for each normalisation. */
function tensorsOf(name: string, prefix = ""): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const spec of buildArchitecture(name).parameters) {
    shapes.set(prefix + spec.name, spec.dims);
    if (spec.name.endsWith("running_var"))
      shapes.set(prefix + spec.name.replace("running_var", "num_batches_tracked"), []);
  }
  return shapes;
}

function fileOf(shapes: Shapes): Map<string, StoredWeight> {
  const read = (): never => {
    throw new Error("matching reads no tensor");
  };
  return new Map([...shapes].map(([name, dims]) => [name, { name, type: "float32", dims, read }]));
}

function matched(shapes: Shapes): { name: string; leftOut: readonly string[] } {
  const { architecture, leftOut } = matchArchitecture(fileOf(shapes));
  return { name: architecture.name, leftOut };
}

function refusal(shapes: Shapes): string {
  try {
    return `taken for ${matched(shapes).name}`;
  } catch (error) {
    if (!(error instanceof RootstockError) || error.code !== "E_WEIGHTS") throw error;
    return error.message;
  }
}

test.each(architectureNames)(
  "matchArchitecture: the tensors of %s are its own and no other network's",
  (name) => {
    expect(matched(tensorsOf(name))).toEqual({ name, leftOut: [] });
  },
);

test.each(["resnet18", "mobilenet_v2", "efficientnet_b0", "vgg11_bn", "squeezenet1_1", "googlenet"])(
  "matchArchitecture: %s with one tensor more, fewer or misshapen is refused by that tensor's name",
  (name) => {
    const shapes = tensorsOf(name);
    const [stem, dims] = [...shapes][0]!;
    const extra = stem.replace(/^(\w+).*/, "$1.attention.weight");
    expect(refusal(new Map([...shapes, [extra, [8, 8]]]))).toContain(`"${extra}", which ${name} has not`);
    expect(refusal(new Map([...shapes].slice(1)))).toMatch(/is missing|known architecture/);
    expect(refusal(new Map([...shapes, [stem, [dims[0]! + 1, ...dims.slice(1)]]]))).toContain(stem);
  },
);

test("matchArchitecture: a deeper network that holds every tensor of a known one is not that one", () => {
  const deeper = new Map(tensorsOf("resnet152"));
  for (const [name, dims] of tensorsOf("resnet152"))
    if (name.startsWith("layer3.35.")) deeper.set(name.replace("layer3.35", "layer3.36"), dims);
  expect(refusal(deeper)).toMatch(/weights for resnet152: the file also has "layer3\.36\.conv1\.weight"/);
});

test.each([
  "module.",
  "model.",
  "net.",
  "encoder.",
  "backbone.",
  "_orig_mod.",
  "module._orig_mod.model.",
  "_forward_module.model.backbone.body.",
  "student_of_mine.",
])("matchArchitecture: %s in front of every name is seen through", (prefix) => {
  expect(matched(tensorsOf("resnet34", prefix)).name).toBe("resnet34");
  expect(matched(tensorsOf("efficientnet_b2", prefix)).name).toBe("efficientnet_b2");
});

test("matchArchitecture: what training leaves beside a network is accounted for", () => {
  const beside: [string, number[]][] = [
    ["global_step", []],
    ["n_averaged", []],
    ["criterion.weight", [5]],
    ["train_acc.total", []],
    ["val_metrics.confmat", [5, 5]],
    ["model.total_ops", []],
    ["model.layer1.0.conv1.total_params", []],
    ["queue", [128, 64]],
  ];
  const copies = [tensorsOf("resnet18", "ema.module."), tensorsOf("resnet18", "model_ema.")];
  const shapes = new Map([...copies[0]!, ...copies[1]!, ...tensorsOf("resnet18", "model."), ...beside]);
  expect(matched(shapes)).toEqual({ name: "resnet18", leftOut: [] });
  expect(matched(tensorsOf("resnet18", "model_ema.module."))).toEqual({ name: "resnet18", leftOut: [] });
});

test("matchArchitecture: of a query and a key encoder the query's is taken; of two equals neither", () => {
  const pair = (a: string, b: string): Shapes =>
    new Map([...tensorsOf("resnet18", a), ...tensorsOf("resnet18", b)]);
  const { tensors } = matchArchitecture(fileOf(pair("encoder_k.", "encoder_q.")));
  expect(tensors.get("conv1.weight")?.name).toBe("encoder_q.conv1.weight");
  expect(refusal(pair("left.", "right."))).toContain('"right.conv1.weight"');
});

test("matchArchitecture: a decoder or a detector around a trunk is another network", () => {
  const shapes = new Map([
    ...tensorsOf("resnet18", "encoder."),
    ["decoder.blocks.0.conv1.weight", [8, 8, 3, 3]],
  ]);
  expect(refusal(shapes as Shapes)).toContain('"decoder.blocks.0.conv1.weight"');
});

test("matchArchitecture: a head of the user's own is left out by name, and the trunk is read", () => {
  const shapes = tensorsOf("resnet18");
  shapes.delete("fc.weight");
  shapes.delete("fc.bias");
  const own = new Map([...shapes, ["fc.0.weight", [256, 512]], ["fc.3.bias", [7]]] as const);
  expect(matched(own)).toEqual({ name: "resnet18", leftOut: ["fc.0.weight", "fc.3.bias"] });
  expect(matched(shapes)).toEqual({ name: "resnet18", leftOut: [] });
  const alexnet = tensorsOf("alexnet").set("classifier.1.weight", [512, 9216]);
  expect(matched(alexnet)).toEqual({ name: "alexnet", leftOut: ["classifier.1.weight"] });
});

test("matchArchitecture: a ResNet as a row of its children, as fastai keeps it, is read with its head left out", () => {
  const order = ["conv1", "bn1", "", "", "layer1", "layer2", "layer3", "layer4"];
  const body = [...tensorsOf("resnet34")]
    .filter(([name]) => !name.startsWith("fc."))
    .map(([name, dims]) => [name.replace(/^\w+/, (child) => `0.${order.indexOf(child)}`), dims] as const);
  expect(matched(new Map(body))).toEqual({ name: "resnet34", leftOut: [] });
  const head = ["1.8.weight", [5, 512]] as const;
  expect(matched(new Map([...body, head]))).toEqual({ name: "resnet34", leftOut: ["1.8.weight"] });
});

test("matchArchitecture: GoogLeNet's classifiers for training are no surplus, elsewhere they are", () => {
  const aux: [string, number[]] = ["aux1.fc2.weight", [1000, 1024]];
  expect(matched(new Map([...tensorsOf("googlenet"), aux]))).toEqual({ name: "googlenet", leftOut: [] });
  expect(refusal(new Map([...tensorsOf("resnet18"), aux]))).toContain('"aux1.fc2.weight"');
});

test("matchArchitecture: a counter counts only where the network has that normalisation", () => {
  const stray: [string, number[]] = ["layer1.2.bn1.num_batches_tracked", []];
  expect(refusal(new Map([...tensorsOf("resnet18"), stray]))).toContain(stray[0]);
});
