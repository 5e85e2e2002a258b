import { RootstockError } from "../base/errors.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";

/** How pixels become numbers: the part of a preprocessing that no graph tells. */
export type PixelScale = Pick<Preprocessing, "colour" | "scale" | "mean" | "std">;

/** The usual ways, by name. */
export const pixelScales: Readonly<Record<string, PixelScale>> = {
  /** torchvision and timm, most networks trained with PyTorch */
  imagenet: { colour: "rgb", scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  /** -1 to 1: most networks trained with TensorFlow */
  inception: { colour: "rgb", scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  /** 0 to 1 */
  unit: { colour: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  /** 0 to 255: normalisation is inside the network */
  raw: { colour: "rgb", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  /** blue, green, red, 0 to 255, mean subtracted */
  caffe: { colour: "bgr", scale: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] },
};

/**
 * A name of `pixelScales`, or scale, mean and std, and `bgr` where blue comes first:
 * `imagenet`, `1/255 0.5,0.5,0.5 0.5,0.5,0.5`, `1 104,117,123 1,1,1 bgr`. Throws E_OPTION.
 */
export function parsePixels(text: string): PixelScale {
  const words = text.trim();
  if (Object.hasOwn(pixelScales, words)) return pixelScales[words]!;
  const [scale, mean, std, colour = "rgb", ...rest] = words.split(/\s+/);
  const made = { scale: fraction(scale), mean: triple(mean), std: triple(std) };
  const isRight =
    made.scale > 0 && made.scale < Infinity && made.mean !== null && made.std?.every((value) => value > 0);
  if (isRight && rest.length === 0 && (colour === "rgb" || colour === "bgr"))
    return { colour, scale: made.scale, mean: made.mean!, std: made.std! };
  throw fault(
    "--pixels",
    `one of ${Object.keys(pixelScales).join(", ")}, or SCALE MEAN STD like "1/255 0.485,0.456,0.406 0.229,0.224,0.225"`,
    text,
  );
}

/** `224` or `WIDTHxHEIGHT`, in pixels. Throws E_OPTION. */
export function parseSize(text: string): { readonly width: number; readonly height: number } {
  const [, width, height = width] = /^\s*(\d{1,4})(?:\s*x\s*(\d{1,4}))?\s*$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (size.width >= 1 && size.height >= 1) return size;
  throw fault("--size", "pixels like 224 or 320x240", text);
}

/** The short side in pixels before the centre is cropped, `exact` (stretched), or `none`. Throws E_OPTION. */
export function parseResize(text: string): Pick<Preprocessing, "resize" | "crop"> {
  const word = text.trim();
  if (word === "exact") return { resize: { kind: "exact" }, crop: "none" };
  if (word === "none") return { resize: { kind: "none" }, crop: "centre" };
  if (/^[1-9]\d{0,3}$/.test(word))
    return { resize: { kind: "shortSide", size: Number(word) }, crop: "centre" };
  throw fault("--resize", "the short side in pixels, like 256, or exact, or none", text);
}

/** `bilinear` or `bicubic`. Throws E_OPTION. */
export function parseInterpolation(text: string): Preprocessing["interpolation"] {
  const word = text.trim();
  if (word === "bilinear" || word === "bicubic") return word;
  throw fault("--interpolation", "bilinear or bicubic", text);
}

/** Letters, digits, ".", "_" and "-". Throws E_OPTION. */
export function parseName(text: string): string {
  if (/^[\w.-]+$/.test(text.trim())) return text.trim();
  throw fault("--name", 'letters, digits, ".", "_" and "-"', text);
}

/** Words, at least one. Throws E_OPTION naming the flag. */
export function parseWords(flag: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== "") return text.trim();
    throw fault(flag, "a few words", text);
  };
}

/** "1/255" or a number; NaN for anything else. */
function fraction(text = ""): number {
  const [above = "", below = "1", ...rest] = text.split("/");
  return above === "" || below === "" || rest.length > 0 ? Number.NaN : Number(above) / Number(below);
}

function triple(text = ""): [number, number, number] | null {
  const values = text.split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  return values.length === 3 && values.every(Number.isFinite) ? (values as [number, number, number]) : null;
}

function fault(flag: string, expected: string, got: string): RootstockError {
  return new RootstockError("E_OPTION", `${flag}: expected ${expected}, got ${JSON.stringify(got)}.`);
}
