import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { checkFiles } from "../src/bundle/check-files.ts";
import { readBundleRecord } from "../src/bundle/load-model.ts";
import { readMemory } from "../src/bundle/memory.ts";
import { readStatistics } from "../src/bundle/statistics.ts";
import { openEngine, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// kill -9 at random points of update and merge. ROOTSTOCK_KILLS asks for more than the twenty of every day.

const kills = Number(process.env["ROOTSTOCK_KILLS"] ?? 20);
const child = join(process.cwd(), "dist", "test", "fixtures", "update-in-child.js");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(join(folder.path, "photos"), 3);
  await using engine = await openEngine({ threads: 1 });
  const options = { recipe: "nearest-mean", cache: null, engine };
  await train(join(folder.path, "photos"), { ...options, out: join(folder.path, "model") }).result;
  for (const copy of ["first", "second"])
    await cp(join(folder.path, "model"), join(folder.path, copy), { recursive: true });
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** Throws unless the folder is a model, whole: every file as its record says. Returns its classes. */
async function wholeModel(name: string): Promise<readonly string[]> {
  const path = join(folder.path, name);
  const record = await readBundleRecord(path);
  expect((await checkFiles(path, record)).faults).toEqual([]);
  expect((await readMemory(path))!.hashes).toHaveLength(9);
  expect((await readStatistics(path))!.tallies).toHaveLength(3);
  return record.labels;
}

/** Starts the work, lets it come far enough to write, and kills it at a random point of its next rounds. */
async function killAtRandom(work: "update" | "merge", milliseconds: number): Promise<void> {
  const process = spawn("node", [child, work, folder.path], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(process, "close");
  await Promise.race([once(process.stdout, "data"), closed]);
  expect(process.exitCode).toBeNull();
  await wait(milliseconds);
  process.kill("SIGKILL");
  await closed;
}

test.each(["update", "merge"] as const)(
  "%s: killed at any point, every model folder is the old one or the new one, whole",
  async (work) => {
    const random = createRandom(kills).fork(work);
    const found = new Set<string>();
    for (let kill = 0; kill < kills / 2; kill += 1) {
      await killAtRandom(work, random.integer(400));
      found.add((await wholeModel(work === "merge" ? "merged" : "model")).join());
      if (work === "merge") for (const source of ["first", "second"]) await wholeModel(source);
    }
    for (const labels of found) expect(["across,down,slanted", "down,level,slanted"]).toContain(labels);
  },
  600_000,
);

test("killed between moving the old model aside and putting the new one in its place, the old one comes back", async () => {
  const model = join(folder.path, "model");
  const labels = await wholeModel("model");
  const aside = join(folder.path, "model.previous");
  await rm(aside, { recursive: true, force: true });
  await writeFile(join(folder.path, ".model.replacing"), JSON.stringify({ aside }));
  await rename(model, aside);
  expect(await wholeModel("model")).toEqual(labels);
  expect(await readdir(folder.path)).not.toContain(".model.replacing");
});
