import { relative } from "node:path";

/** A path as seen from here, where it lies below; else the whole of it. */
export function shownPath(path: string): string {
  const from = relative(process.cwd(), path);
  return from === "" || from.startsWith("..") ? path : from;
}
