import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// What `npm pack` packs, in a project as `npm init -y` makes it, without network.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);
const installed = (): string => at("node_modules", "rootstock");

beforeAll(async () => {
  folder = await temporaryFolder();
  const words = ["pack", "--ignore-scripts", "--offline", "--json", "--pack-destination", folder.path];
  const options = { encoding: "utf8", shell: process.platform === "win32" } as const;
  const packed = spawnSync("npm", words, options);
  expect(packed.status, packed.stderr).toBe(0);
  expect(packed.stderr).not.toMatch(/npm warn/i);
  const name = (await readdir(folder.path)).find((file) => file.endsWith(".tgz"))!;
  expect(spawnSync("tar", ["-xzf", name], { cwd: folder.path }).status).toBe(0);
  await mkdir(at("node_modules"));
  await rename(at("package"), installed());
  for (const entry of await readdir("node_modules"))
    if (!entry.startsWith(".") && !["bullmq", "ioredis"].includes(entry))
      // nobody has them who did not ask
      await symlink(join(process.cwd(), "node_modules", entry), at("node_modules", entry), "junction");
  await writeFile(
    at("package.json"),
    JSON.stringify({ name: "shop", version: "1.0.0", main: "index.js", type: "commonjs" }),
  );
});
afterAll(async () => await folder[Symbol.asyncDispose]());

async function filesOf(pattern: RegExp): Promise<string[]> {
  const files = await readdir(installed(), { recursive: true });
  return files.map((file) => file.replaceAll("\\", "/")).filter((file) => pattern.test(file));
}

/** The library's lines in a README. */
async function linesOf(readme: string): Promise<string> {
  const text = await readFile(join(installed(), readme), "utf8");
  return /```js\n(import \{ compare, loadModel \}[\s\S]*?)```/.exec(text)![1]!;
}

test("the README's lines run as they stand, in plain Node.js and a new project", async () => {
  await writePatternPhotos(at("photos"), 6);
  await cp(at("photos", "down", "0.png"), at("new-photo.jpg"));
  const network = await writeSmallNetwork(folder.path);
  await rename(network, at("mobilenetv2_features.onnx"));
  await rename(`${network}.card.yaml`, at("mobilenetv2_features.onnx.card.yaml"));
  await writeFile(at("flowers.mjs"), await linesOf("README.md"));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["flowers.mjs"], {
    cwd: folder.path,
    encoding: "utf8",
    env: { ...process.env, ROOTSTOCK_CACHE: at("cache") },
  });
  expect(stderr).toContain("features small 18 18");
  expect(stdout).toMatch(/with .* of the images right[\s\S]*label: '(across|down|slanted)'/);
  expect(status).toBe(0);
});

test("the Chinese README shows the same lines", async () => {
  expect(await linesOf("README.zh-CN.md")).toBe(await linesOf("README.md"));
});

test("every link of the packed documents leads to a file in the package", async () => {
  const documents = await filesOf(/\.md$/);
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/model-folder.md", "CONTRIBUTING.md"]));
  const broken: string[] = [];
  for (const document of documents) {
    const text = await readFile(join(installed(), document), "utf8");
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!existsSync(join(installed(), dirname(document), target!))) broken.push(`${document}: ${target}`);
  }
  expect(broken).toEqual([]);
});

test("every source map carries its sources, and no test is packed", async () => {
  const maps = await filesOf(/\.js\.map$/);
  expect(maps.length).toBeGreaterThan(300);
  for (const file of maps) {
    const map = JSON.parse(await readFile(join(installed(), file), "utf8")) as { sourcesContent?: unknown[] };
    expect(
      map.sourcesContent?.every((text) => typeof text === "string"),
      file,
    ).toBe(true);
  }
  expect(await filesOf(/\.test\.|^dist\/(test|bench)/)).toEqual([]);
});

test("what the program needs beside its code is packed: recipes, cards, predict.py, and a command that starts", async () => {
  expect(
    await filesOf(
      /^assets\/(model-folder\/predict\.py|recipes\/svm\.yaml|backbones\/gabor-bank\.card\.yaml)$/,
    ),
  ).toHaveLength(3);
  const { bin, version } = JSON.parse(await readFile(join(installed(), "package.json"), "utf8")) as {
    bin: { rootstock: string };
    version: string;
  };
  const command = spawnSync(process.execPath, [join(installed(), bin.rootstock), "--version"], {
    encoding: "utf8",
  });
  expect(command.stdout.trim()).toBe(version);
});

test("a queue without its packages: the line that installs them, and nothing of the address", async () => {
  const { bin } = JSON.parse(await readFile(join(installed(), "package.json"), "utf8")) as {
    bin: { rootstock: string };
  };
  const words = ["worker", "--queue", "redis://:secret@localhost"];
  const { status, stderr } = spawnSync(process.execPath, [join(installed(), bin.rootstock), ...words], {
    encoding: "utf8",
  });
  expect(stderr).toMatch(/npm install bullmq@\d+\.\d+\.\d+ ioredis@\d+\.\d+\.\d+\n/);
  expect(stderr).not.toContain("secret");
  expect(status).toBe(1);
});
