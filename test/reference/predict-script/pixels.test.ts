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
 * Levels by which roundings may differ, nothing where there is neither: of a colour profile; of 16 bits that we blend, or
 * send through Display P3, before we cut them to 8 and Pillow after.
 */
function allowed(name: string): number {
  if (name.startsWith("16")) return name.includes("profile") ? 3 : name.includes("alpha") ? 2 : 0;
  return name.includes("profile") ? 1 : 0;
}

test.each(cases)("predict.py reads the pixels that the model was trained on: $name", async (one) => {
  const { data } = await decodeImage(Buffer.from(one.file, "base64"));
  const pixels = Buffer.from(one.pixels, "base64");
  expect(data.length).toBe(pixels.length);
  const most = data.reduce((worst, level, i) => Math.max(worst, Math.abs(level - pixels[i]!)), 0);
  expect(most).toBeLessThanOrEqual(allowed(one.name));
});
