import type { IncomingMessage } from "node:http";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RootstockError, explained } from "../base/errors.ts";
import { isSystemError } from "../base/system-error.ts";
import { hashFile } from "./hash-file.ts";
import { type GetOptions, hideSecret, httpGet } from "./http-get.ts";
import { lockFile } from "./lock-file.ts";
import { makeFolder } from "./make-folder.ts";

/** What is expected of a download, and how patiently. */
export interface DownloadOptions extends GetOptions {
  /** Beginning of the sha256 that the file must have, hex; null when nobody knows it yet. */
  readonly sha256Prefix: string | null;
  /** Called with bytes so far and in all (0 while unknown). */
  readonly onProgress?: (done: number, total: number) => void;
  /** Silence after which a connection counts as dead; default 30 s. */
  readonly stallMs?: number;
  /** Pause before another try, doubled each time; default 500 ms. */
  readonly retryMs?: number;
  /** The most that is ever written; default 4 GiB. A server that sends more is refused. */
  readonly maximumBytes?: number;
  /** Tries without a single new byte before giving up; default 4. */
  readonly tries?: number;
}

/**
 * Fetches `url` into `target`, which appears whole and verified or not at all. What came before a break is kept in
 * `<target>.part` and continued by a Range request, also by a later call; the server's validator makes sure that it
 * is still the same file. A lock keeps a second process away.
 * Throws E_OFFLINE when no server answers, E_DOWNLOAD for its refusals and endless breaks, E_CHECKSUM for the wrong
 * bytes (which are removed), E_LOCK, E_ABORTED by the signal. Returns the file's sha256 and size.
 */
export async function downloadFile(
  url: URL,
  target: string,
  options: DownloadOptions,
): Promise<{ sha256: string; sizeBytes: number }> {
  await makeFolder(dirname(target));
  await using _lock = await lockFile(`${target}.lock`);
  const part = `${target}.part`;
  await fetchWithRetries(url, part, options);
  const sha256 = await hashFile(part, { signal: options.signal });
  if (options.sha256Prefix !== null && !sha256.startsWith(options.sha256Prefix)) {
    await removePart(part);
    throw new RootstockError(
      "E_CHECKSUM",
      `${hideSecret(url)}: expected sha256 ${options.sha256Prefix}..., got ${sha256}; the file was removed.`,
      { hint: "The server sent something else. Try again later, or another mirror." },
    );
  }
  const { size } = await stat(part);
  await rename(part, target);
  await removePart(part);
  return { sha256, sizeBytes: size };
}

async function removePart(part: string): Promise<void> {
  await Promise.all([rm(part, { force: true }), rm(`${part}.json`, { force: true })]);
}

async function fetchWithRetries(url: URL, part: string, options: DownloadOptions): Promise<void> {
  const { tries = 4, retryMs = 500, signal } = options;
  let failures = 0;
  for (;;) {
    const before = await sizeOrZero(part);
    try {
      return await fetchRest(url, part, options);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RootstockError) throw error;
      if (isSystemError(error)) throw explained(error, { subject: JSON.stringify(part), doing: "write" });
      failures = (await sizeOrZero(part)) > before ? 1 : failures + 1;
      if (failures >= tries) throw networkFault(url, error);
      await sleep(retryMs * 2 ** (failures - 1), undefined, signal ? { signal } : {});
    }
  }
}

