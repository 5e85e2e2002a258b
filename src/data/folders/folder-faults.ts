import { readingHint, reasonOf } from "../../base/system-error.ts";
import type { SkippedImage } from "../manifest.ts";

/** A folder that the system does not let us read. */
export function unreadableFolder(path: string, cause: unknown): SkippedImage {
  return {
    path,
    code: "E_IMAGE_UNREADABLE",
    message: `${JSON.stringify(path)}: the folder cannot be read (${reasonOf(cause)}).`,
    hint: readingHint(path, cause),
  };
}

/** A link whose target is gone. */
export function deadLink(path: string): SkippedImage {
  return linkFault(path, "the link leads to nothing that can be reached", {
    hint: "Remove the link, or bring back what it led to.",
  });
}

/** A link to a folder that is looked through already, at `other` ("": the folder that was asked for). */
export function linkedTwice(path: string, other: string): SkippedImage {
  const where = other === "" ? "the folder it lies in" : JSON.stringify(other);
  return linkFault(path, `the link leads to ${where}, which is here already`, {
    hint: "Remove the link: its pictures would count twice.",
  });
}

/** A link to a folder that holds the one that was asked for. */
export function linkAbove(path: string): SkippedImage {
  return linkFault(path, "the link leads to a folder that holds this one", {
    hint: "Remove the link, or let it lead to the pictures alone.",
  });
}

function linkFault(path: string, finding: string, { hint }: { hint: string }): SkippedImage {
  return { path, code: "E_IMAGE_LINK", message: `${JSON.stringify(path)}: ${finding}.`, hint };
}
