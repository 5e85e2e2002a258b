import { extname } from "node:path";

/** The kinds of pictures that are read. */
export type ImageType = "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif";

/** Picture formats that are read, by the extensions they go under. */
export const imageExtensions: ReadonlyMap<string, ImageType> = new Map([
  [".jpg", "jpeg"],
  [".jpeg", "jpeg"],
  [".jpe", "jpeg"],
  [".jfif", "jpeg"],
  [".jif", "jpeg"],
  [".pjpeg", "jpeg"],
  [".pjp", "jpeg"],
  [".png", "png"],
  [".apng", "png"],
  [".webp", "webp"],
  [".gif", "gif"],
  [".tif", "tiff"],
  [".tiff", "tiff"],
  [".avif", "avif"],
]);

/** Extensions of pictures that are not read: such a file is named as refused, not passed over like a text. */
export const foreignExtensions: ReadonlySet<string> = new Set(
  (
    ".svg .svgz .bmp .dib .heic .heif .hif .jp2 .j2k .jxl .ico .psd .ppm .pgm .pbm .pnm .tga .exr .hdr " +
    ".dng .cr2 .cr3 .nef .arw .raf .rw2 .orf"
  ).split(" "),
);

/** True for a name that says "picture", in upper or lower case, read or not (SVG, HEIC), and is not hidden. */
export function isImageName(name: string): boolean {
  const extension = extname(name).toLowerCase();
  return !name.startsWith(".") && (imageExtensions.has(extension) || foreignExtensions.has(extension));
}

/** What a file is by its first bytes; null for anything that is no supported picture, whatever its name says. */
export function recogniseType(bytes: Uint8Array): ImageType | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (latin1(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (latin1(bytes, 0, 4) === "RIFF" && latin1(bytes, 8, 12) === "WEBP") return "webp";
  if (["GIF87a", "GIF89a"].includes(latin1(bytes, 0, 6))) return "gif";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(latin1(bytes, 0, 4))) return "tiff";
  if (fileBrands(bytes).some((brand) => brand === "avif" || brand === "avis")) return "avif";
  return null;
}

/** The brands of an ISO base media file, the major one first; empty for any other file. */
export function fileBrands(bytes: Uint8Array): string[] {
  if (latin1(bytes, 4, 8) !== "ftyp") return [];
  const size = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length, 256);
  const brands = [latin1(bytes, 8, 12)]; // bytes 12 to 16 are a version
  for (let at = 16; at + 4 <= size; at += 4) brands.push(latin1(bytes, at, at + 4));
  return brands;
}

/** Bytes as characters, one each. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
