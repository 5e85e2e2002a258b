import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The user's cache folder: ROOTSTOCK_CACHE, else `rootstock` in XDG_CACHE_HOME, else ~/.cache/rootstock.
 * The environment is an argument: only the edge of the program reads it.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment["ROOTSTOCK_CACHE"]) return environment["ROOTSTOCK_CACHE"];
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rootstock");
}
