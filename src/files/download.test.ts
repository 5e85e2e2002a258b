import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { type DownloadOptions, downloadFile } from "./download.ts";
import { lockFile } from "./lock-file.ts";
import { proxyFor } from "./proxy.ts";

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const sha256 = createHash("sha256").update(body).digest("hex");
const folder = await mkdtemp(join(tmpdir(), "rootstock-download-"));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});
afterAll(() => rm(folder, { recursive: true }));

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serve(answer: Answer): Promise<{ url: URL; requests: IncomingMessage[]; server: Server }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.pth`),
    requests,
    server,
  };
}

/** Answers like a proper file server, ranges included. */
function sendRange(request: IncomingMessage, response: ServerResponse, etag = '"one"'): void {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const start = range && request.headers["if-range"] === etag ? Number(range[1]) : 0;
  const headers = { etag, "content-length": body.length - start };
  if (start > 0)
    response.writeHead(206, {
      ...headers,
      "content-range": `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  else response.writeHead(200, headers);
  response.end(body.subarray(start));
}

const sendWhole: Answer = (request, response) => sendRange(request, response);

/** Promises everything, sends the first part, then cuts the connection. */
function breakAfter(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { etag: '"one"', "content-length": body.length });
  response.write(body.subarray(0, bytes), () => setImmediate(() => response.destroy()));
}

let targets = 0;
async function fetchTo(url: URL, options: Partial<DownloadOptions> = {}): Promise<string> {
  const target = join(folder, `${(targets += 1)}`, "weights.pth");
  await downloadFile(url, target, { sha256Prefix: sha256.slice(0, 8), retryMs: 1, ...options });
  return target;
}

async function expectWhole(target: string): Promise<void> {
  expect(await readFile(target)).toEqual(body);
  expect(await readdir(join(target, ".."))).toEqual(["weights.pth"]);
}

test("a file arrives whole, verified, with nothing left beside it", async () => {
  const { url } = await serve(sendWhole);
  const seen: number[] = [];
  await expectWhole(await fetchTo(url, { onProgress: (done) => seen.push(done) }));
  expect(seen.at(-1)).toBe(body.length);
});

test("a connection that breaks is continued by a Range request", async () => {
  const { url, requests } = await serve((request, response, count) =>
    count === 1 ? breakAfter(response, 100_000) : sendRange(request, response),
  );
  await expectWhole(await fetchTo(url));
  expect(requests).toHaveLength(2);
  expect(Number(/\d+/.exec(requests[1]!.headers.range!)![0])).toBeGreaterThan(0);
  expect(requests[1]!.headers["if-range"]).toBe('"one"');
});

test("a file that changed on the server meanwhile is fetched from its beginning", async () => {
  const { url, requests } = await serve((request, response, count) =>
    count === 1 ? breakAfter(response, 100_000) : sendRange(request, response, '"two"'),
  );
  await expectWhole(await fetchTo(url));
  expect(requests[1]!.headers["if-range"]).toBe('"one"');
});

test("a server that stalls is left after the time given, and the rest comes by another connection", async () => {
  const { url, requests } = await serve((request, response, count) => {
    if (count > 1) return sendRange(request, response);
    response.writeHead(200, { etag: '"one"', "content-length": body.length });
    response.write(body.subarray(0, 50_000));
  });
  await expectWhole(await fetchTo(url, { stallMs: 60 }));
  expect(requests).toHaveLength(2);
});

test("a server that always breaks is given up, and a later call goes on", async () => {
  let isBroken = true;
  const { url } = await serve((request, response) =>
    isBroken ? breakAfter(response, 0) : sendRange(request, response),
  );
  const target = join(folder, "later", "weights.pth");
  const options = { sha256Prefix: sha256, retryMs: 1, tries: 2 };
  await expect(downloadFile(url, target, options)).rejects.toMatchObject({ code: "E_DOWNLOAD" });
  expect(existsSync(target)).toBe(false);
  isBroken = false;
  await downloadFile(url, target, options);
  await expectWhole(target);
});

test("wrong bytes are refused and removed", async () => {
  const { url } = await serve((_, response) => void response.end("<html>Please log in</html>"));
  const target = join(folder, "wrong", "weights.pth");
  await expect(downloadFile(url, target, { sha256Prefix: "00000000" })).rejects.toMatchObject({
    code: "E_CHECKSUM",
    message: expect.stringContaining("expected sha256 00000000"),
  });
  expect(await readdir(join(folder, "wrong"))).toEqual([]);
});

