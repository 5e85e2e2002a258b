import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { parse } from "yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { everyCommand } from "../scripts/docs/cli-page.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// Each example is run as a reader runs it, by `node`, on the flowers in samples/; what stands behind `//>` is compared
// with what it prints. The package finds itself by its own name, so they read as in a project of the reader's.

const photos = resolve("samples/flowers");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let network = "";

beforeAll(async () => {
  folder = await temporaryFolder();
  network = await writeSmallNetwork(folder.path);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** In this order, in one folder: `verify` writes the model that others take. */
const examples: Readonly<Record<string, () => readonly string[]>> = {
  "verify.mjs": () => [photos],
  "predict-server.mjs": () => [join(folder.path, "model")],
  "compare.mjs": () => [photos],
  "follow-progress.mjs": () => [photos],
  "features.mjs": () => [photos],
  "own-recipe.mjs": () => [photos],
  "cross-validate.mjs": () => [photos],
  "fine-tune.mjs": () => [photos, network],
};

function run(name: string, words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [resolve("examples", name), ...words], {
    cwd: folder.path,
    env: { ...process.env, ROOTSTOCK_CACHE: join(folder.path, "cache"), PORT: "0", ONCE: "1" },
    encoding: "utf8",
  });
}

/** What the comments of an example say that it prints. */
function promised(text: string): string[] {
  return text.split("\n").flatMap((line) => line.split("//> ").slice(1));
}

const figure = /\d+\.\d+/g;

/** Equal but for figures, which may differ by 0.03 (3 points in per cent): another processor rounds otherwise. */
function isKept(promise: string, line: string | undefined): boolean {
  if (line === undefined || promise.replaceAll(figure, "#") !== line.replaceAll(figure, "#")) return false;
  const [told, printed] = [promise, line].map((text) => (text.match(figure) ?? []).map(Number));
  return told!.every((value, i) => Math.abs(value - printed![i]!) <= (value > 1 ? 3 : 0.03));
}

test("every example is run", async () => {
  const files = await readdir("examples");
  const others = ["README.md", "in-the-browser.html", "growing-collection", "own-classifier", "scale"];
  expect(files.sort()).toEqual([...Object.keys(examples), ...others].sort());
});

test("scale/: what Kubernetes and Slurm are given is in form, and asks for options that compare has", async () => {
  const [manifest, script] = await Promise.all(
    ["kubernetes.yaml", "slurm.sh"].map(async (name) => await readFile(`examples/scale/${name}`, "utf8")),
  );
  const job = parse(manifest!) as {
    spec: { completions: number; template: { spec: { containers: { args: string[] }[] } } };
  };
  const command = job.spec.template.spec.containers[0]!.args[0]!;
  expect(command).toContain(`--shard-count ${job.spec.completions}`);
  expect(script).toContain("#SBATCH --array=0-7\n");
  expect(script).toContain("--shard-count 8\n");
  const { help } = everyCommand().find(({ words }) => words === "rootstock compare")!;
  for (const text of [command, script!.slice(script!.indexOf("rootstock compare"))])
    for (const [option] of text.matchAll(/--[a-z-]+/g)) expect(help).toContain(`${option} `);
});

test.each(Object.entries(examples))(
  "%s prints what its comments say",
  { timeout: 120_000 },
  async (name, words) => {
    const text = await readFile(join("examples", name), "utf8");
    const { status, stdout, stderr } = run(name, words());
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    const promises = promised(text);
    expect(promises.length).toBeGreaterThan(0);
    promises.forEach((promise, i) =>
      expect(isKept(promise, lines[i]), `${promise} <> ${lines[i]}`).toBe(true),
    );
  },
);

test("an example takes public names alone, no syntax above Node 20's, and 15 to 50 lines", async () => {
  for (const name of Object.keys(examples)) {
    const text = await readFile(join("examples", name), "utf8");
    const modules = [...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1]!);
    expect(modules.filter((module) => !/^(node:|rootstock(\/testing)?$)/.test(module))).toEqual([]);
    expect(text).not.toContain("await using");
    expect(text.split("\n").length).toBeGreaterThan(14);
    expect(text.split("\n").length).toBeLessThanOrEqual(50);
  }
});

