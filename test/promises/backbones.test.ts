import { readdir } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell, program } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// docs/backbones.md: "Nothing is downloaded unless you say `pull`", and what `pull` does with what it gets. Resuming,
// locks, proxies and hashes in detail stand in src/files/download.test.ts and src/backbones/pull.test.ts.

let shell: Shell;
let server: Server;
const asked: { url: string; headers: string[] }[] = [];
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 2);
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", headers: Object.keys(request.headers) });
    response.end("not the weights");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await shell[Symbol.asyncDispose]();
});

const withMirror = async (...words: string[]): Promise<Outcome> => {
  const { port } = server.address() as AddressInfo;
  const environment = { ROOTSTOCK_MIRROR: `http://127.0.0.1:${port}/models`, HF_TOKEN: "secret" };
  return await shell.run(process.execPath, [program, ...words], environment);
};

test("nothing is downloaded unless pull is said: compare, train, features, show and list ask no server", async () => {
  const [compared, listed] = await Promise.all([
    withMirror("compare", "photos", "--backbone", "alexnet"),
    withMirror("backbones", "list"),
    withMirror("train", "photos", "--backbone", "vgg16", "--out", "model"),
    withMirror("features", "photos", "--backbone", "resnet18", "--out", "f"),
    withMirror("backbones", "show", "squeezenet1_1"),
  ]);
  expect(asked).toEqual([]);
  expect(compared).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("rootstock backbones pull alexnet"),
  });
  expect(listed.stdout).toMatch(/^alexnet +pull it +61\.1 M +233 MiB/m);
  expect(listed.stdout).toMatch(/^gabor-bank +yes/m);
});

test("pull asks the mirror for the published file, sends no token, and keeps nothing of other bytes", async () => {
  const { status, stderr } = await withMirror("backbones", "pull", "alexnet");
  expect(status).toBe(1);
  expect(stderr).toMatch(/expected sha256 7be5be79.*\[E_CHECKSUM\]\n  \S/);
  expect(asked.map(({ url }) => url)).toEqual(["/models/alexnet-owt-7be5be79.pth"]);
  expect(asked[0]!.headers).not.toContain("authorization");
  const kept = await readdir(join(shell.folder, "cache"), { recursive: true, withFileTypes: true });
  expect(kept.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
});

test("a name that is not in the list is refused, with the list", async () => {
  const { status, stderr } = await withMirror("backbones", "pull", "nonsense");
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/nonsense/);
  expect(stderr).toMatch(/alexnet|backbones list/);
});
