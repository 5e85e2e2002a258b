import { type ErrorRecord, quoteList } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import type { FoundImages } from "./found-images.ts";

/** What was made of folders and their names, where it could surprise. */
export function layoutWarnings(
  found: Pick<FoundImages, "layout" | "setAside" | "emptyFolders">,
): ErrorRecord[] {
  return [...emptyFolders(found), ...setAside(found), ...doubtful(found)];
}

function emptyFolders({ emptyFolders: folders }: Pick<FoundImages, "emptyFolders">): ErrorRecord[] {
  if (folders.length === 0) return [];
  return [
    {
      code: "E_CLASS_TOO_SMALL",
      message: `folders without a picture are no classes: ${quoteList(folders)}.`,
      hint: "Put photos into them or remove them.",
    },
  ];
}

function setAside({ setAside: folders, layout }: Pick<FoundImages, "setAside" | "layout">): ErrorRecord[] {
  if (folders.length === 0) return [];
  const count = folders.reduce((sum, one) => sum + one.count, 0);
  return [
    {
      code: "E_UNLABELLED",
      message: `set aside as having no label: ${formatQuantity(count, "picture")} in ${quoteList(folders.map(({ folder }) => folder))}.`,
      hint:
        layout.splits === "folders"
          ? "Folders inside the splits are classes, those called like unlabelled pictures with --unlabelled none."
          : "If all folders are classes, say --unlabelled none.",
    },
  ];
}

function doubtful({ layout }: Pick<FoundImages, "layout">): ErrorRecord[] {
  const { doubtful: folders, splits } = layout;
  if (folders.length === 0) return [];
  const [taken, other] = splits === "folders" ? ["splits", "no"] : ["classes", "yes"];
  return [
    {
      code: "E_SPLITS",
      message: `${quoteList(folders)}: taken for ${taken}, though ${splits === "folders" ? "classes may be called so" : "splits are called so"}.`,
      hint: `If that is wrong, say --split-folders ${other}.`,
    },
  ];
}
