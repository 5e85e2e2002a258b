import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { RootstockError } from "../base/errors.ts";
import { proxyFor } from "./proxy.ts";

/** Of one request. */
export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Read for proxy settings alone. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const redirectLimit = 8;

/**
 * GET over HTTP or HTTPS, through the environment's proxy, following redirects. No cookie and no token is ever sent; a
 * name and password that stand in the address go to its host alone. Throws E_DOWNLOAD for a redirect loop or one from https to http; network errors come as the system names them.
 */
export async function httpGet(url: URL, options: GetOptions = {}): Promise<IncomingMessage> {
  return (await follow(url, options)).response;
}

/** A page as text, at most `limitBytes` of it, and where its redirects led. Throws as `httpGet`, E_DOWNLOAD past the limit. */
export async function getText(
  url: URL,
  options: GetOptions & { readonly limitBytes: number },
): Promise<{
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly url: URL;
}> {
  const { response, at } = await follow(url, options);
  const chunks: Buffer[] = [];
  let left = options.limitBytes;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left < 0)
      throw new RootstockError(
        "E_DOWNLOAD",
        `${hideSecret(url)}: expected at most ${options.limitBytes} bytes, got more.`,
        { hint: "This is not the page that was asked for." },
      );
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  const text = Buffer.concat(chunks).toString("utf8");
  return { status, contentType: headers["content-type"] ?? "", text, url: at };
}

/** An address for a message: without the name and password that may stand in it. */
export function hideSecret(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

async function follow(url: URL, options: GetOptions): Promise<{ response: IncomingMessage; at: URL }> {
  let at = url;
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const response = await getOnce(at, options);
    const { location } = response.headers;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return { response, at };
    response.resume();
    const next = new URL(location, at);
    if (
      !["http:", "https:"].includes(next.protocol) ||
      (at.protocol === "https:" && next.protocol === "http:")
    )
      throw new RootstockError(
        "E_DOWNLOAD",
        `${at.host}: expected a redirect to https, got ${next.protocol}//${next.host}.`,
      );
    at = next;
  }
  throw new RootstockError(
    "E_DOWNLOAD",
    `${url.host}: expected a file, got more than ${redirectLimit} redirects.`,
  );
}

async function getOnce(
  address: URL,
  { headers, signal, environment = {} }: GetOptions,
): Promise<IncomingMessage> {
  signal?.throwIfAborted();
  const url = new URL(hideSecret(address));
  const proxy = proxyFor(url, environment);
  const own = { host: url.host, "user-agent": "rootstock", ...credentials("authorization", address) };
  const common = { headers: { ...own, ...headers }, signal };
  if (proxy === null) return respond((url.protocol === "https:" ? httpsRequest : httpRequest)(url, common));
  if (url.protocol === "http:") {
    const target = { host: proxy.hostname, port: proxy.port || 80, path: url.href };
    return respond(
      httpRequest({
        ...common,
        ...target,
        headers: { ...common.headers, ...credentials("proxy-authorization", proxy) },
      }),
    );
  }
  const socket = await openTunnel(proxy, url, signal);
  const secured = tlsConnect({ socket, servername: url.hostname });
  return respond(httpsRequest(url, { ...common, agent: false, createConnection: () => secured }));
}

function respond(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on("response", resolve).on("error", reject).end();
  });
}

/** CONNECT host:port, after which the proxy passes bytes on unseen. */
function openTunnel(proxy: URL, url: URL, signal: AbortSignal | undefined): Promise<Socket> {
  const host = `${url.hostname}:${url.port || 443}`;
  const request = httpRequest({
    host: proxy.hostname,
    port: proxy.port || 80,
    method: "CONNECT",
    path: host,
    headers: { host, ...credentials("proxy-authorization", proxy) },
    ...(signal ? { signal } : {}),
  });
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("connect", ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(
        new RootstockError(
          "E_DOWNLOAD",
          `proxy ${proxy.host}: expected a tunnel to ${host}, got status ${statusCode}.`,
        ),
      );
    });
    request.end();
  });
}

/** Basic authentication by the name and password of an address; nothing where it has none. */
function credentials(
  header: "authorization" | "proxy-authorization",
  { username, password }: URL,
): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { [header]: `Basic ${Buffer.from(pair).toString("base64")}` };
}
