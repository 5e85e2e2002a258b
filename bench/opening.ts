import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import type { Opening } from "./open-in-child.ts";

const files = ["alexnet", "vgg16"].flatMap((name) => [`${name}.zip.pth`, `${name}.legacy.pth`]);
const parts = ["default", "whole"] as const;
const mebibyte = 2 ** 20;

/**
 * Opening a .pth file up to the end of its convolutions, beside opening all of it: time (hashing the file included)
 * and the largest memory of a process that does only that. `--data`: where make-networks.py left its full-size files.
 */
export async function run({ data, rounds }: BenchOptions): Promise<BenchResult> {
  const folder = data ?? "";
  if (!existsSync(join(folder, files[0]!)))
    throw new Error("opening: give --data FOLDER, made by test/reference/pth/make-networks.py FOLDER.");
  const runs = files.flatMap((file) => parts.map((part) => ({ file, part, openings: [] as Opening[] })));
  for (let round = 0; round < rounds; round += 1)
    for (const { file, part, openings } of runs) openings.push(openOnce(join(folder, file), part));
  const rows = runs.map(({ file, part, openings }) => [
    `${file}, ${part === "whole" ? "whole" : "trunk"}`,
    median(openings.map(({ milliseconds }) => milliseconds)).toFixed(0),
    (median(openings.map(({ peakBytes }) => peakBytes)) / mebibyte).toFixed(0),
    (openings[0]!.weightBytes / mebibyte).toFixed(1),
  ]);
  return { columns: ["file", "ms", "peak memory, MiB", "weights held, MiB"], rows, raw: runs };
}

function openOnce(path: string, part: (typeof parts)[number]): Opening {
  const child = join(import.meta.dirname, "open-in-child.js");
  const { stdout, stderr } = spawnSync(process.execPath, [child, path, part], { encoding: "utf8" });
  if (stdout === "") throw new Error(`opening ${path}: ${stderr}`);
  return JSON.parse(stdout) as Opening;
}
