import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatCard } from "../src/backbones/format-card.ts";
import { encodeModel } from "../src/graph/onnx/encode-model.ts";
import type { GraphNode, Model } from "../src/graph/graph.ts";
import { compare } from "../src/workflow/compare.ts";
import { features } from "../src/workflow/features.ts";
import { train } from "../src/workflow/train.ts";
import { layeredBackbone } from "./fixtures/layered-backbone.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// What cannot be finished is refused before a picture is read. The data folder of these runs does not exist: an error that
// names anything else was found before it was looked for.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let nowhere = "";
beforeAll(async () => {
  folder = await temporaryFolder();
  nowhere = join(folder.path, "nowhere");
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** A network with its card, changed. */
async function writeNetwork(name: string, change: (model: Model) => Model): Promise<string> {
  const { model, card } = layeredBackbone();
  const path = join(folder.path, `${name}.onnx`);
  await writeFile(path, encodeModel(change(model)));
  await writeFile(`${path}.card.yaml`, await formatCard({ ...card, name }));
  return path;
}

/** Another operator in place of the activation of the third convolution. */
function withActivation(operator: string, domain = ""): (model: Model) => Model {
  const changed = (node: GraphNode): GraphNode =>
    node.outputs[0] === "conv3/out" ? { ...node, operator, domain } : node;
  return (model) => ({
    ...model,
    opsets: new Map([...model.opsets, ...(domain === "" ? [] : [[domain, 1] as const])]),
    graph: { ...model.graph, nodes: model.graph.nodes.map(changed) },
  });
}

const withBatch =
  (batch: number) =>
  (model: Model): Model => {
    const [input] = model.graph.inputs;
    const inputs = [{ ...input!, dims: [batch, ...input!.dims!.slice(1)] }];
    return { ...model, graph: { ...model.graph, inputs } };
  };

test("compare, train, features: a folder that cannot be written", async () => {
  const file = join(folder.path, "file");
  await writeFile(file, "");
  const out = join(file, "runs");
  const refusal = { code: "E_FILE", message: expect.stringContaining(JSON.stringify(file)) as string };
  await expect(compare(nowhere, { out }).result).rejects.toMatchObject(refusal);
  await expect(train(nowhere, { out, recipe: "svm" }).result).rejects.toMatchObject(refusal);
  await expect(features(nowhere, { out: join(out, "f.safetensors") }).result).rejects.toMatchObject(refusal);
});

test.each([
  ["an operator of a domain that the runtime does not know", "Act", "my.lab", "E_OPERATOR", "my.lab"],
  ["an operator that the runtime does not have", "Nothing", "com.microsoft", "E_ENGINE", "Nothing"],
  [
    "an operator that needs more than it is given",
    "GroupNormalization",
    "",
    "E_ENGINE",
    "GroupNormalization",
  ],
])("compare and train: %s", async (_, operator, domain, code, word) => {
  const path = await writeNetwork(`with-${operator}`, withActivation(operator, domain));
  const refusal = { code, message: expect.stringContaining(`backbone "with-${operator}"`) as string };
  const out = join(folder.path, "out");
  const backbones = [path];
  await expect(compare(nowhere, { backbones, out }).result).rejects.toMatchObject(refusal);
  await expect(train(nowhere, { backbones, out, recipe: "lda" }).result).rejects.toThrow(word);
  expect(existsSync(out)).toBe(false);
});

test("compare: fine-tuning through an operator without a gradient, unless what it is in is frozen", async () => {
  const path = await writeNetwork("softsign", withActivation("Softsign"));
  const backbones = [path];
  const run = (freezeTo: string): Promise<unknown> =>
    compare(nowhere, { backbones, recipes: ["lda", "fine-tune"], freezeTo }).result;
  await expect(run("conv2")).rejects.toMatchObject({ code: "E_NO_GRADIENT" });
  await expect(run("conv3")).rejects.not.toMatchObject({ code: "E_NO_GRADIENT" });
});

test("a batch that the file fixes: 1 is enough for features, not for training; another serves nothing", async () => {
  const single = await writeNetwork("single", withBatch(1));
  const out = join(folder.path, "single");
  const photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 4);
  const options = { backbones: [single], out, threads: 1, cache: null };
  await expect(train(nowhere, { ...options, recipe: "fine-tune" }).result).rejects.toThrow(
    "got a batch of 1",
  );
  expect((await train(photos, { ...options, recipe: "lda" }).result).images).toBe(12);
  const sixteen = await writeNetwork("sixteen", withBatch(16));
  await expect(compare(nowhere, { backbones: [sixteen] }).result).rejects.toMatchObject({ code: "E_CARD" });
});

test("backbones add: a file of an opset that is not read is told so, with what to do", async () => {
  const path = join(folder.path, "young.onnx");
  const { model } = layeredBackbone();
  await writeFile(path, encodeModel({ ...model, opsets: new Map([["", 27]]) }));
  const program = join(process.cwd(), "dist", "src", "cli", "main.js");
  const words = ["backbones", "add", path, "--source", "lab", "--licence", "MIT", "--pixels", "unit"];
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain("opset: expected 7 to 26, got 27");
  expect(stderr).toContain("opset_version=20");
});
