import type { Random } from "../../src/base/random.ts";
import { vary } from "./chance.ts";

/** Linear-light red, green, blue; 1 is a white surface in full light. Linear, so that blur and light add as in a lens. */
export type Rgb = readonly [number, number, number];

/** Display values are the square root of linear ones: gamma 2, near enough to sRGB and exact everywhere. */
export function fromDisplay(red: number, green: number, blue: number): Rgb {
  return [red * red, green * green, blue * blue];
}

/** Hue in degrees, saturation and value from 0 to 1 (display values), as linear colour. */
export function hsv(hue: number, saturation: number, value: number): Rgb {
  const channel = (offset: number): number => {
    const k = (offset + (((hue % 360) + 360) % 360) / 60) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return fromDisplay(channel(5), channel(3), channel(1));
}

/** a + (b - a) * amount, with the amount held within 0 to 1. */
export function mix(a: Rgb, b: Rgb, amount: number): Rgb {
  const t = Math.max(0, Math.min(1, amount));
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** The colour made brighter or darker. */
export function scaleColour(colour: Rgb, factor: number): Rgb {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** The colour with each channel a little off, as no two petals are alike. */
export function varyColour(random: Random, colour: Rgb, spread: number): Rgb {
  const light = vary(random, spread);
  return [
    colour[0] * light * vary(random, spread / 3),
    colour[1] * light * vary(random, spread / 3),
    colour[2] * light * vary(random, spread / 3),
  ];
}
