import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashBytes } from "../src/files/hash-file.ts";
import { type TrainOptions, train } from "../src/index.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// Training as a user at the terminal meets it: killed, interrupted, and given what it cannot use.

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let network = "";

const at = (name: string): string => join(folder.path, name);

function settings(): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: folder.path, env: { ...process.env, ROOTSTOCK_CACHE: at("cache"), NO_COLOR: "1" } };
}

function rootstock(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words], { ...settings(), encoding: "utf8" });
}

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program, ...words], settings());
}

/** Sends a signal once, as soon as `metrics.jsonl` in `parent` has a line with `text`; returns the exit code. */
async function stopAt(
  child: ChildProcess,
  parent: string,
  given: { text: string; signal: NodeJS.Signals },
): Promise<number | null> {
  const ended = once(child, "exit");
  let isSent = false;
  const watcher = watch(parent, () => {
    const lines = existsSync(join(parent, "metrics.jsonl"))
      ? readFileSync(join(parent, "metrics.jsonl"), "utf8")
      : "";
    if (isSent || !lines.includes(given.text)) return;
    isSent = child.kill(given.signal);
  });
  const [code] = await ended;
  watcher.close();
  return code as number | null;
}

/** Every figure of every epoch. */
async function courseOf(parent: string): Promise<string[]> {
  return (await readFile(join(parent, "metrics.jsonl"), "utf8")).trim().split("\n");
}

const modelHash = async (model: string): Promise<string> =>
  hashBytes(await readFile(join(model, "onnx", "model.onnx")));

const tuned = (out: string, ...more: string[]): string[] => tunedOn(photos, out, ...more);
const tunedOn = (data: string, out: string, ...more: string[]): string[] => [
  "train",
  data,
  ...`--recipe fine-tune --backbone ${network} --out ${out} --epochs 40 --batch 8 --seed 4`.split(" "),
  ...more,
];

