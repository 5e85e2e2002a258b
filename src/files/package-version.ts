import { readFileSync } from "node:fs";

const { version, peerDependencies } = readPackage();

/** The version in the package's own package.json. */
export const packageVersion: string = version;

/** The versions of the packages that are installed beside it by those who want them. */
export const peerVersions: Readonly<Record<string, string>> = peerDependencies;

function readPackage(): { version: string; peerDependencies: Record<string, string> } {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return JSON.parse(text) as ReturnType<typeof readPackage>;
}
