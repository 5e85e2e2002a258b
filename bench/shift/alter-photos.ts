import type { Image } from "../../src/image/image.ts";

/** A change of the kind of photo, pixel by pixel; sizes stay. */
export type Alteration = (image: Image) => Image;

/** Sigma of the blur in pixels of a photo whose short side is 256: the scale of a network's 224-pixel crop. */
const blurSigma = 1.5;
/** What the red channel is multiplied by. */
const castGain = 1.1;

/** What is done to photos so that a shift is there to be found. */
export const alterations: Readonly<Record<"blur" | "cast", Alteration>> = {
  blur: (image) => {
    const sigma = (blurSigma * Math.min(image.width, image.height)) / 256;
    return blurAlong(blurAlong(image, sigma, "x"), sigma, "y");
  },
  cast: ({ width, height, data }) => ({
    width,
    height,
    data: data.map((value, at) => (at % 3 === 0 ? Math.min(255, Math.round(value * castGain)) : value)),
  }),
};

/** One pass of a separable Gaussian of four sigmas' reach, the border repeated. */
function blurAlong({ width, height, data }: Image, sigma: number, axis: "x" | "y"): Image {
  const reach = Math.ceil(4 * sigma);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const total = raw.reduce((a, b) => a + b, 0);
  const [length, step] = axis === "x" ? [width, 3] : [height, 3 * width];
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const place = axis === "x" ? Math.floor(at / 3) % width : Math.floor(at / (3 * width));
    let sum = 0;
    for (let offset = -reach; offset <= reach; offset += 1) {
      const there = Math.min(length - 1, Math.max(0, place + offset));
      sum += (raw[offset + reach]! / total) * data[at + (there - place) * step]!;
    }
    out[at] = Math.round(sum);
  }
  return { width, height, data: out };
}
