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
