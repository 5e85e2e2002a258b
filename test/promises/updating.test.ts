import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// What the README promises of models that go on learning, as a person types it.

let shell: Shell;

beforeAll(async () => {
  shell = await openShell();
  const at = (...parts: string[]): string => join(shell.folder, ...parts);
  await writePatternPhotos(at("new photos"), 5);
  for (const label of ["across", "down"])
    await cp(at("new photos", label), at("photos", label), { recursive: true });
  const { status, stderr } = await shell.rootstock("train", "photos", "--recipe", "ridge", "--out", "model");
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  for (const [recipe, ...more] of [["svm"], ["fine-tune", "--epochs", "1"]]) {
    const words = ["train", "photos", "--recipe", recipe!, "--out", `${recipe} model`, ...more];
    expect(await shell.rootstock(...words)).toMatchObject({ status: 0 });
  }
  await rm(at("photos"), { recursive: true });
}, 300_000);
afterAll(async () => await shell[Symbol.asyncDispose]());

test("update learns a new class without the old photos, beside the model, and verify proves it", async () => {
  const result = await shell.rootstock("update", "model", "new photos");
  expect(result.status).toBe(0);
  expect(result.stdout).toMatch(/^photos +5 added, 0 taken out, 0 moved: the model now knows 15 images$/m);
  expect(result.stdout).toMatch(/^classes +3; new: "slanted"$/m);
  expect(result.stdout).toMatch(/^update +exact, in .*: as fitted anew on these photos/m);
  expect(result.stdout).toContain("rootstock predict model-v2 PHOTO...");
  expect((await shell.rootstock("verify", "model-v2")).status).toBe(0);
  const { stdout } = await shell.rootstock("predict", "model-v2", "new photos/slanted/0.png", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ label: "slanted" });
}, 300_000);

test("update --json: the names of the contract; classes change and photos go without data", async () => {
  const words = ["--rename", "down=upright", "--remove", "new photos/across/0.png", "--in-place", "--json"];
  const { status, stdout } = await shell.rootstock("update", "model-v2", ...words);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    kind: "exact",
    version: 3,
    added: 0,
    removed: 1,
    relabelled: 0,
    images: 14,
    classes: ["across", "slanted", "upright"],
    classesGone: ["down"],
    previous: `${join(shell.folder, "model-v2")}.previous`,
  });
  const bad = await shell.rootstock("update", "model-v2", "--delete", "dwon");
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining('got "dwon"')]);
}, 300_000);

test("update of a linear classifier begins from its own weights, and says so", async () => {
  const { status, stdout } = await shell.rootstock("update", "svm model", "new photos");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^update +fitted anew .*, warm-started from the model's own weights, in /m);
}, 300_000);

test("update of a trained network retrains its head without the old photos, says what is held and how old photos fare", async () => {
  await cp(join(shell.folder, "new photos", "slanted"), join(shell.folder, "slanted alone", "slanted"), {
    recursive: true,
  });
  const told = await shell.rootstock("update", "fine-tune model", "slanted alone");
  expect(told.status).toBe(0);
  expect(told.stdout).toMatch(
    /^update +head retrained .*warm-started.*; the trained network before it is held$/m,
  );
  expect(told.stdout).toMatch(
    /^before +of 10 images known before, .* right before and .* now \(both models/m,
  );
  expect((await shell.rootstock("verify", "fine-tune model-v2")).status).toBe(0);
  const path = "slanted alone/slanted/0.png";
  const answer = await shell.rootstock("predict", "fine-tune model-v2", path, "--json");
  expect(JSON.parse(answer.stdout)).toMatchObject({ label: "slanted" });
}, 300_000);

test("merge makes one model of two; --lang zh says it in Chinese", async () => {
  const { status, stdout, stderr } = await shell.rootstock(
    "merge",
    "model",
    "model-v2.previous",
    "--out",
    "both",
    "--lang",
    "zh",
  );
  expect([status, stderr.includes("Error")]).toEqual([0, false]);
  expect(stdout).toContain("15 张图片，其中 10 张两个模型都学过，只算一次");
  const record = JSON.parse(await readFile(join(shell.folder, "both", "rootstock.json"), "utf8")) as object;
  expect(record).toMatchObject({ labels: ["across", "down", "slanted"], updates: [{ by: "merge" }] });
}, 300_000);
