import type { Random } from "../../src/base/random.ts";
import { between, chance, count, pickWeighted, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import { type Species, goldenAngle, rowsFor } from "./flower.ts";
import { createPetal } from "./petal.ts";
import { createSepals } from "./sepals.ts";

/** Rose: broad cupped petals along the golden spiral, upright in the heart, falling outward; all rose colours. */
export const rose: Species = (random) => {
  const petals = count(random, 14, 34);
  const colours = petalColours(random);
  const flare = between(random, 0.05, 0.6);
  const green = hsv(between(random, 80, 120), 0.5, between(random, 0.25, 0.42));
  return (random, { openness, scale }) => {
    const patches = Array.from({ length: petals }, (_, k) => {
      const q = (k + 0.5) / petals;
      const own = varyColour(random, mix(colours.heart, colours.outer, q), 0.07);
      const rim = varyColour(random, colours.rim, 0.05);
      const length = (0.5 + 0.4 * q) * vary(random, 0.06);
      const opened = 1.5 + (flare - 1.5) * q ** 1.4;
      return createPetal(
        {
          azimuth: k * goldenAngle + 0.2 * random.normal(),
          radius: 0.03 + 0.14 * q,
          height: -0.12 * q,
          elevation: opened * openness + 1.35 * (1 - openness) + 0.07 * random.normal(),
          bend: (0.55 - 1.1 * q) * between(random, 0.6, 1.3) * (0.3 + 0.7 * openness),
          length,
          width: (0.34 + 0.62 * q) * vary(random, 0.1),
          neck: 0.4,
          rise: 0.55,
          fall: between(random, 0.28, 0.45),
          cup: 0.75 - 0.5 * q,
          ripple: 0.1 + 0.12 * q,
          phase: 6 * random.next(),
          colour: (u, v) => scaleColour(mix(own, rim, (u - 0.55) * 1.6 + 0.25 * v * v), 0.45 + 0.62 * u),
        },
        rowsFor(length, scale),
        scale > 30 ? 8 : 4,
      );
    });
    patches.push(
      ...createSepals(random, {
        count: 5,
        length: 0.55,
        width: 0.2,
        elevation: 0.9 - 1.3 * openness,
        colour: green,
        scale,
        height: -0.16,
      }),
    );
    return {
      patches,
      stalk: {
        radius: 0.055,
        base: -0.14,
        colour: chance(random, 0.3) ? mix(green, hsv(5, 0.6, 0.35), 0.5) : green,
      },
    };
  };
};

function petalColours(random: Random): { heart: Rgb; outer: Rgb; rim: Rgb } {
  const kind = pickWeighted(random, {
    red: 36,
    pink: 36,
    white: 10,
    yellow: 6,
    orange: 6,
    lilac: 2,
    edged: 4,
  });
  const simple = (hue: number, saturation: number, value: number): { heart: Rgb; outer: Rgb; rim: Rgb } => ({
    heart: hsv(hue - 4, Math.min(1, saturation * 1.15), value * 0.9),
    outer: hsv(hue, saturation, value),
    rim: hsv(hue + 3, saturation * 0.8, Math.min(1, value * 1.06)),
  });
  if (kind === "red")
    return simple(between(random, 345, 362), between(random, 0.85, 0.98), between(random, 0.55, 0.85));
  if (kind === "pink")
    return simple(between(random, 328, 352), between(random, 0.3, 0.75), between(random, 0.85, 0.97));
  if (kind === "white")
    return {
      ...simple(between(random, 35, 60), between(random, 0.04, 0.15), 0.96),
      heart: hsv(40, between(random, 0.1, 0.4), 0.9),
    };
  if (kind === "yellow") return simple(between(random, 44, 54), between(random, 0.55, 0.92), 0.96);
  if (kind === "orange") return simple(between(random, 12, 32), between(random, 0.6, 0.9), 0.95);
  if (kind === "lilac") return simple(between(random, 275, 300), 0.35, 0.8);
  return {
    heart: hsv(48, 0.6, 0.95),
    outer: hsv(45, 0.4, 0.96),
    rim: hsv(between(random, 340, 360), 0.8, 0.85),
  };
}
