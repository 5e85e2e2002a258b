import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseCard } from "../../src/backbones/read-card.ts";
import { hashBytes } from "../../src/files/hash-file.ts";
import type { PretrainResult } from "../../src/workflow/pretrain.ts";
import { type Shell, openShell, program } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// docs/pretraining.md: a backbone from random weights, through the built command line. Narrow networks on a few photos.

let shell: Shell;
const at = (name: string): string => join(shell.folder, name);
const small = ["--size", "32", "--width", "0.125", "--batch", "16"];

/** One run with a teacher and photos that nobody has labelled, whose files most tests look at. */
let made: PretrainResult;
let said: string;
const taught = [
  ..."pretrain photos --out nets/taught.onnx --epochs 3 --json".split(" "),
  ...small,
  ..."--teacher gabor-bank --unlabelled loose --validation held".split(" "),
];

beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(at("photos"), 12);
  await writePatternPhotos(at("held"), 2);
  await cp(at("photos/down"), at("loose"), { recursive: true });
  for (const name of await readdir(at("loose"))) await vary(at(`loose/${name}`));
  await mkdir(at("one/only"), { recursive: true });
  await cp(at("photos/down"), at("one/only"), { recursive: true });
  await cp(at("held"), at("strange"), { recursive: true });
  await rename(at("strange/down"), at("strange/odd"));
  const { stdout, stderr } = await shell.rootstock(...taught);
  if (stdout === "") throw new Error(stderr);
  made = JSON.parse(stdout) as PretrainResult;
  said = stderr;
});
afterAll(async () => await shell[Symbol.asyncDispose]());

/** Other bytes, the same picture: bytes behind the end of a PNG. */
async function vary(path: string): Promise<void> {
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.from([0])]));
}

const bits = async (path: string): Promise<string> => hashBytes(await readFile(path));

