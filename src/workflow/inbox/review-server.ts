import { randomBytes, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { RootstockError, toErrorRecord } from "../../base/errors.ts";

/** One decision as the page sends it. */
export interface SentDecision {
  readonly sha256: string;
  readonly path: string;
  /** Null: none of the classes. */
  readonly label: string | null;
  readonly reason: string;
}

/** A page that is handed out on this machine alone. */
export interface ReviewServer extends AsyncDisposable {
  /** With the secret in it. */
  readonly address: string;
}

/** What a page may send at most. */
const mostBytes = 16 * 2 ** 20;

/**
 * Hands out one page on 127.0.0.1, at a port and under a secret of this run's own, and takes decisions from it. Refused
 * with 403: whoever does not know the secret, names another host (a page elsewhere whose name was pointed here), or comes
 * from another origin.
 */
export async function serveReview(
  page: (saveTo: string) => Promise<string>,
  onDecisions: (decisions: readonly SentDecision[]) => Promise<void>,
): Promise<ReviewServer> {
  const secret = randomBytes(24).toString("base64url");
  const saveTo = `/${secret}/decisions`;
  const html = await page(saveTo);
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    if (!isAllowed(request, { port, secret })) return reply(response, 403, { error: "not allowed" });
    const path = new URL(request.url ?? "/", `http://127.0.0.1:${port}`).pathname;
    if (request.method === "GET" && path === `/${secret}/`) return replyPage(response, html);
    if (request.method !== "POST" || path !== saveTo) return reply(response, 404, { error: "not found" });
    try {
      const decisions = readDecisions(await bodyOf(request));
      await onDecisions(decisions);
      reply(response, 200, { saved: decisions.length });
    } catch (error) {
      reply(response, 400, { error: toErrorRecord(error).message });
    }
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/${secret}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The secret in the path, this very host, and no other origin. */
export function isAllowed(
  { url = "/", headers }: Pick<IncomingMessage, "url" | "headers">,
  { port, secret }: { port: number; secret: string },
): boolean {
  const host = `127.0.0.1:${port}`;
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  if (headers.host !== host) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const said = Buffer.from(url.split("/")[1] ?? "");
  const meant = Buffer.from(secret);
  return said.length === meant.length && timingSafeEqual(said, meant);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBytes) throw refused(`at most ${mostBytes} bytes`, `${size}`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function readDecisions(text: string): SentDecision[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw refused("a list", typeof value);
  return value.map((one: Record<string, unknown>, i) => {
    const { sha256, path, label, reason } = one;
    const isWhole =
      typeof sha256 === "string" &&
      /^[0-9a-f]{64}$/.test(sha256) &&
      typeof path === "string" &&
      (label === null || (typeof label === "string" && label.trim() !== "")) &&
      typeof reason === "string";
    if (!isWhole) throw refused("sha256, path, label and reason", `decision ${i + 1}`);
    return { sha256, path, label: label === null ? null : (label as string).normalize("NFC"), reason };
  });
}

function refused(expected: string, got: string): RootstockError {
  return new RootstockError("E_OPTION", `decisions: expected ${expected}, got ${got}.`, {
    hint: "Reload the page.",
  });
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...safe, "content-type": "application/json" }).end(JSON.stringify(value));
}

function replyPage(response: ServerResponse, html: string): void {
  response.writeHead(200, { ...safe, "content-type": "text/html; charset=utf-8" }).end(html);
}

/** Nothing is kept, framed, guessed or told to others. */
const safe = {
  "cache-control": "no-store",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;
