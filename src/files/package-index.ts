import { RootstockError } from "../base/errors.ts";
import { networkFault } from "./download.ts";
import { type GetOptions, getText, hideSecret } from "./http-get.ts";
import type { IndexAddress } from "./index-address.ts";

/** One wheel of a Python package, by the sha256 of its bytes. */
export interface WheelId {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

interface IndexFile {
  readonly name: string;
  readonly url: URL;
  /** As the index states it; null where it states none. */
  readonly sha256: string | null;
}

const accepted =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
const pageLimitBytes = 32 * 2 ** 20;
const patienceMs = 60_000;

/**
 * Where a package index keeps a wheel: its page of the package is read in the index's JSON form, or in HTML where it
 * has no other. Throws E_DOWNLOAD for an index that asks for a password, has no such package or version, or sends
 * something else; E_OFFLINE; E_CHECKSUM where it states another hash than the wheel must have.
 * Source: the simple repository API (PEP 503, PEP 691).
 */
export async function findWheel(index: IndexAddress, wheel: WheelId, options: GetOptions = {}): Promise<URL> {
  const page = new URL(index.url);
  page.pathname = `${page.pathname.replace(/\/+$/, "")}/${normalised(wheel.package)}/`;
  const headers = { ...options.headers, accept: accepted };
  const answer = await askFor(page, { ...options, headers });
  if (answer.status !== 200) throw refused(answer.status, { index, page, wheel });
  const base = withSecretOf(page, answer.url);
  const files = /json/.test(answer.contentType) ? readJson(answer.text, base) : readHtml(answer.text, base);
  if (files === null)
    throw indexFault(index, `expected its list of files for ${wheel.package}, got something else`);
  const file = files.find(({ name }) => isWheelOf(name, wheel));
  if (!file)
    throw indexFault(
      index,
      `expected a wheel of ${wheel.package} ${wheel.version}, got ${files.length} files without it`,
    );
  if (file.sha256 !== null && file.sha256 !== wheel.sha256)
    throw new RootstockError(
      "E_CHECKSUM",
      `package index ${hideSecret(index.url)}: expected ${file.name} of sha256 ${wheel.sha256}, it states ${file.sha256}.`,
      { hint: "It is another file than the one that was published. Try another index with --index." },
    );
  return withSecretOf(page, file.url);
}

/** The page, or the connection's fault in our form; a server that falls silent is given up. */
async function askFor(page: URL, options: GetOptions): ReturnType<typeof getText> {
  const patience = AbortSignal.timeout(patienceMs);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  try {
    return await getText(page, { ...options, signal, limitBytes: pageLimitBytes });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof RootstockError ? error : networkFault(page, error);
  }
}

/** A password goes on to addresses of the same origin, and to no other. */
function withSecretOf(from: URL, to: URL): URL {
  const url = new URL(to);
  if (url.origin === from.origin && url.username === "") {
    url.username = from.username;
    url.password = from.password;
  }
  return url;
}

/** Lower case, runs of `-`, `_` and `.` as one `-`: how indexes and wheels spell one name in several ways. */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** `name-version(-build)?-python-abi-platform.whl` */
function isWheelOf(fileName: string, wheel: WheelId): boolean {
  const [name = "", version, ...tags] = fileName.replace(/\.whl$/, "").split("-");
  if (!fileName.endsWith(".whl") || tags.length < 3) return false;
  return normalised(name) === normalised(wheel.package) && version === wheel.version;
}

function readJson(text: string, base: URL): IndexFile[] | null {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    if (!Array.isArray(files)) return null;
    return files.flatMap(
      (file: { filename?: unknown; url?: unknown; hashes?: { sha256?: unknown } } | null) => {
        const { filename: name, url, hashes } = file ?? {};
        if (typeof name !== "string" || typeof url !== "string" || !URL.canParse(url, base.href)) return [];
        const sha256 = typeof hashes?.sha256 === "string" ? hashes.sha256.toLowerCase() : null;
        return [{ name, url: new URL(url, base), sha256 }];
      },
    );
  } catch {
    return null;
  }
}

/** `<a href="ADDRESS#sha256=HASH">NAME</a>`, each file one link. */
function readHtml(text: string, page: URL): IndexFile[] | null {
  if (!/<(html|!doctype|a)\b/i.test(text)) return null;
  const href = /<base\s[^>]*href\s*=\s*["']([^"']+)["']/i.exec(text)?.[1];
  const base = href !== undefined && URL.canParse(href, page.href) ? new URL(href, page) : page;
  const links = text.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([^<]*)<\/a>/gi);
  return [...links].flatMap(([, double, single, label = ""]) => {
    const address = unescape(double ?? single ?? "");
    if (!URL.canParse(address, base.href)) return [];
    const url = new URL(address, base);
    const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(url.hash)?.[1]?.toLowerCase() ?? null;
    url.hash = "";
    return [{ name: unescape(label).trim(), url, sha256 }];
  });
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  "#x27": "'",
};

function unescape(text: string): string {
  return text.replace(/&([#\w]+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

function refused(
  status: number,
  { index, page, wheel }: { index: IndexAddress; page: URL; wheel: WheelId },
): RootstockError {
  if (status === 401 || status === 403 || status === 407)
    return indexFault(
      index,
      `expected its page of ${wheel.package}, it asks for a password (status ${status})`,
      `Put both into the address, https://NAME:PASSWORD@${page.host}${index.url.pathname}, in PIP_INDEX_URL; they go to that host alone.`,
    );
  return indexFault(
    index,
    `expected its page of ${wheel.package}, got status ${status} at ${hideSecret(page)}`,
  );
}

/** The error for an index that does not give what was asked; it says what named the index. */
function indexFault(index: IndexAddress, what: string, hint?: string): RootstockError {
  return new RootstockError("E_DOWNLOAD", `package index ${hideSecret(index.url)}: ${what}.`, {
    hint: hint ?? `It was named by ${index.from}. Name another with --index.`,
  });
}
