/** "EACCES: permission denied": what the system says of a failed call, without the path that the message names already. */
export function systemReason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split(", ")[0]!;
}

/** The system's code of a failed call ("EACCES"); undefined for any other error. */
export function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

/** What helps where a file or a folder cannot be read, in one sentence; `path` as the user knows it. */
export function readingHint(path: string, cause: unknown): string {
  if (path.includes("\ufffd")) return "Its name is not in UTF-8: rename it, for example with convmv.";
  const code = systemCode(cause);
  if (code === "EACCES" || code === "EPERM")
    return "Give yourself the right to read it (chmod u+rX), or take it out of the folder.";
  if (code === "ENOENT") return "Check that it exists; a link may lead to nothing.";
  if (code === "ELOOP") return "It is a link that leads back to itself: remove it.";
  return "Check that it exists and that you may read it.";
}
