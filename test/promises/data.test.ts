import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README: "folders, CSV, JSONL; broken, animated, oversized and mislabelled ones named; copies kept together", and
// `check`: broken files, copies, conflicts, balance.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  const at = (...parts: string[]): string => join(shell.folder, ...parts);
  await writePatternPhotos(at("photos"), 4);
  const rows = ["across", "down"].flatMap((label) =>
    [0, 1, 2, 3].map((i) => [`photos/${label}/${i}.png`, label]),
  );
  await writeFile(at("table.csv"), ["file_name,label", ...rows.map((row) => row.join(","))].join("\n"));
  await writeFile(
    at("table.jsonl"),
    rows.map(([file_name, label]) => JSON.stringify({ file_name, label })).join("\n"),
  );
  await writePatternPhotos(at("doubtful"), 3);
  await mkdir(at("doubtful", "few"));
  await copyFile(at("doubtful", "down", "0.png"), at("doubtful", "down", "copy.png"));
  await copyFile(at("doubtful", "down", "1.png"), at("doubtful", "across", "conflict.png"));
  await copyFile(at("photos", "down", "3.png"), at("doubtful", "few", "only.png"));
  await writeFile(at("doubtful", "down", "broken.jpg"), "no picture");
  await writeFile(at("doubtful", "down", "empty.png"), "");
});
afterAll(async () => await shell[Symbol.asyncDispose]());

const check = async (...words: string[]): Promise<Outcome> => await shell.rootstock("check", ...words);

test("a folder, a CSV table and a JSON Lines table are read alike", async () => {
  const answers = await Promise.all(
    ["photos", "table.csv", "table.jsonl"].map(async (data) => await check(data)),
  );
  for (const { status } of answers) expect(status).toBe(0);
  expect(answers.map(({ stdout }) => /^\d+ usable images in \d+ classes/.exec(stdout)?.[0])).toEqual([
    "12 usable images in 3 classes",
    "8 usable images in 2 classes",
    "8 usable images in 2 classes",
  ]);
});

test("check names broken files, copies, conflicts of labels and classes too small, and ends with 3", async () => {
  const [told, json] = await Promise.all([check("doubtful"), check("doubtful", "--json")]);
  expect(told.status).toBe(3);
  for (const name of ["broken.jpg", "empty.png", "copy.png", "conflict.png", "few"])
    expect(told.stdout + told.stderr).toContain(name);
  const { skipped, warnings } = JSON.parse(json.stdout) as Record<"skipped" | "warnings", { code: string }[]>;
  const codes = [...skipped, ...warnings].map(({ code }) => code);
  for (const code of [
    "E_IMAGE_TYPE",
    "E_IMAGE_EMPTY",
    "E_LABEL_CONFLICT",
    "E_DUPLICATE",
    "E_CLASS_TOO_SMALL",
  ])
    expect(codes).toContain(code);
});

test("check --folds says how many folds the classes must be large enough for", async () => {
  const [two, five] = await Promise.all([check("photos", "--folds", "2"), check("photos", "--folds", "5")]);
  expect(two.stdout).not.toContain("E_CLASS_TOO_SMALL");
  expect(five.stdout).toContain("E_CLASS_TOO_SMALL");
});
