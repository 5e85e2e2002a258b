import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashBytes } from "../../../src/files/hash-file.ts";
import { decodeImage } from "../../../src/image/decode.ts";

interface Reference {
  readonly script: string;
  readonly cases: readonly { readonly name: string; readonly file: string; readonly pixels: string }[];
}

const path = join("test", "reference", "predict-script", "pixels.json");
const { script, cases } = JSON.parse(readFileSync(path, "utf8")) as Reference;

test("the figures here are those of the very predict.py that ships", () => {
  expect(hashBytes(readFileSync(join("assets", "model-folder", "predict.py")))).toBe(script);
});

/**
 * Levels by which roundings may differ: of a blend, of a profile, or of both; 16 bits are blended before they are cut, and
 * go through Display P3 on their way to sRGB.
 */
function allowed(name: string): number {
  const [isDeep, hasAlpha, hasProfile] = ["16", "alpha", "profile"].map((word) => name.includes(word));
  return (hasAlpha ? (isDeep ? 2 : 1) : 0) + (hasProfile ? (isDeep ? 3 : 1) : 0);
}

test.each(cases)("predict.py reads the pixels that the model was trained on: $name", async (one) => {
  const { data } = await decodeImage(Buffer.from(one.file, "base64"));
  const pixels = Buffer.from(one.pixels, "base64");
  expect(data.length).toBe(pixels.length);
  const most = data.reduce((worst, level, i) => Math.max(worst, Math.abs(level - pixels[i]!)), 0);
  expect(most).toBeLessThanOrEqual(allowed(one.name));
});
