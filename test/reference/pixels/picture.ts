import type { Image } from "../../../src/image/image.ts";

/**
 * The picture of make_pixels.py: two waves and noise, by integer arithmetic alone so that both languages agree.
 * Shape: height x width x 3.
 */
export function formulaPicture(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let c = 0; c < 3; c += 1) {
        const slow = Math.abs(((x * 3 + y * 2 + c * 90) % 510) - 255);
        const rings = Math.abs((Math.floor((x * x + y * y * 2 + c * 4000) / 97) % 510) - 255);
        const noise =
          ((Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(c, 83492791)) >>> 7) & 255;
        data[at] = Math.floor((slow * 2 + rings + noise) / 4);
        at += 1;
      }
  return { width, height, data };
}
