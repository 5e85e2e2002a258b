import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunRecord } from "../src/runs/run-record.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";
import { type Started, redisProgram, startRedis, startRootstock } from "./processes.ts";

// Several processes work on one comparison, and some of them die of it. The outcome is that of one process alone.

if (redisProgram === null) console.warn("no redis-server here: the queue between machines is not tested");

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let alone: RunRecord;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const started: Started[] = [];

const folds = 6;
const recipes = ["svm", "lda", "bayes", "softmax", "knn"];
const named = [...recipes, "impossible.yaml"].join();
const asked = ["compare", "photos", "--recipes", named, "--folds", `${folds}`, "--threads", "1"];
const fits = folds * (recipes.length + 1);

function start(words: readonly string[], more: NodeJS.ProcessEnv = {}): Started {
  const env = { ...process.env, ROOTSTOCK_CACHE: at("cache"), NO_COLOR: "1", ...more };
  const one = startRootstock(words, { cwd: folder.path, env });
  started.push(one);
  return one;
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("photos"), 12);
  const summary = "a neighbourhood of nobody";
  const recipe = { version: 1, name: "impossible", summary, classifier: "knn", grid: [{ k: 0 }] };
  await writeFile(at("impossible.yaml"), JSON.stringify(recipe));
  const one = start([...asked, "--out", "alone", "--cache", "cache-alone"]);
  expect(await one.ended, one.said()).toBe(0);
  alone = await runIn("alone");
});
afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
  await folder[Symbol.asyncDispose]();
});

async function runIn(out: string): Promise<RunRecord> {
  const [id, ...others] = await readdir(at(out));
  expect(others).toEqual([]);
  return JSON.parse(await readFile(at(out, id!, "run.json"), "utf8")) as RunRecord;
}

