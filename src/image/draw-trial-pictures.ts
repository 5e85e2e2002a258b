import type { Image } from "./image.ts";

const sidePx = 256;

/** Colour of a place, from -1 to 1 across and down; 0 to 1 each. */
type Shade = (x: number, y: number) => readonly [number, number, number];

/** A flower with eight petals, stripes, and a sky over grass: pictures that any network must tell apart. */
const shades: Readonly<Record<string, Shade>> = {
  flower: (x, y) => {
    const radius = Math.hypot(x, y);
    const petal = 0.55 + 0.3 * Math.cos(8 * Math.atan2(y, x));
    if (radius < 0.2) return [0.9, 0.75, 0.1];
    return radius < petal ? [0.95, 0.92 - 0.3 * radius, 0.9] : [0.15, 0.4 + 0.1 * y, 0.15];
  },
  stripes: (x, y) => {
    const level = 0.5 + 0.4 * Math.sin(18 * (x + 0.6 * y));
    return [level, level * 0.8, 0.3];
  },
  meadow: (x, y) =>
    y + 0.1 * Math.sin(5 * x) < 0 ? [0.45, 0.65, 0.95 + 0.05 * y] : [0.2 + 0.2 * y, 0.55 - 0.2 * y, 0.15],
};

/** Pictures to try a network on where no photo is at hand, 256 x 256, by name; the same every time. */
export function drawTrialPictures(): ReadonlyMap<string, Image> {
  return new Map(Object.entries(shades).map(([name, shade]) => [name, draw(shade)] as const));
}

function draw(shade: Shade): Image {
  const data = new Uint8Array(sidePx * sidePx * 3);
  const place = (pixel: number): number => (2 * pixel + 1) / sidePx - 1;
  for (let i = 0; i < sidePx * sidePx; i += 1) {
    const rgb = shade(place(i % sidePx), place(Math.floor(i / sidePx)));
    rgb.forEach(
      (level, channel) => (data[3 * i + channel] = Math.round(255 * Math.min(1, Math.max(0, level)))),
    );
  }
  return { width: sidePx, height: sidePx, data };
}
