import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README, "What it does": commands, --help, --json, and what goes where. `compare`, `predict` and `evaluate` with
// --json, and the exit codes, stand in test/cli.test.ts.

const commands = [
  "compare",
  "train",
  "predict",
  "evaluate",
  "inbox",
  "drift",
  "check",
  "labels check",
  "features",
  "backbones",
  "backbones list",
  "backbones show",
  "backbones add",
  "backbones pull",
  "pretrain",
  "verify",
  "runs",
  "runs list",
  "runs show",
  "doctor",
];

let shell: Shell;
let trained: string;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 3);
  trained = (await shell.rootstock("train", "photos", "--recipe", "lda", "--out", "model", "--json")).stdout;
});
afterAll(async () => await shell[Symbol.asyncDispose]());

test("each command has --help, and --json where it answers", async () => {
  const helps = await Promise.all(
    commands.map(async (name) => await shell.rootstock(...name.split(" "), "--help")),
  );
  helps.forEach(({ status, stdout, stderr }, i) => {
    expect({ command: commands[i], status, stderr }).toEqual({ command: commands[i], status: 0, stderr: "" });
    expect(stdout).toContain(`Usage: rootstock ${commands[i]}`);
    if (!["backbones", "runs"].includes(commands[i]!)) expect(stdout).toContain("--json");
  });
});

test("rootstock --help names every command, --version the version", async () => {
  const [help, version] = await Promise.all([shell.rootstock("--help"), shell.rootstock("--version")]);
  for (const name of commands) expect(help.stdout).toMatch(new RegExp(`^  ${name.split(" ")[0]}\\b`, "m"));
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("--json: one object on stdout and nothing else there, from every command that answers", async () => {
  const answers = await Promise.all([
    shell.rootstock("check", "photos", "--json"),
    shell.rootstock("features", "photos", "--out", "f.safetensors", "--json"),
    shell.rootstock("runs", "list", "--json"),
    shell.rootstock("backbones", "show", "gabor-bank", "--json"),
  ]);
  expect([trained, ...answers.map(({ stdout }) => stdout)].map(onlyObject)).toMatchObject([
    { images: 9, classes: ["across", "down", "slanted"] },
    { images: 9, skipped: [] },
    { images: 9, dimensions: 710, backbone: "gabor-bank" },
    [],
    { name: "gabor-bank" },
  ]);
});

test("--json: verify and doctor, on both runtimes", async () => {
  const answers = [
    await shell.rootstock("verify", "model", "--json"),
    await shell.rootstock("doctor", "--json"),
  ];
  expect(answers.map(({ stdout }) => onlyObject(stdout))).toMatchObject([
    { isMet: true, faults: [], engines: ["native", "wasm"] },
    { isOk: true },
  ]);
});

function onlyObject(text: string): unknown {
  expect(text.trimEnd()).not.toContain("\n");
  return JSON.parse(text);
}

test("--json: an error is an object too, with code, message and next step; the words stand on stderr", async () => {
  const { status, stdout, stderr } = await shell.rootstock("compare", "nowhere", "--json");
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: "E_DATA_NOT_FOUND", message: expect.any(String), hint: expect.stringMatching(/\w/) },
  });
  expect(stderr).toMatch(/^rootstock: .*\[E_DATA_NOT_FOUND\]\n  \S/m);
});

test("--quiet: no progress from predict, and NO_COLOR and pipes get no colour", async () => {
  await writeFile(join(shell.folder, "broken.jpg"), "no picture");
  const { status, stdout, stderr } = await shell.rootstock(
    "predict",
    "model",
    "photos/down/0.png",
    "broken.jpg",
    "--quiet",
  );
  expect(status).toBe(3);
  expect(stdout).toMatch(/^photos\/down\/0\.png\tdown\t/);
  expect(stderr).toMatch(/^rootstock: "broken\.jpg"/);
  expect(stdout + stderr).not.toContain("\u001b");
});
