/** Left by systems and tools beside pictures, in lower case; nothing in them is the user's. */
const junk: ReadonlySet<string> = new Set([
  "__macosx", // macOS archives
  "@eadir", // Synology: thumbnails that bear the photos' own names
  "#recycle",
  "#snapshot",
  "@recycle", // QNAP
  "@recently-snapshot",
  "$recycle.bin", // Windows
  "system volume information",
  "lost+found",
  "__pycache__",
  "node_modules",
]);

/** True for a folder that no command looks into unless it is named itself: hidden ones, and what systems leave behind. */
export function isJunkFolder(name: string): boolean {
  return name.startsWith(".") || junk.has(name.toLowerCase());
}
