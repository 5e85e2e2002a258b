import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { recogniseType } from "../../image/recognise-type.ts";
import { type Tree, allBelow } from "./folder-tree.ts";
import type { SkippedImage } from "../manifest.ts";

/** Files of a folder that are looked into: the first ones tell what the rest are. */
const looksAtMost = 20;

/** Folders without a file of a picture's name whose files are pictures all the same ("IMG_0001", "rose.jpg_large"). */
export async function findNameless(root: string, folders: readonly Tree[]): Promise<SkippedImage[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      for (const path of allBelow(folder, "ignored").slice(0, looksAtMost))
        if (await isPicture(join(root, path))) return nameless(folder, path);
      return null;
    }),
  );
  return found.filter((one) => one !== null);
}

/** By its first bytes; false for what cannot be read. */
async function isPicture(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false; // opening a pipe would wait for a writer
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return recogniseType(buffer.subarray(0, bytesRead)) !== null;
  } catch {
    return false;
  }
}

function nameless({ path }: Tree, file: string): SkippedImage {
  return {
    path,
    code: "E_IMAGE_EXTENSION",
    message: `${JSON.stringify(path)}: expected files with a picture's name, got pictures without one, ${JSON.stringify(file)} first.`,
    hint: "Give them their extension (.jpg, .png), so that they are known as pictures.",
  };
}
