import { text } from "node:stream/consumers";
import { RootstockError } from "../base/errors.ts";

/**
 * The paths of a command line, `-` replaced by those that stand on standard input: one a line, or with a zero byte
 * behind each, as `find -print0` writes them. Throws E_USAGE where standard input is a terminal.
 */
export async function readPathList(
  paths: readonly string[],
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean },
): Promise<string[]> {
  if (!paths.includes("-")) return [...paths];
  if (input.isTTY === true)
    throw new RootstockError("E_USAGE", "-: expected a list of paths on standard input, got a terminal.", {
      hint: "Pipe one in: find photos -name '*.jpg' | rootstock predict model -",
    });
  const list = await text(input);
  const piped = list.split(list.includes("\0") ? "\0" : /\r?\n/).filter((path) => path !== "");
  return paths.flatMap((path) => (path === "-" ? piped : path));
}
