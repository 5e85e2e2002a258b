import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadModel, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// The README of a model folder: every block of code in it is run as it stands.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** Inside dist, so that Node finds the packages that the blocks import. */
let desk = "";
let card = "";
let photos: string[] = [];
const expected: { label: string; probability: number }[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(join(folder.path, "photos"), 5);
  const model = join(folder.path, "model");
  await train(join(folder.path, "photos"), { recipe: "svm", cache: null, threads: 1, out: model }).result;
  desk = await mkdtemp(join("dist", "card-"));
  card = await readFile(join(model, "README.md"), "utf8");
  photos = ["across", "slanted"].map((label) => join(folder.path, "photos", label, "1.png"));
  await using loaded = await loadModel(model, { threads: 1 });
  for (const photo of photos) expected.push(await loaded.predict(photo));
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await rm(desk, { recursive: true, force: true });
});

/** The card's block of a language that holds a word. */
function block(language: string, word: string): string {
  const blocks = [...card.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.find(([, kind, text]) => kind === language && text!.includes(word))![2]!;
}

type Scores = { label: string; score: number }[];

function expectBest(scores: Scores, { label, probability }: { label: string; probability: number }): void {
  expect(scores[0]!.label).toBe(label);
  expect(scores[0]!.score).toBeCloseTo(probability, 3);
  expect(scores).toHaveLength(3);
}

function node(file: string): { stdout: string; stderr: string } {
  const words = [join(desk, file), join(folder.path, "model"), ...photos];
  return spawnSync(process.execPath, words, { encoding: "utf8" });
}

test("the lines for Node.js give what predict gives, photo by photo", async () => {
  await writeFile(join(desk, "classify.mjs"), block("js", "pipeline"));
  const { stdout, stderr } = node("classify.mjs");
  const lines = stdout.trim().split("\n");
  expect(lines, stderr).toHaveLength(2);
  for (const [i, line] of lines.entries())
    expectBest(JSON.parse(line.slice(photos[i]!.length)) as Scores, expected[i]!);
});

test("two photos of two sizes in one call of Transformers.js end in the RangeError that the card names", async () => {
  const code = block("js", "pipeline").replace(/for \(const photo[\s\S]*/, "await classify(photos);\n");
  await writeFile(join(desk, "batch.mjs"), code);
  const [named] = /RangeError: [\w ]+/.exec(card)!;
  expect(node("batch.mjs").stderr).toContain(named);
});

test("the head of the card is what the Hugging Face Hub reads, and the versions are those tried here", () => {
  const [, head] = /^---\n([\s\S]*?)\n---\n/.exec(card)!;
  expect(parse(head!)).toEqual({
    library_name: "transformers.js",
    pipeline_tag: "image-classification",
    license: "mit",
    tags: ["image-classification", "transfer-learning", "onnx", "rootstock"],
  });
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const named = [...card.matchAll(/npm\/((?:@\w+\/)?[\w-]+)@([\d.]+)/g)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(named).toEqual([
    ["@huggingface/transformers", devDependencies["@huggingface/transformers"]],
    ["onnxruntime-web", devDependencies["onnxruntime-web"]],
  ]);
});

test("a model that was not measured claims no figures", () => {
  expect(card).toContain("How often it is right is not known");
  expect(card).not.toContain("The figures hold");
});

const browserPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
if (browserPath === undefined) console.log("model card: its pages are not opened, no chromium found.");

describe.skipIf(browserPath === undefined)("the lines for a web page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
  });
  afterAll(async () => await browser?.close());

  test.each(["@huggingface/transformers", "onnxruntime-web"])(
    "with %s give what predict gives",
    async (name) => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.route("**/*", async (route) => {
        const { pathname, hostname } = new URL(route.request().url());
        const path = hostname === "cdn.jsdelivr.net" ? inPackage(pathname) : join(folder.path, pathname);
        if (pathname === "/page.html")
          return await route.fulfill({ body: block("html", name), contentType: "text/html" });
        if (!existsSync(path)) return await route.fulfill({ status: 404 });
        return await route.fulfill({ path, contentType: types[extname(path)] ?? "application/octet-stream" });
      });
      await page.goto("http://photos.test/page.html");
      await page.waitForSelector("#photo:enabled"); // the model is there
      await page.setInputFiles("#photo", photos[0]!);
      await page.waitForSelector("#answer:not(:empty)");
      expectBest(JSON.parse((await page.textContent("#answer"))!) as Scores, expected[0]!);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** A package's file as the content delivery network would serve it: `/npm/NAME@VERSION/FILE`, or the package's own choice. */
function inPackage(pathname: string): string {
  const [, name, file] = /^\/npm\/((?:@[\w-]+\/)?[\w-]+)@[^/]+(?:\/(.*))?$/.exec(pathname)!;
  const base = join("node_modules", name!);
  const { jsdelivr = "" } = JSON.parse(readFileSync(join(base, "package.json"), "utf8")) as {
    jsdelivr?: string;
  };
  return join(base, file ?? jsdelivr);
}
