/** Picture formats that are read, by the extensions they go under. */
export const imageExtensions: ReadonlyMap<string, ImageType> = new Map([
  [".jpg", "jpeg"],
  [".jpeg", "jpeg"],
  [".jpe", "jpeg"],
  [".jfif", "jpeg"],
  [".png", "png"],
  [".webp", "webp"],
  [".gif", "gif"],
  [".tif", "tiff"],
  [".tiff", "tiff"],
  [".avif", "avif"],
]);

export type ImageType = "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif";

/** What a file is by its first bytes; null for anything that is no supported picture, whatever its name says. */
export function recogniseType(bytes: Uint8Array): ImageType | null {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "webp";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "gif";
  if (text(0, 4) === "II*\0" || text(0, 4) === "MM\0*") return "tiff";
  if (text(4, 8) === "ftyp" && ["avif", "avis"].includes(text(8, 12))) return "avif";
  return null;
}
