import type { Random } from "../base/random.ts";
import type { Image } from "./image.ts";
import { cropMap, warp } from "./warp.ts";

/** How pictures are varied; every part can be switched off by its neutral value. */
export interface Augmentation {
  /** Share of the picture's area that a crop takes, from and to; [1, 1] takes it whole. */
  readonly area: readonly [number, number];
  /** Width over height of the crop, at most this or its inverse, relative to the output's; 1 keeps it. */
  readonly aspect: number;
  /** Chance of a mirrored picture. */
  readonly flip: number;
  /** Degrees either way. */
  readonly rotation: number;
  /** Brightness, contrast and saturation each times a factor in [1 - jitter, 1 + jitter]. */
  readonly jitter: number;
  /** Chance that a random rectangle is painted over with mid-grey. */
  readonly erase: number;
}

/** The picture as it is. */
export const noAugmentation: Augmentation = {
  area: [1, 1],
  aspect: 1,
  flip: 0,
  rotation: 0,
  jitter: 0,
  erase: 0,
};

/** For photographs whose subject may be anywhere and anyhow, but upright. */
export const photoAugmentation: Augmentation = {
  area: [0.35, 1],
  aspect: 4 / 3,
  flip: 0.5,
  rotation: 10,
  jitter: 0.25,
  erase: 0.1,
};

/** For photographs in their tens of thousands, small and about their subject: nothing is repeated often enough to need more. */
export const pretrainingAugmentation: Augmentation = {
  area: [0.6, 1],
  aspect: 4 / 3,
  flip: 0.5,
  rotation: 0,
  jitter: 0.25,
  erase: 0,
};

/**
 * One random variation of a picture at the size wanted: a random resized crop, turned and mirrored in one bilinear
 * sampling, then its colours, then a rectangle erased. Draws a fixed number of values from `random`.
 * Shapes: H x W x 3 -> height x width x 3. Source: torchvision's RandomResizedCrop (Szegedy et al. 2014), Zhong et al.
 * 2017 (random erasing).
 */
export function augment(
  image: Image,
  size: { readonly width: number; readonly height: number },
  { random, with: how }: { random: Random; with: Augmentation },
): Image {
  const crop = randomCrop(image, size, { random, how });
  const isFlipped = random.next() < how.flip;
  const degrees = how.rotation * spread(random);
  const view = warp(image, cropMap(crop, size, { degrees, isFlipped }), size);
  jitterColours(view.data, [1, 1, 1].map(() => 1 + how.jitter * spread(random)) as [number, number, number]);
  eraseRectangle(view, random, how.erase);
  return view;
}

/** A rectangle of random area and aspect inside the picture; one that does not fit is shrunk until it does. */
function randomCrop(
  image: Image,
  size: { readonly width: number; readonly height: number },
  { random, how }: { random: Random; how: Augmentation },
): { left: number; top: number; width: number; height: number } {
  const { area, aspect } = how;
  const share = area[0] + (area[1] - area[0]) * random.next();
  const ratio = (size.width / size.height) * Math.exp(Math.log(aspect) * spread(random));
  const wanted = Math.sqrt(share * image.width * image.height * ratio);
  const fit = Math.min(1, image.width / wanted, (image.height * ratio) / wanted);
  const [width, height] = [wanted * fit, (wanted * fit) / ratio];
  return {
    width,
    height,
    left: (image.width - width) * random.next(),
    top: (image.height - height) * random.next(),
  };
}

/** Saturation about each pixel's luma, contrast about mid-grey and brightness as one linear map, in place. */
function jitterColours(data: Uint8Array, [brightness, contrast, saturation]: [number, number, number]): void {
  if (brightness === 1 && contrast === 1 && saturation === 1) return;
  const gain = brightness * contrast;
  const offset = 128 * (1 - contrast) * brightness;
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const grey = (1 - saturation) * (0.299 * r + 0.587 * g + 0.114 * b);
    data[i] = toByte(gain * (grey + saturation * r) + offset);
    data[i + 1] = toByte(gain * (grey + saturation * g) + offset);
    data[i + 2] = toByte(gain * (grey + saturation * b) + offset);
  }
}

/** Mid-grey over a rectangle of 2 to 20 % of the area, in place. */
function eraseRectangle({ width, height, data }: Image, random: Random, chance: number): void {
  const isErased = random.next() < chance;
  const share = 0.02 + 0.18 * random.next();
  const ratio = Math.exp(Math.log(3) * spread(random));
  const w = Math.min(width, Math.round(Math.sqrt(share * width * height * ratio)));
  const h = Math.min(height, Math.round(Math.sqrt((share * width * height) / ratio)));
  const left = Math.floor((width - w + 1) * random.next());
  const top = Math.floor((height - h + 1) * random.next());
  if (!isErased) return;
  for (let y = top; y < top + h; y += 1) data.fill(128, (y * width + left) * 3, (y * width + left + w) * 3);
}

/** Uniform in [-1, 1). */
function spread(random: Random): number {
  return 2 * random.next() - 1;
}

function toByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
}
