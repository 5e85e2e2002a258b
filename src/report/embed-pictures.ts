import { join } from "node:path";
import type { WorkOptions } from "../base/events.ts";
import { makeThumbnail } from "../image/thumbnail.ts";

/** A picture as a small JPEG data URI; null where it cannot be read any more: a page names it by its path then. */
export async function embedPicture(
  path: string,
  size: { readonly sidePx?: number } = {},
): Promise<string | null> {
  const bytes = await makeThumbnail(path, size).catch(() => null);
  return bytes === null ? null : `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
}

/** The pictures that can be read, by their paths below `imageRoot`. */
export async function embedPictures(
  paths: readonly string[],
  { imageRoot, signal }: { imageRoot: string } & WorkOptions,
): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>();
  for (const path of new Set(paths)) {
    signal?.throwIfAborted();
    const picture = await embedPicture(join(imageRoot, path));
    if (picture !== null) pictures.set(path, picture);
  }
  return pictures;
}