test("own-classifier: its test file passes, and its recipes are measured beside a shipped one", async () => {
  const own = resolve("examples/own-classifier");
  const tested = spawnSync(process.execPath, ["--test", join(own, "test-classifiers.mjs")], {
    encoding: "utf8",
  });
  expect(tested.stdout).toMatch(/^# pass [4-9]\d$/m);
  expect(tested.stdout).toMatch(/^# fail 0$/m);
  expect(tested.status).toBe(0);
  await writePatternPhotos(join(folder.path, "stripes"), 4);
  const recipes = [join(own, "diagonal.yaml"), join(own, "two-layers.yaml"), "ridge"];
  const words = ["--recipes", recipes.join(), "--folds", "2", "--json"];
  const joined = ["--backbone", "gabor-bank", "--backbone", `small=${network}`];
  const program = resolve("dist/src/cli/main.js");
  const compared = run(program, ["compare", "stripes", ...words, ...joined, "--quiet"]);
  const rows = (JSON.parse(compared.stdout) as { recipes: { name: string; backbones: string[] }[] }).recipes;
  expect(rows.map(({ name, backbones }) => [name, backbones])).toEqual([
    ["diagonal@gabor-bank", ["gabor-bank"]],
    ["diagonal@small", ["small"]],
    ["two-layers", ["gabor-bank", "small"]],
    ["ridge@gabor-bank", ["gabor-bank"]],
    ["ridge@small", ["small"]],
  ]);
  for (const row of rows) expect(row).toMatchObject({ accuracy: { mean: expect.any(Number) as number } });
});

test("growing-collection: a model that grew by updates stands beside one that was trained on everything at once", async () => {
  const { status, stdout, stderr } = run("growing-collection/story.mjs", [photos, "grown"]);
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  const [accepted, right, looked] = numbersIn(/(\d+) accepted, (\d+) of them right; (\d+) looked at/);
  expect(right).toBeGreaterThanOrEqual(0.9 * accepted!);
  expect([accepted! > 0, looked]).toEqual([true, 30]);
  expect(stdout).toContain("The kind of photo has changed");
  const [grown, photosSeen] = numbersIn(/model-3: (\d+) % of (\d+) photos/);
  const [atOnce] = numbersIn(/at-once: (\d+) %/);
  expect(photosSeen).toBe(50);
  expect(grown).toBeGreaterThanOrEqual(55);
  expect(grown).toBeGreaterThanOrEqual(atOnce! - 10);

  function numbersIn(line: RegExp): number[] {
    return (line.exec(stdout) ?? []).slice(1).map(Number);
  }
}, 240_000);

const browserPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
if (browserPath === undefined)
  console.log("in-the-browser.html: skipped, no chromium found; set CHROMIUM to its path.");

test.skipIf(browserPath === undefined)(
  "in-the-browser.html names a picture in a page of one's own",
  async () => {
    const server = await serveProject();
    const browser = await chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/in-the-browser.html`);
      await page.waitForSelector("#file:not([disabled])");
      expect(await page.textContent("#answer")).toBe(
        promised(await readFile("examples/in-the-browser.html", "utf8"))[0],
      );
      await page.setInputFiles("#file", join(photos, "sunflower", "sunflower-03.jpg"));
      await page.waitForFunction(`document.getElementById("answer").textContent.endsWith("sure")`);
      expect(await page.textContent("#answer")).toMatch(/^[a-z]+, \d+ % sure$/);
    } finally {
      await browser.close();
      server.close();
    }
  },
);

/** What a reader's project would hand out: the page, the model, and node_modules with this package in it. */
async function serveProject(): Promise<Server> {
  await writeFile(join(folder.path, "package.json"), "{}");
  const places: readonly [prefix: string, root: string][] = [
    ["/node_modules/rootstock/", resolve(".")],
    ["/node_modules/", resolve("node_modules")],
    ["/model/", join(folder.path, "model")],
    ["/", resolve("examples")],
  ];
  const server = createServer(async ({ url = "/" }, response) => {
    const [prefix, root] = places.find(([start]) => url.startsWith(start))!;
    const bytes = await readFile(join(root, url.slice(prefix.length))).catch(() => null);
    const type = { ".html": "text/html", ".wasm": "application/wasm" }[extname(url)] ?? "text/javascript";
    response.writeHead(bytes === null ? 404 : 200, { "content-type": type }).end(bytes);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}