beforeAll(async () => {
  folder = await temporaryFolder();
  photos = at("photos");
  await writePatternPhotos(photos, 12);
  network = await writeSmallNetwork(folder.path);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

test("train: killed in mid-training or in its refit it goes on with --resume to the bits of the undisturbed one", async () => {
  const whole = rootstock(...tuned(at("whole")));
  expect(whole.status).toBe(0);
  expect(whole.stdout).toMatch(
    /trained +40 epochs, [\d,]+ images seen, .*\nkept +(epoch|the start).* % of the inner/,
  );
  expect(whole.stdout).toContain("refitted once more on all of the images");
  expect(whole.stdout).toContain("rootstock predict whole PHOTO");
  for (const [out, text] of [
    ["killed", '"epoch":6'],
    ["killed-late", '"stage":"fine-tune refit","epoch":2'],
  ] as const) {
    const training = at(`${out}.training`);
    await mkdir(training);
    expect(await stopAt(start(tuned(at(out))), training, { text, signal: "SIGKILL" })).toBe(null);
    expect(await readdir(folder.path)).not.toContain(out);
    const resumed = rootstock(...tuned(at(out), "--resume"));
    expect(resumed.stderr).toMatch(/fine-tune( refit)?: continuing after epoch \d+/);
    expect(await modelHash(at(out))).toBe(await modelHash(at("whole")));
    expect(await courseOf(training)).toEqual(await courseOf(at("whole.training")));
    expect(await readdir(training)).not.toContain("checkpoints");
  }
});

test("train: a label corrected since the kill makes it another training, which --resume refuses", async () => {
  const table = at("list.csv");
  const labels = ["across", "down", "slanted"];
  const write = async (labelOfFirst: (label: string) => string): Promise<void> => {
    const lines = labels.flatMap((label) =>
      Array.from(
        { length: 12 },
        (_, i) => `photos/${label}/${i}.png,${i === 0 ? labelOfFirst(label) : label}`,
      ),
    );
    await writeFile(table, ["file_name,label", ...lines].join("\n"));
  };
  await write((label) => (label === "down" ? "across" : label));
  const training = at("relabelled.training");
  await mkdir(training);
  const refit = { text: '"stage":"fine-tune refit","epoch":2', signal: "SIGKILL" } as const;
  expect(await stopAt(start(tunedOn(table, at("relabelled"))), training, refit)).toBe(null);
  await write((label) => label);
  const again = rootstock(...tunedOn(table, at("relabelled"), "--resume"));
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("[E_CHECKPOINT]");
  expect(again.stderr).toContain("other pictures, labels, splits or groups");
  const seeded = rootstock(
    ...tunedOn(table, at("relabelled"), "--resume", "--rate", "0.002", "--threads", "1"),
  );
  expect(seeded.stderr).toContain("recipe or settings and other version or number of threads");
  expect(await readdir(folder.path)).not.toContain("relabelled");
});

test("compare: killed in a fold of fine-tune, the same command goes on in that fold to the same numbers", async () => {
  const words = (out: string): string[] => [
    "compare",
    photos,
    ...`--recipes fine-tune --backbone ${network} --folds 2 --epochs 40 --batch 8 --rate auto --out ${at(out)} --json`.split(
      " ",
    ),
  ];
  const whole = JSON.parse(rootstock(...words("runs-whole")).stdout) as Compared;
  const child = start(words("runs-killed"));
  await new Promise<void>((resolve) => {
    child.stderr!.on("data", (text: Buffer) => text.includes("fold 1 of 2: 40 epochs") && resolve());
  });
  const [id] = await readdir(at("runs-killed"));
  const run = join(at("runs-killed"), id!);
  expect(await stopAt(child, run, { text: '"fold":1,"epoch":6', signal: "SIGKILL" })).toBe(null);
  const again = rootstock(...words("runs-killed"));
  expect(again.stderr).toContain("continuing");
  expect(again.stderr).not.toContain("rate test fold 1");
  expect(again.stderr).toMatch(/fine-tune: continuing after epoch \d+/);
  const resumed = JSON.parse(again.stdout) as Compared;
  expect(resumed.runDirectory).toBe(run);
  expect(resumed.recipes[0]!.foldAccuracies).toEqual(whole.recipes[0]!.foldAccuracies);
  expect(await modelHash(join(run, "model"))).toBe(await modelHash(join(whole.runDirectory, "model")));
  expect(await courseOf(run)).toEqual(await courseOf(whole.runDirectory));
});

interface Compared {
  readonly runDirectory: string;
  readonly recipes: readonly { readonly foldAccuracies: readonly number[] }[];
}

test.each([
  ["an epoch", "4000", '"epoch":3'],
  ["an epoch of the refit", "100", '"stage":"fine-tune refit","epoch":1'],
])("train: Ctrl-C after %s ends with 130 and a model that predicts", async (_, epochs, text) => {
  const out = at(`stopped-${epochs}`);
  await mkdir(`${out}.training`);
  const child = start(tuned(out, "--epochs", epochs));
  expect(await stopAt(child, `${out}.training`, { text, signal: "SIGINT" })).toBe(130);
  const { status, stdout } = rootstock("predict", out, join(photos, "down", "0.png"));
  expect(status).toBe(0);
  expect(stdout).toMatch(/\t(across|down|slanted)\t/);
});

test.each([
  [
    "a recipe that trains nothing",
    ["--recipe", "svm", "--epochs", "3"],
    "E_OPTION",
    'epochs: expected a recipe of kind fine-tune or scratch, got "svm"',
  ],
  [
    "frozen groups from scratch",
    ["--recipe", "scratch", "--freeze-to", "conv1"],
    "E_OPTION",
    "freezeTo: expected a recipe of kind fine-tune",
  ],
  [
    "a group that is not there",
    ["--recipe", "fine-tune", "--freeze-to", "conv9"],
    "E_LAYER",
    'got "conv9". It has "conv1", "conv2"',
  ],
  [
    "a batch larger than the data",
    ["--recipe", "fine-tune", "--batch", "512"],
    "E_OPTION",
    "training images, got 512",
  ],
])("train refuses %s", (_, words, code, message) => {
  const { stderr } = rootstock("train", photos, "--backbone", network, "--out", at("refused"), ...words);
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).toContain(message);
});

test("train: one class alone is refused before anything is trained", async () => {
  const { status, stderr } = rootstock(
    "train",
    join(photos, "down"),
    "--recipe",
    "fine-tune",
    "--out",
    at("refused"),
  );
  expect(status).toBe(3);
  expect(stderr).not.toContain("E_INTERNAL");
});

test("train: operators without a gradient are all named with their nodes, and what can be done", async () => {
  const odd = await writeSmallNetwork(folder.path, { activation: "Softsign" });
  const words = [
    "train",
    photos,
    "--recipe",
    "fine-tune",
    "--backbone",
    odd,
    "--out",
    at("odd"),
    "--epochs",
    "2",
  ];
  const { status, stderr } = rootstock(...words, "--freeze-to", "none");
  expect(status).toBe(1);
  expect(stderr).toMatch(/E_NO_GRADIENT/);
  expect(stderr).toMatch(/Softsign \("[^"]+", "[^"]+"\)/);
  expect(stderr).toContain("--freeze-to all");
  expect(rootstock(...words, "--freeze-to", "all", "--patience", "none").status).toBe(0);
});

test.each(["scratch", "fine-tune"])(
  "train %s: a picture that goes away or changes after the scan is named",
  async (recipe) => {
    const own = at(`fleeting-${recipe}`);
    await writePatternPhotos(own, 6);
    const options: TrainOptions = {
      recipe,
      backbones: [network],
      out: at("fleeting"),
      cache: null,
      epochs: 2,
      ...(recipe === "scratch" && { rate: 0.01, size: null }),
    };
    const victim = join(own, "down", "3.png");
    for (const [spoil, code] of [
      [async () => await writeFile(victim, (await readFile(victim)).subarray(0, 200)), "E_IMAGE_CHANGED"],
      [async () => await rm(victim), "E_IMAGE_UNREADABLE"],
    ] as const) {
      const run = train(own, options);
      for await (const event of run) if (event.type === "stage" && event.stage === "model") await spoil();
      await expect(run.result).rejects.toMatchObject({ code, message: expect.stringContaining("3.png") });
      await writePatternPhotos(own, 6);
    }
  },
);
