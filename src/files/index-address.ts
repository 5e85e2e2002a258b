import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A package index, and what named it: an error can say where to correct it. */
export interface IndexAddress {
  readonly url: URL;
  readonly from: string;
}

/**
 * The package index that this machine is set up for: what was given, else PIP_INDEX_URL, UV_DEFAULT_INDEX or
 * UV_INDEX_URL, else `index-url` of pip's configuration files; null where nobody named one. Mirrors are the rule in
 * many firms and countries, so no address is assumed. Throws E_OPTION for one that is no http or https address.
 */
export async function findIndexAddress(
  given: string | undefined,
  environment: Environment,
): Promise<IndexAddress | null> {
  if (given !== undefined) return addressOf(given, "--index");
  for (const variable of ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"]) {
    const value = environment[variable];
    // uv allows a name in front: mirror=https://...
    if (value) return addressOf(value.replace(/^[\w-]+=(?=https?:)/, ""), variable);
  }
  for (const path of pipConfigurations(environment)) {
    const value = indexUrlIn(await readFile(path, "utf8").catch(() => ""));
    if (value !== undefined) return addressOf(value, path);
  }
  return null;
}

/**
 * Where pip looks for its configuration, the place that stands above the others first. PIP_CONFIG_FILE stands above
 * all; the null device there means none. Source: pip's documentation of its configuration.
 */
function pipConfigurations(environment: Environment): string[] {
  const { PIP_CONFIG_FILE: named, VIRTUAL_ENV: venv, XDG_CONFIG_HOME, APPDATA, ProgramData } = environment;
  if (named === "/dev/null" || named?.toLowerCase() === "nul") return [];
  const home = environment["HOME"] || homedir();
  return [
    ...(named ? [named] : []),
    ...(venv ? [join(venv, "pip.conf"), join(venv, "pip.ini")] : []),
    join(XDG_CONFIG_HOME || join(home, ".config"), "pip", "pip.conf"),
    join(home, "Library", "Application Support", "pip", "pip.conf"),
    join(home, ".pip", "pip.conf"),
    ...(APPDATA ? [join(APPDATA, "pip", "pip.ini")] : []),
    "/etc/xdg/pip/pip.conf",
    "/etc/pip.conf",
    ...(ProgramData ? [join(ProgramData, "pip", "pip.ini")] : []),
  ];
}

/** `index-url` of an INI file: of [download] before [install] before [global]. */
function indexUrlIn(text: string): string | undefined {
  const found = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    const value = /^\s*index[-_]url\s*[=:]\s*(\S+)\s*$/i.exec(line);
    if (head) section = head[1]!.trim();
    else if (value) found.set(section, value[1]!);
  }
  return found.get("download") ?? found.get("install") ?? found.get("global");
}

function addressOf(text: string, from: string): IndexAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ["http:", "https:"].includes(url.protocol)) return { url, from };
  throw new RootstockError(
    "E_OPTION",
    `${from}: expected the http or https address of a package index, got ${JSON.stringify(text)}.`,
    { hint: "Such an address mostly ends in /simple/." },
  );
}
