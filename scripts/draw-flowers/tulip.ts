import type { Random } from "../../src/base/random.ts";
import { between, chance, pickWeighted, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import { type Species, rowsFor } from "./flower.ts";
import { createPetal, createStalk } from "./petal.ts";
import type { Patch } from "./patch.ts";

/** Tulip: a cup of two whorls of three broad petals, closed to wide open; plain, flamed or edged in any colour but blue. */
export const tulip: Species = (random) => {
  const colours = petalColours(random);
  const breadth = between(random, 0.72, 1.0);
  const fall = between(random, 0.4, 0.85);
  const isDouble = chance(random, 0.15);
  const green = hsv(between(random, 80, 130), between(random, 0.35, 0.5), between(random, 0.4, 0.58));
  return (random, flower) => {
    const { scale } = flower;
    const openness = flower.openness ** 2; // a tulip is closed for most of its days
    const whorls = isDouble ? 4 : 2;
    const patches: Patch[] = [];
    for (let k = 0; k < 3 * whorls; k += 1) {
      const whorl = Math.floor(k / 3);
      const own = varyColour(random, colours.main, 0.07);
      const length = 1.3 * vary(random, 0.05) * (1 - 0.06 * whorl);
      const petal = createPetal(
        {
          azimuth: ((k % 3) + whorl / 2 + 0.06 * random.normal()) * ((2 * Math.PI) / 3),
          radius: 0.05 - 0.01 * whorl,
          height: -0.35 + 0.03 * whorl,
          elevation: 0.75 - 0.45 * openness + 0.05 * random.normal(),
          bend: 1.25 - 0.6 * openness + 0.12 * whorl + 0.08 * random.normal(),
          length,
          width: breadth * vary(random, 0.06),
          neck: 0.12,
          rise: 0.6,
          fall,
          cup: 0.55,
          ripple: 0.06,
          phase: 6 * random.next(),
          colour: (u, v) => petalColour(colours, own, u, v),
        },
        rowsFor(length, scale),
        scale > 30 ? 10 : 5,
      );
      patches.push(petal);
    }
    if (openness > 0.5) patches.push(...stamens(random));
    return { patches, stalk: { radius: 0.07, base: -0.35, colour: green } };
  };
};

interface TulipColours {
  readonly main: Rgb;
  readonly base: Rgb;
  readonly accent: Rgb;
  /** Where the accent goes: to the edges, up the middle, or nowhere. */
  readonly pattern: "plain" | "edged" | "flamed";
}

function petalColour(colours: TulipColours, own: Rgb, u: number, v: number): Rgb {
  const rooted = mix(colours.base, own, (u - 0.08) * 4);
  const edge = colours.pattern === "edged" ? (Math.abs(v) - 0.55) * 2 + (u - 0.8) * 2 : 0;
  const flame =
    colours.pattern === "flamed" ? 1.1 - 2.2 * Math.abs(v) - 0.9 * u + 0.25 * Math.cos(13 * v) : 0;
  return scaleColour(
    mix(rooted, colours.accent, Math.max(edge, flame)),
    0.72 + 0.3 * u - 0.06 * Math.cos(15 * v),
  );
}

function petalColours(random: Random): TulipColours {
  const hues = { red: 24, pink: 22, yellow: 18, purple: 12, white: 12, orange: 12 };
  const colour = (kind: keyof typeof hues): Rgb => {
    if (kind === "red") return hsv(between(random, 350, 368), 0.94, between(random, 0.65, 0.9));
    if (kind === "pink") return hsv(between(random, 322, 350), between(random, 0.35, 0.75), 0.93);
    if (kind === "yellow") return hsv(between(random, 44, 56), between(random, 0.7, 0.97), 0.97);
    if (kind === "purple")
      return hsv(between(random, 275, 315), between(random, 0.5, 0.8), between(random, 0.35, 0.65));
    if (kind === "white") return hsv(55, between(random, 0.02, 0.1), 0.97);
    return hsv(between(random, 14, 34), 0.92, 0.95);
  };
  return {
    main: colour(pickWeighted(random, hues)),
    base: chance(random, 0.5) ? hsv(58, 0.5, 0.85) : hsv(85, 0.4, 0.6),
    accent: colour(pickWeighted(random, hues)),
    pattern: pickWeighted(random, { plain: 62, edged: 20, flamed: 18 }),
  };
}

function stamens(random: Random): Patch[] {
  const anther = chance(random, 0.6) ? hsv(280, 0.4, 0.18) : hsv(48, 0.9, 0.8);
  return Array.from({ length: 7 }, (_, k) => {
    const angle = (k / 6) * 2 * Math.PI;
    const out = k === 6 ? 0 : 0.17;
    const colour = k === 6 ? hsv(75, 0.4, 0.75) : anther;
    return createStalk(
      {
        from: [0, 0, -0.3],
        by: [out * 0.6 * Math.cos(angle), out * 0.6 * Math.sin(angle), -0.1],
        to: [out * Math.cos(angle), out * Math.sin(angle), 0.18],
      },
      k === 6 ? 0.07 : 0.035,
      { colour: () => colour, rows: 3 },
    );
  });
}
