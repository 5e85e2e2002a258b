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
 * GET over HTTP or HTTPS, through the environment's proxy, following redirects. No cookie and no token is ever sent.
 * Throws E_DOWNLOAD for a redirect loop or one from https to http; network errors come as the system names them.
 */
export async function httpGet(url: URL, options: GetOptions = {}): Promise<IncomingMessage> {
  let at = url;
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const response = await getOnce(at, options);
    const { location } = response.headers;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return response;
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
  url: URL,
  { headers, signal, environment = {} }: GetOptions,
): Promise<IncomingMessage> {
  signal?.throwIfAborted();
  const proxy = proxyFor(url, environment);
  const common = { headers: { host: url.host, "user-agent": "rootstock", ...headers }, signal };
  if (proxy === null) return respond((url.protocol === "https:" ? httpsRequest : httpRequest)(url, common));
  if (url.protocol === "http:") {
    const target = { host: proxy.hostname, port: proxy.port || 80, path: url.href };
    return respond(
      httpRequest({ ...common, ...target, headers: { ...common.headers, ...credentials(proxy) } }),
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
    headers: { host, ...credentials(proxy) },
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

function credentials({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
