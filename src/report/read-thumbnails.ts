import { join } from "node:path";
import type { WorkOptions } from "../base/events.ts";
import { embedPicture } from "./embed-pictures.ts";
import type { Thumbnails } from "./report-view.ts";
import type { RunRecord } from "../runs/run-record.ts";

/**
 * The chosen images as JPEG data URIs, by index into `run.images`. A photo that cannot be read any more is left out:
 * the page names it by its path, and a report must not fail because someone tidied a folder.
 */
export async function readThumbnails(
  run: RunRecord,
  images: readonly number[],
  { imageRoot, signal }: { imageRoot: string } & WorkOptions,
): Promise<Thumbnails> {
  const thumbnails = new Map<number, string>();
  for (const image of images) {
    signal?.throwIfAborted();
    const picture = await embedPicture(join(imageRoot, run.images[image]!.path));
    if (picture !== null) thumbnails.set(image, picture);
  }
  return thumbnails;
}
