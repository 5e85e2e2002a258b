import type { ErrorRecord } from "../../base/errors.ts";
import { finding } from "../../words/fact.ts";
import type { FoundImages } from "../found-images.ts";

/** What was made of folders and their names, where it could surprise. */
export function layoutWarnings(
  found: Pick<FoundImages, "layout" | "setAside" | "emptyFolders">,
): ErrorRecord[] {
  return [...emptyFolders(found), ...setAside(found), ...doubtful(found)];
}

function emptyFolders({ emptyFolders: folders }: Pick<FoundImages, "emptyFolders">): ErrorRecord[] {
  if (folders.length === 0) return [];
  return [finding("E_CLASS_TOO_SMALL", "emptyFolders", { folders })];
}

function setAside({ setAside: folders, layout }: Pick<FoundImages, "setAside" | "layout">): ErrorRecord[] {
  if (folders.length === 0) return [];
  const count = folders.reduce((sum, one) => sum + one.count, 0);
  const names = folders.map(({ folder }) => folder);
  const inSplits = layout.splits === "folders";
  return [finding("E_UNLABELLED", "setAside", { count, folders: names, inSplits })];
}

function doubtful({ layout }: Pick<FoundImages, "layout">): ErrorRecord[] {
  const { doubtful: folders, splits } = layout;
  if (folders.length === 0) return [];
  return [finding("E_SPLITS", "doubtful", { folders, areSplits: splits === "folders" })];
}