/** One connection: from where the part ends to the end of the file. Any break throws and leaves the part longer. */
async function fetchRest(url: URL, part: string, options: DownloadOptions): Promise<void> {
  const { stallMs = 30_000, maximumBytes = 2 ** 32, signal, onProgress } = options;
  const watch = new AbortController();
  const stalled = (): void => watch.abort(new Error(`no byte for ${stallMs} ms`));
  let timer = setTimeout(stalled, stallMs);
  try {
    const resume = await readResume(part);
    const both = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal;
    const response = await httpGet(url, {
      ...options,
      signal: both,
      headers: { ...options.headers, ...rangeOf(resume) },
    });
    const { start, total } = await placeOf(response, { url, part, resume });
    await writeFile(`${part}.json`, JSON.stringify({ validator: validatorOf(response) }));
    await using file = await open(part, start === 0 ? "w" : "r+");
    let at = start;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      await file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      if (at > maximumBytes) throw tooLong(url, maximumBytes);
      onProgress?.(at, total);
      timer = setTimeout(stalled, stallMs);
    }
    if (total > 0 && at !== total) throw new Error(`connection closed after ${at} of ${total} bytes`);
    await file.sync();
  } catch (error) {
    // an abort by the watch surfaces as an AbortError: the stall is what happened
    throw watch.signal.aborted ? (watch.signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
  }
}

interface Resume {
  readonly size: number;
  /** ETag or Last-Modified of the file that the part is of; without one a part cannot be trusted. */
  readonly validator: string;
}

async function readResume(part: string): Promise<Resume | null> {
  const text = await readFile(`${part}.json`, "utf8").catch(() => "{}");
  const validator = /"validator":"((?:[^"\\]|\\.)+)"/.exec(text)
    ? (JSON.parse(text) as { validator: string }).validator
    : "";
  const size = await sizeOrZero(part);
  return size > 0 && validator !== "" ? { size, validator } : null;
}

function rangeOf(resume: Resume | null): Record<string, string> {
  return resume === null ? {} : { range: `bytes=${resume.size}-`, "if-range": resume.validator };
}

/** Where the response's bytes belong, and how many there are in all; 0 while unknown. */
async function placeOf(
  response: IncomingMessage,
  { url, part, resume }: { url: URL; part: string; resume: Resume | null },
): Promise<{ start: number; total: number }> {
  const status = response.statusCode ?? 0;
  if (status === 200) return { start: 0, total: Number(response.headers["content-length"] ?? 0) };
  if (status === 206 && resume !== null) {
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers["content-range"] ?? "");
    if (range && Number(range[1]) === resume.size) return { start: resume.size, total: Number(range[3]) };
  }
  response.resume();
  if (resume !== null && (status === 206 || status === 416)) {
    await removePart(part);
    throw new Error(`the part no longer fits the server's file (status ${status})`);
  }
  if (status >= 500 || status === 429) throw new Error(`status ${status}`);
  throw new RootstockError("E_DOWNLOAD", `${hideSecret(url)}: expected the file, got status ${status}.`, {
    hint:
      status === 404 ? "It may have moved: fetch it with a browser." : "Look at the address with a browser.",
  });
}

function tooLong(url: URL, maximumBytes: number): RootstockError {
  return new RootstockError(
    "E_DOWNLOAD",
    `${hideSecret(url)}: expected at most ${maximumBytes} bytes, got more.`,
    {
      hint: "This is not the file that was published.",
    },
  );
}

function validatorOf({ headers }: IncomingMessage): string {
  // a weak ETag does not promise equal bytes
  const etag = headers.etag?.startsWith("W/") ? undefined : headers.etag;
  return etag ?? headers["last-modified"] ?? "";
}

async function sizeOrZero(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

const unreachable = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ETIMEDOUT",
]);

/** A broken or impossible connection in our form: E_OFFLINE where no server answers, else E_DOWNLOAD. */
export function networkFault(url: URL, cause: unknown): RootstockError {
  const { code, message: said } = cause as NodeJS.ErrnoException;
  // Node's own word for a connection that ends before the length it promised
  const message = said === "aborted" ? "a connection that broke before the end" : said;
  const isOffline = code !== undefined && unreachable.has(code);
  return new RootstockError(
    isOffline ? "E_OFFLINE" : "E_DOWNLOAD",
    `${hideSecret(url)}: expected the file, got ${message || code}.`,
    { hint: "Run the same command again: it goes on where it stopped.", cause },
  );
}