test("pretrain writes a backbone with its card, the head and the picture of its filters, and says how it went", async () => {
  expect(made).toMatchObject({ status: "trained", architecture: "alexnet-mini", images: 36 - 6 + 12 });
  expect(said).toContain("6 images left out of the training: the validation has the same");
  expect(made.unlabelled).toBe(12);
  expect(made.validationImages).toBe(6);
  expect(made.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  const card = await parseCard(await readFile(made.card, "utf8"), made.card);
  expect(card).toMatchObject({
    name: "taught",
    sha256: await bits(made.backbone),
    defaultLayer: "pool5",
    preprocessing: { width: 64, height: 64, resize: { kind: "shortSide", size: 64 } },
    pretraining: {
      data: "photos",
      photos: made.images,
      unlabelled: 12,
      classes: 3,
      epochs: 3,
      seed: 42,
      size: 32,
      top1: made.top1,
      teacher: { name: "gabor-bank" },
    },
  });
  expect(card.pretraining!.command).toBe(`rootstock ${taught.join(" ")}`);
  expect(card.layers.map(({ name }) => name)).toEqual(
    "conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5".split(" "),
  );
  expect((await readFile(made.filters)).subarray(1, 4).toString()).toBe("PNG");
});

test("pretrain keeps metrics.jsonl and a TensorBoard file, the teacher's classifier apart, and no state at the end", async () => {
  const names = await readdir(made.figures);
  expect(names).toContain("metrics.jsonl");
  expect(names.some((name) => name.startsWith("events.out.tfevents."))).toBe(true);
  expect(names).not.toContain("checkpoints");
  const lines = (await readFile(join(made.figures, "metrics.jsonl"), "utf8")).trim().split("\n");
  const own = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((one) => !("part" in one));
  expect(own.map(({ recipe, epoch }) => [recipe, epoch])).toEqual([
    ["alexnet-mini", 1],
    ["alexnet-mini", 2],
    ["alexnet-mini", 3],
  ]);
  expect(own.every(({ validationAccuracy }) => typeof validationAccuracy === "number")).toBe(true);
});

test("a pretrained backbone is used like any other, and the same command measures it again and trains nothing", async () => {
  const [features, shown, again] = await Promise.all([
    shell.rootstock("features", "held", "--backbone", "nets/taught.onnx", "--out", "f.safetensors", "--json"),
    shell.rootstock("backbones", "show", "nets/taught.onnx"),
    shell.rootstock(...taught),
  ]);
  expect(JSON.parse(features.stdout)).toMatchObject({ images: 6, dimensions: 32, layer: "pool5" });
  expect(shown.stdout).toContain("pretraining:");
  const { status, ...rest } = JSON.parse(again.stdout) as PretrainResult;
  expect(status).toBe("checked");
  expect(rest).toEqual({ ...made, status: undefined });
  expect(again.stderr).toContain("is trained already");
});

test("pretrain: killed three times, the same command ends at the weights of the undisturbed run, to the bit", async () => {
  const words = (out: string): string[] => ["pretrain", "photos", "--out", out, "--epochs", "4", ...small];
  const whole = await shell.rootstock(...words("whole.onnx"));
  expect(whole.stdout).toMatch(/top-1 on the validation photos after each epoch\n *[\d.]+ % │/);
  for (const epoch of [1, 2, 3]) {
    const child = spawn(process.execPath, [program, ...words("killed.onnx")], {
      cwd: shell.folder,
      env: shell.environment,
    });
    await killAfter(child, { figures: at("killed.onnx.training/metrics.jsonl"), epoch });
  }
  expect(existsSync(at("killed.onnx"))).toBe(false);
  const { stderr } = await shell.rootstock(...words("killed.onnx"));
  expect(stderr).toMatch(/continuing after step \d+ of 12/);
  for (const name of ["onnx", "head.onnx"])
    expect(await bits(at(`killed.${name}`))).toBe(await bits(at(`whole.${name}`)));
  expect(await readFile(at("killed.onnx.training/metrics.jsonl"), "utf8")).toBe(
    await readFile(at("whole.onnx.training/metrics.jsonl"), "utf8"),
  );
});

/** Kills a run outright as soon as its figures have an epoch. */
async function killAfter(
  child: ChildProcess,
  { figures, epoch }: { figures: string; epoch: number },
): Promise<void> {
  const ended = once(child, "exit");
  child.stderr!.on("data", () => undefined);
  const timer = setInterval(() => {
    if (existsSync(figures) && readFileSync(figures, "utf8").includes(`"epoch":${epoch}`))
      child.kill("SIGKILL");
  }, 5);
  expect(await ended).toEqual([null, "SIGKILL"]);
  clearInterval(timer);
}

test("pretrain: Ctrl-C ends with 130, keeps the state and says how to go on", async () => {
  const child = spawn(
    process.execPath,
    [program, "pretrain", "photos", "--out", "stopped.onnx", "--epochs", "500", ...small],
    { cwd: shell.folder, env: shell.environment },
  );
  let told = "";
  child.stderr!.on("data", (text: Buffer) => (told += text.toString()));
  const ended = once(child, "exit");
  const timer = setInterval(() => {
    if (!existsSync(at("stopped.onnx.training/metrics.jsonl"))) return;
    child.kill("SIGINT");
    clearInterval(timer);
  }, 5);
  expect(await ended).toEqual([130, null]);
  expect(told).toContain("the state is kept: the same command goes on from it");
  expect(await readdir(at("stopped.onnx.training/checkpoints"))).toContain("state.safetensors");
  const other = await shell.rootstock(
    "pretrain",
    "photos",
    "--out",
    "stopped.onnx",
    "--epochs",
    "2",
    ...small,
  );
  expect(other.stderr).toMatch(/other recipe or settings.*\[E_CHECKPOINT\]\n.*--restart/s);
});

test.each([
  ["one class", 3, ["one"], "E_ONE_CLASS", "at least two classes"],
  ["photos without a label and no teacher", 2, ["photos", "--unlabelled", "loose"], "E_OPTION", "--teacher"],
  ["a size that pools do not divide", 2, ["photos", "--size", "60"], "E_OPTION", "multiple of 8"],
  ["a batch larger than the data", 2, ["photos", "--batch", "500"], "E_OPTION", "at most the 3"],
  [
    "classes of the validation that nobody taught",
    3,
    ["photos", "--validation", "strange"],
    "E_DATA",
    '"odd"',
  ],
  ["a teacher that is not there", 1, ["photos", "--teacher", "nobody"], "E_BACKBONE", "nobody"],
])("pretrain refuses %s", async (_, code, words, error, text) => {
  const { status, stderr } = await shell.rootstock("pretrain", ...words, "--out", "refused.onnx");
  expect(stderr).toContain(`[${error}]`);
  expect(stderr).toContain(text);
  expect(status).toBe(code);
});

test("pretrain writes over nothing unasked, and names photos that it cannot read", async () => {
  await writeFile(at("photos/down/broken.png"), "no picture");
  await writeFile(at("other.onnx"), "hours of work");
  const words = ["pretrain", "photos", "--out", "other.onnx", ...small, "--epochs", "1"];
  const refused = await shell.rootstock(...words);
  expect(refused.stderr).toMatch(/got another one\. \[E_FILE\]\n.*--restart/);
  expect(await readFile(at("other.onnx"), "utf8")).toBe("hours of work");
  const again = ["--restart", "--no-grow", "--no-cache", "--json"];
  const anew = await shell.rootstock(...words, ...again);
  const { skipped } = JSON.parse(anew.stdout) as PretrainResult;
  expect(skipped.map(({ path, code }) => [path, code])).toEqual([["down/broken.png", "E_IMAGE_TYPE"]]);
  expect(await readdir(at("other.onnx.training"))).not.toContain("packs");
  expect((await stat(at("other.onnx"))).size).toBeGreaterThan(10_000);
  await rename(at("photos/down/broken.png"), at("broken.png"));
});
