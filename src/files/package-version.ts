import { readFileSync } from "node:fs";

/** The version in the package's own package.json. */
export const packageVersion: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