test("a length that lies short ends in E_CHECKSUM, one that lies long in E_DOWNLOAD", async () => {
  const short = await serve((_, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.end(body.subarray(0, 1000));
  });
  await expect(fetchTo(short.url)).rejects.toMatchObject({ code: "E_CHECKSUM" });
  const long = await serve((_, response) => {
    response.writeHead(200, { "content-length": body.length + 5 });
    response.write(body, () => setImmediate(() => response.destroy()));
  });
  await expect(fetchTo(long.url, { tries: 2 })).rejects.toMatchObject({ code: "E_DOWNLOAD" });
});

test("a server that sends more than the file can be is stopped", async () => {
  const { url } = await serve((_, response) => void response.end(body));
  await expect(fetchTo(url, { maximumBytes: 1000 })).rejects.toThrow(/at most 1000 bytes/);
});

test("redirects are followed, a loop is not", async () => {
  const { url } = await serve((request, response) => {
    if (request.url === "/there") return sendRange(request, response);
    response.writeHead(302, { location: request.url === "/loop" ? "/loop" : "/there" }).end();
  });
  await expectWhole(await fetchTo(url));
  await expect(fetchTo(new URL("/loop", url))).rejects.toThrow(/redirects/);
});

test("a refusal is told with its status, and is not tried again", async () => {
  const { url, requests } = await serve((_, response) => void response.writeHead(404).end());
  await expect(fetchTo(url)).rejects.toMatchObject({
    code: "E_DOWNLOAD",
    message: expect.stringContaining("404"),
  });
  expect(requests).toHaveLength(1);
});

test("a server in trouble is tried again", async () => {
  const { url } = await serve((request, response, count) =>
    count < 3 ? void response.writeHead(503).end() : sendRange(request, response),
  );
  await expectWhole(await fetchTo(url));
});

test("no server at all is E_OFFLINE", async () => {
  const { url, server } = await serve(sendWhole);
  await new Promise((resolve) => server.close(resolve));
  await expect(fetchTo(url, { tries: 2 })).rejects.toMatchObject({ code: "E_OFFLINE" });
});

test("the signal stops it", async () => {
  const { url } = await serve(
    (_, response) => void response.writeHead(200, { "content-length": 9 }).write("a"),
  );
  const controller = new AbortController();
  const running = fetchTo(url, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});

test("an HTTP proxy gets the whole address, and its password; no other header carries one", async () => {
  const { url: proxy, requests } = await serve(sendWhole);
  const environment = { HTTP_PROXY: `http://user:p%40ss@${proxy.host}` };
  await expectWhole(await fetchTo(new URL("http://example.invalid/weights.pth"), { environment }));
  expect(requests[0]!.url).toBe("http://example.invalid/weights.pth");
  expect(requests[0]!.headers["proxy-authorization"]).toBe(
    `Basic ${Buffer.from("user:p@ss").toString("base64")}`,
  );
  expect(requests[0]!.headers.authorization).toBeUndefined();
});

test("an HTTPS address goes through a tunnel; a proxy that refuses it is named", async () => {
  const { url: proxy, server } = await serve(sendWhole);
  const asked: string[] = [];
  server.on("connect", (request, socket) => {
    asked.push(request.url!);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  const environment = { https_proxy: proxy.href };
  await expect(fetchTo(new URL("https://example.invalid/w"), { environment })).rejects.toThrow(
    /tunnel to example.invalid:443/,
  );
  expect(asked).toEqual(["example.invalid:443"]);
});

test("proxyFor: NO_PROXY exempts hosts and their subdomains", () => {
  const environment = { HTTPS_PROXY: "proxy:3128", NO_PROXY: "localhost, .example.org" };
  expect(proxyFor(new URL("https://a.b/"), environment)?.host).toBe("proxy:3128");
  expect(proxyFor(new URL("http://a.b/"), environment)).toBeNull();
  expect(proxyFor(new URL("https://x.example.org/"), environment)).toBeNull();
  expect(proxyFor(new URL("https://notexample.org/"), environment)).not.toBeNull();
});

test("lockFile: an empty lock, whose process was killed while it made it, is in nobody's way", async () => {
  const path = join(folder, "b.lock");
  await writeFile(path, "");
  {
    await using _held = await lockFile(path);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
  }
  expect((await readdir(folder)).filter((name) => name.startsWith("b.lock"))).toEqual([]);
});

test("lockFile: a second holder is refused, a dead one's lock is taken over", async () => {
  const path = join(folder, "a.lock");
  {
    await using _held = await lockFile(path);
    await expect(lockFile(path)).rejects.toMatchObject({ code: "E_LOCK" });
  }
  expect(existsSync(path)).toBe(false);
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  await using _taken = await lockFile(path);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
});
