import { fileBrands, latin1 } from "./recognise-type.ts";

/** Files that are often found under a picture's name, by their first bytes. */
const signatures: readonly (readonly [start: string, what: string])[] = [
  ["%PDF", "a PDF document"],
  ["MZ", "a Windows program"],
  ["\x7fELF", "a program"],
  ["PK\x03\x04", "a ZIP archive"],
  ["\x1f\x8b", "a gzip archive"],
  ["BM", "a BMP picture"],
  ["8BPS", "a Photoshop document"],
  ["\xff\x0a", "a JPEG XL picture"],
  ["\0\0\0\x0cJXL ", "a JPEG XL picture"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000 picture"],
  ["\0\0\x01\0", "an icon"],
  ["version https://git-lfs", "a Git LFS pointer (run git lfs pull)"],
];

const heicBrands = new Set(["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]);

/**
 * What a file that is no supported picture seems to be, in the user's words: for the error message alone.
 *
 * @example
 * describeBytes(new TextEncoder().encode("<!DOCTYPE html>")); // "an HTML page"
 */
export function describeBytes(bytes: Uint8Array): string {
  const start = latin1(bytes, 0, 32);
  const known = signatures.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return known[1];
  const brands = fileBrands(bytes);
  if (brands.some((brand) => heicBrands.has(brand))) return "a HEIC picture";
  if (brands.length > 0) return "a video";
  return describeText(bytes.subarray(0, 1024));
}

function describeText(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte === 0)) return "nothing but zero bytes";
  const text = latin1(bytes, 0, bytes.length).toLowerCase();
  if (text.includes("<svg") || text.includes("<!doctype svg")) return "an SVG drawing";
  if (/<!doctype html|<html|<head|<body/.test(text)) return "an HTML page";
  if (text.includes("<?xml")) return "an XML document";
  const isText = bytes.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
  return isText ? "a text" : "unknown bytes";
}