/** Waits until so many outcomes lie in the run's folder. */
async function outcomes(out: string, count: number): Promise<void> {
  for (;;) {
    const [id = "none"] = await readdir(at(out)).catch((): string[] => []);
    const files = await readdir(at(out, id, "parts", "results")).catch((): string[] => []);
    if (files.filter((file) => file.endsWith(".json")).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Every number, and nothing of time or place. */
async function expectAsAlone(
  out: string,
  cause = /^impossible fold \d of 6: knn: expected k/,
): Promise<void> {
  const run = await runIn(out);
  const numbers = ({ images, recipes: rows, winner, dataset }: RunRecord): unknown => ({
    images,
    winner,
    digest: dataset.digest,
    recipes: rows.map((row) => ("error" in row ? row.name : { ...row, seconds: null })),
  });
  expect(numbers(run)).toEqual(numbers(alone));
  const failed = run.recipes.find(({ name }) => name === "impossible");
  expect(failed).toMatchObject({
    error: {
      code: "E_OPTION",
      message: expect.stringMatching(cause) as string,
    },
  });
  expect(await readdir(at(out, run.id))).not.toContain("parts");
  expect(await readdir(at(out, run.id, "model", "onnx"))).toEqual(["model.onnx"]);
}

/** As a message of another process: these words stand in no file of a run and in nothing that was said. */
async function expectNowhere(secret: string, places: readonly string[]): Promise<void> {
  const files = await Promise.all(
    places.map(async (place) => {
      const names = await readdir(at(place), { recursive: true, withFileTypes: true });
      return names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    }),
  );
  for (const file of files.flat()) expect((await readFile(file)).includes(secret), file).toBe(false);
  for (const one of started) expect(one.said() + one.printed()).not.toContain(secret);
}

/** Asks for a task of runs that are over, as one does who was killed. */
async function askLate(port: number, password: string, runs: readonly string[]): Promise<void> {
  const client = new Redis({ port, password, maxRetriesPerRequest: null });
  const queue = new Queue("rootstock", { connection: client });
  for (const run of runs) {
    const data = { kind: "fit", recipe: "svm", fold: 1 };
    await queue.add("fit", { format: 1, folder: join(run, "parts"), id: "0".repeat(64), data });
  }
  await queue.close();
  client.disconnect();
}

test("shards: one is killed and started again, and the run ends with the numbers of one process alone", async () => {
  const shard = (index: number): Started =>
    start([...asked, "--out", "shards", "--shard-index", `${index}`, "--shard-count", "2", "--json"]);
  const [killed, other] = [shard(0), shard(1)];
  await outcomes("shards", 8);
  killed.child.kill("SIGKILL");
  expect([await killed.ended, await other.ended], other.said()).toEqual(["SIGKILL", 0]);
  expect(JSON.parse(other.printed())).toMatchObject({
    shard: { index: 1, count: 2 },
    tasks: fits,
    comparison: null,
  });
  const again = shard(0);
  expect(await again.ended, again.said()).toBe(0);
  expect(JSON.parse(again.printed())).toMatchObject({ missing: 0, comparison: { winner: alone.winner } });
  await expectAsAlone("shards");
  const late = shard(1);
  expect(await late.ended, late.said()).toBe(0);
  expect(late.said()).toContain("is complete already");
  await expectAsAlone("shards");
});

test("shards: the same command without shards finishes what is left of them", async () => {
  const shard = start([
    ...asked,
    "--out",
    "left",
    "--shard-index",
    "1",
    "--shard-count",
    "3",
    "--shard-wait",
    "0",
  ]);
  expect(await shard.ended, shard.said()).toBe(0);
  expect(shard.printed()).toContain(`${fits - fits / 3} of the run's ${fits} tasks are other shards'`);
  const others = start([
    ...asked,
    "--threads",
    "2",
    "--out",
    "left",
    "--shard-index",
    "0",
    "--shard-count",
    "3",
  ]);
  expect(await others.ended).toBe(1);
  expect(others.said()).toContain("Give every process --threads 1");
  const last = start([...asked, "--out", "left"]);
  expect(await last.ended, last.said()).toBe(0);
  await expectAsAlone("left", /knn: expected k/); // tried here first, in a process that is alone by now
});

test.skipIf(redisProgram === null)(
  "a queue: workers, the one who asks and Redis itself are killed in mid-run, and the run ends with the numbers of one process alone",
  { timeout: 180_000 },
  async () => {
    const secret = "not-for-everybody";
    await using redis = await startRedis(at("redis"), secret);
    const queue = { ROOTSTOCK_QUEUE: redis.address };
    await cp(at("photos"), at("elsewhere", "photos"), { recursive: true });
    await rm(at("elsewhere", "photos", "down", "3.png"));
    const map = `${at("photos")}=${at("elsewhere", "photos")}`;
    const odd = start(["worker", "--map", map], queue);
    const first = start([...asked, "--out", "queued", "--cache", "cache-queue", "--queue", redis.address]);
    expect(await odd.ended).toBe(3);
    expect(odd.said()).toMatch(/data set ".*elsewhere.photos": expected the digest \w+ of the run, got/);
    if (process.platform === "linux")
      expect(await readFile(`/proc/${first.child.pid}/cmdline`, "utf8")).not.toContain(secret);
    const [a, b, c, d] = [1, 2, 3, 4].map(() => start(["worker", "--lease", "2"], queue)) as [
      Started,
      Started,
      Started,
      Started,
    ];
    await outcomes("queued", 4);
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(130);
    expect(first.said()).toContain("a worker cannot do this run: data set");
    const second = start([...asked, "--out", "queued", "--cache", "cache-queue", "--queue", "--json"], queue);
    await second.says(/all from the cache/);
    for (const one of [a, b]) {
      await one.says(/ fold \d: of shared-/);
      one.child.kill("SIGKILL");
    }
    await redis.kill();
    await second.says(/does not answer; waiting/);
    await redis.start();
    await second.says(/is back/);
    await c.says(/is back/);
    c.child.kill("SIGINT");
    expect(await c.ended).toBe(130);
    expect(await second.ended, second.said()).toBe(0);
    await expectAsAlone("queued");
    d.child.kill("SIGTERM");
    expect(await d.ended).toBe(130);
    await askLate(redis.port, secret, [at("queued", (await runIn("queued")).id), at("queued", "removed")]);
    const late = start(["worker", "--idle", "1", "--json"], queue);
    expect(await late.ended, late.said()).toBe(0);
    expect(JSON.parse(late.printed())).toEqual({ tasks: 2 });
    await expectNowhere(secret, ["queued", "cache-queue"]);
  },
);
