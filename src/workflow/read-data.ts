import { type DataHealth, checkFrom } from "../data/check-images.ts";
import type { Manifest } from "../data/manifest.ts";
import { type ReadManifestOptions, readFrom } from "../data/read-manifest.ts";
import { type DataOptions, listedIn } from "./labels/data-source.ts";

export type { DataOptions } from "./labels/data-source.ts";

/** A data set: a folder, a table, or a version of a ledger of labels. Throws what `readManifest` and `openLedger` throw. */
export async function readData(data: string, options: ReadManifestOptions & DataOptions): Promise<Manifest> {
  return await readFrom(data, { ...options, listed: await listedIn(data, options) });
}

/** The same looked through. */
export async function checkData(
  data: string,
  options: ReadManifestOptions & DataOptions,
): Promise<DataHealth> {
  return await checkFrom(data, { ...options, listed: await listedIn(data, options) });
}
