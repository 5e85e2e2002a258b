import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { encodeSafetensors } from "../../files/safetensors.ts";
import { asFloat32 } from "../../graph/tensor.ts";
import { openWeightsFile } from "../open-weights-file.ts";
import { openWeights } from "./open-weights.ts";
import { halfToNumber } from "../../graph/half-floats.ts";

const fixtures = "test/reference/pth";
const reference = JSON.parse(readFileSync(join(fixtures, "state.json"), "utf8")) as {
  readonly tensors: Record<string, { dims: number[]; values: string[] }>;
};
const folder = await mkdtemp(join(tmpdir(), "rootstock-weights-"));
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["state.zip.pth", "pth"],
  ["state.legacy.pth", "legacy pth"],
  ["state.protocol4.pth", "pth"],
  ["checkpoint.zip.pth", "pth"],
  ["checkpoint.legacy.pth", "legacy pth"],
])("openWeights: %s holds what PyTorch wrote, halves widened and strides undone", async (name, format) => {
  await using file = await openWeights(join(fixtures, name));
  expect(file.format).toBe(format);
  // the checkpoints were saved under DataParallel; what a network is wrapped in is the matching's to see through
  const wrapper = name.startsWith("checkpoint") ? "module." : "";
  expect([...file.tensors.keys()]).toEqual(Object.keys(reference.tensors).map((key) => wrapper + key));
  for (const [key, { dims, values }] of Object.entries(reference.tensors)) {
    const weight = file.tensors.get(wrapper + key)!;
    expect(weight.dims, key).toEqual(dims);
    if (weight.type === "int64") continue;
    const wanted = values.map((value) => Math.fround(Number(value.replace("inf", "Infinity"))));
    expect(Array.from(asFloat32(await weight.read())), key).toEqual(wanted);
  }
});

test("openWeights: a counter is described, and refused when read as a weight", async () => {
  await using file = await openWeights(join(fixtures, "state.zip.pth"));
  const counter = file.tensors.get("num_batches_tracked")!;
  expect(counter).toMatchObject({ type: "int64", dims: [] });
  await expect(counter.read()).rejects.toMatchObject({ code: "E_WEIGHTS" });
});

test("openWeights: a whole module is refused by the first name off the list; nothing is run", async () => {
  await expect(openWeights(join(fixtures, "module.zip.pth"))).rejects.toMatchObject({
    code: "E_PICKLE_GLOBAL",
    message: expect.stringContaining('"torch.nn.modules.linear.Linear"'),
    hint: expect.stringContaining("state dict"),
  });
});

test("openWeights: safetensors are read one by one, bfloat16 widened", async () => {
  const path = join(folder, "a.safetensors");
  const tensors = new Map([
    ["b", { type: "bfloat16", dims: [2], bytes: Uint8Array.from([0x80, 0x3f, 0x00, 0xc0]) }],
    ["f", { type: "float32", dims: [1], bytes: new Uint8Array(Float32Array.of(3.5).buffer) }],
  ] as const);
  await writeFile(path, encodeSafetensors(tensors));
  await using file = await openWeights(path);
  expect(file.format).toBe("safetensors");
  expect(Array.from(asFloat32(await file.tensors.get("b")!.read()))).toEqual([1, -2]);
  expect(Array.from(asFloat32(await file.tensors.get("f")!.read()))).toEqual([3.5]);
});

test("openWeights: a file of another kind is named", async () => {
  const path = join(folder, "page.pth");
  await writeFile(path, "<html>not found</html>");
  await expect(openWeights(path)).rejects.toMatchObject({
    code: "E_WEIGHTS",
    message: expect.stringContaining("a web page"),
  });
});

test("halfToNumber: the named values of IEEE 754 binary16", () => {
  const named = {
    0: 0,
    0x0001: 2 ** -24,
    0x03ff: 1023 * 2 ** -24,
    0x0400: 2 ** -14,
    0x3c00: 1,
    0x7bff: 65504,
  };
  for (const [bits, value] of Object.entries(named)) expect(halfToNumber(Number(bits))).toBe(value);
  expect(halfToNumber(0xfc00)).toBe(-Infinity);
  expect(halfToNumber(0x7c01)).toBeNaN();
});

const squeezenet = "../shared/weights/squeezenet1_1.pth";

test.skipIf(!existsSync(squeezenet))(
  "openWeightsFile: a trunk leaves out the tensors behind it",
  async () => {
    const whole = await openWeightsFile(squeezenet);
    expect(whole.card.name).toBe("squeezenet1_1");
    expect(whole.card.layers.at(-1)?.name).toBe("logits");
    const trunk = await openWeightsFile(squeezenet, { layers: ["fire3", "default"] });
    expect(trunk.card.layers.at(-1)?.name).toBe("fire9");
    expect(trunk.model.graph.initializers.has("classifier.1.weight")).toBe(false);
    expect(whole.model.graph.initializers.has("classifier.1.weight")).toBe(true);
  },
);

test.skipIf(!existsSync(squeezenet))(
  "openWeightsFile: weights of another network say what does not fit",
  async () => {
    await expect(openWeightsFile(squeezenet, { architecture: "alexnet" })).rejects.toMatchObject({
      code: "E_WEIGHTS",
      message: expect.stringMatching(
        /weights for alexnet: features\.0\.weight: expected \[64,3,11,11\], got \[64,3,3,3\]/,
      ),
    });
    await expect(openWeightsFile(squeezenet, { layers: ["conv5"] })).rejects.toMatchObject({
      code: "E_LAYER",
    });
  },
);
