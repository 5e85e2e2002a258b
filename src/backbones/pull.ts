import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { cacheFolder } from "../files/cache-folder.ts";
import { type DownloadOptions, downloadFile } from "../files/download.ts";
import { hashFile } from "../files/hash-file.ts";
import { type CatalogueEntry, catalogue, findCatalogueEntry } from "./catalogue.ts";
import { readShippedCards } from "./shipped-cards.ts";
import { cardWithoutFile, unknownBackbone } from "./unknown-backbone.ts";

/** Where weights are fetched from and kept. */
export interface PullOptions extends WorkOptions, Pick<DownloadOptions, "stallMs" | "retryMs" | "tries"> {
  /** Where weights are kept; default `weightsFolder(environment)`. */
  readonly folder?: string;
  /** Read for ROOTSTOCK_CACHE, ROOTSTOCK_MIRROR, HF_ENDPOINT and the proxies; default the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A file of weights that is on this machine now. */
export interface Pulled {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  /** `present`: it was there already, and its bytes were checked again. */
  readonly status: "downloaded" | "present";
}

/** The folder of pulled weights, inside the user's cache. */
export function weightsFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(cacheFolder(environment), "weights");
}

/**
 * Downloads a backbone of the catalogue, verified, or checks the file that is there already. The first pull records
 * the file's sha256 beside it (`<file>.sha256`); every later one holds the file against it.
 * Throws E_BACKBONE for an unknown name, E_OFFLINE with where to put the file by hand, E_CHECKSUM, E_DOWNLOAD, E_LOCK.
 */
export async function pull(name: string, options: PullOptions = {}): Promise<Pulled> {
  const entry = await requireEntry(name);
  const { environment = process.env, folder = weightsFolder(environment), report, signal } = options;
  const path = join(folder, entry.fileName);
  if (existsSync(path)) {
    const sha256 = await hashFile(path, { signal });
    await requireRecorded(entry, path, sha256);
    return { name, path, sha256, status: "present" };
  }
  const url = addressOf(entry, environment);
  const stage = `pull ${name}`;
  report?.({ type: "stage", stage, message: `from ${url.host}` });
  try {
    const { sha256 } = await downloadFile(url, path, {
      ...options,
      environment,
      sha256Prefix: entry.sha256Prefix,
      ...(entry.sizeMebibytes === null ? {} : { maximumBytes: Math.ceil(entry.sizeMebibytes + 1) * 2 ** 20 }),
      onProgress: (done, total) => report?.({ type: "progress", stage, done, total, unit: "bytes" }),
    });
    await writeFileAtomic(`${path}.sha256`, `${sha256}\n`);
    return { name, path, sha256, status: "downloaded" };
  } catch (error) {
    if (!(error instanceof RootstockError) || error.code !== "E_OFFLINE") throw error;
    throw new RootstockError("E_OFFLINE", error.message, {
      hint: `Fetch ${entry.url} on a machine that has internet and put it at ${path}. Behind a firewall set HTTPS_PROXY, or ROOTSTOCK_MIRROR to a server that has the file.`,
      cause: error,
    });
  }
}

/** The file of a catalogue entry, if it was pulled or put there by hand. */
export function pulledPath(entry: CatalogueEntry, folder: string): string | null {
  const path = join(folder, entry.fileName);
  return existsSync(path) ? path : null;
}

async function requireEntry(name: string): Promise<CatalogueEntry> {
  const entry = findCatalogueEntry(name);
  if (entry) return entry;
  const shipped = (await readShippedCards()).find(({ card }) => card.name === name);
  if (shipped?.modelPath)
    throw new RootstockError(
      "E_BACKBONE",
      `backbone "${name}": comes with the package, there is nothing to pull.`,
      {
        hint: `Use it by its name: --backbone ${name}.`,
      },
    );
  if (shipped) throw cardWithoutFile(shipped.card);
  throw unknownBackbone(name, { knownNames: catalogue.map((one) => one.name), expected: "name" });
}

/**
 * ROOTSTOCK_MIRROR/<file name> where a mirror is set; HF_ENDPOINT in place of huggingface.co; else as published.
 * Throws E_OPTION for a mirror that is no web address.
 */
function addressOf(entry: CatalogueEntry, environment: Readonly<Record<string, string | undefined>>): URL {
  const { ROOTSTOCK_MIRROR: mirror, HF_ENDPOINT: endpoint } = environment;
  if (mirror) return webAddress("ROOTSTOCK_MIRROR", `${mirror.replace(/\/+$/, "")}/${entry.fileName}`);
  const published = new URL(entry.url);
  if (!endpoint || published.host !== "huggingface.co") return published;
  return webAddress("HF_ENDPOINT", endpoint.replace(/\/+$/, "") + published.pathname);
}

function webAddress(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  throw new RootstockError(
    "E_OPTION",
    `${variable}: expected an http or https address, got ${JSON.stringify(text)}.`,
  );
}

async function requireRecorded(entry: CatalogueEntry, path: string, sha256: string): Promise<void> {
  const recorded = (await readFile(`${path}.sha256`, "utf8").catch(() => "")).trim();
  const wanted = recorded || entry.sha256Prefix;
  if (!wanted || sha256.startsWith(wanted)) return;
  throw new RootstockError(
    "E_CHECKSUM",
    `${JSON.stringify(path)}: expected sha256 ${wanted}, got ${sha256}.`,
    {
      hint: "The file is damaged or another one. Remove it and pull again.",
    },
  );
}
