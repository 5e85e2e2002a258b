import type { Random } from "../../src/base/random.ts";
import { between, chance, count, pickWeighted, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import { type Species, rowsFor } from "./flower.ts";
import { createDome, createPetal } from "./petal.ts";
import type { Patch } from "./patch.ts";
import { createSepals } from "./sepals.ts";

/** Daisy: one or two rows of narrow blunt rays about a small yellow dome; white, but also pink, lilac and yellow. */
export const daisy: Species = (random) => {
  const rays = count(random, 12, 30);
  const rows = chance(random, 0.35) ? 2 : 1;
  const colours = rayColours(random);
  const disc = between(random, 0.2, 0.38);
  const breadth = between(random, 0.55, 1.05);
  const fall = between(random, 0.4, 0.8);
  const discColour = hsv(between(random, 36, 54), between(random, 0.75, 1), between(random, 0.6, 0.95));
  const green = hsv(between(random, 75, 115), 0.55, between(random, 0.3, 0.5));
  return (random, { openness, scale }) => {
    const lift = (1 - openness) * 1.25;
    const patches: Patch[] = [];
    for (let row = 0; row < rows; row += 1)
      for (let k = 0; k < rays; k += 1) {
        if (chance(random, 0.04)) continue;
        const length = (1 - disc) * vary(random, 0.07) * (1 - 0.12 * row);
        const own = varyColour(random, colours.tip, 0.06);
        const petal = createPetal(
          {
            azimuth: ((k + row / 2 + 0.14 * random.normal()) / rays) * 2 * Math.PI,
            radius: disc * 0.85,
            height: -0.03 * row,
            elevation: lift + 0.12 + 0.1 * random.normal(),
            bend: between(random, -0.5, 0.15) * (0.4 + openness),
            sweep: 0.1 * random.normal(),
            length,
            width: ((2 * Math.PI * 0.62) / rays) * breadth * vary(random, 0.1) * (rows === 2 ? 1.1 : 1),
            neck: 0.12,
            fall,
            cup: between(random, -0.1, 0.45),
            colour: (u, v) => scaleColour(mix(colours.base, own, u * 1.8), 0.86 + 0.14 * Math.cos(v * 7)),
          },
          rowsFor(length, scale),
          scale > 40 ? 4 : 2,
        );
        patches.push(petal);
      }
    patches.push(pollenDome(random, disc, discColour, scale));
    patches.push(
      ...createSepals(random, {
        count: 13,
        length: disc * 1.15,
        width: 0.14,
        elevation: lift - 0.25,
        colour: green,
        scale,
      }),
    );
    return { patches, stalk: { radius: 0.05, base: -0.06, colour: green } };
  };
};

function rayColours(random: Random): { base: Rgb; tip: Rgb } {
  const kind = pickWeighted(random, { white: 80, blush: 8, lilac: 5, pink: 4, yellow: 3 });
  if (kind === "white") return { base: hsv(70, 0.12, 0.9), tip: hsv(60, 0.03, between(random, 0.9, 1)) };
  if (kind === "blush")
    return {
      base: hsv(40, 0.04, 0.97),
      tip: hsv(between(random, 325, 350), between(random, 0.2, 0.5), 0.93),
    };
  if (kind === "lilac")
    return {
      base: hsv(255, 0.15, 0.9),
      tip: hsv(between(random, 240, 290), between(random, 0.25, 0.55), 0.85),
    };
  if (kind === "pink")
    return {
      base: hsv(330, 0.3, 0.95),
      tip: hsv(between(random, 320, 345), between(random, 0.5, 0.8), 0.85),
    };
  return { base: hsv(45, 0.9, 0.9), tip: hsv(between(random, 44, 56), between(random, 0.6, 0.95), 0.97) };
}

function pollenDome(random: Random, radius: number, colour: Rgb, scale: number): Patch {
  const grains = random.fork("grains");
  const [rings, spokes] = scale > 50 ? [10, 36] : [5, 16];
  return createDome(
    { radius, height: radius * between(random, 0.3, 0.7), base: 0.01 },
    { rings, spokes },
    {
      colour: (r) => varyColour(grains, mix(scaleColour(colour, 0.8), colour, 2 * r), 0.13),
      relief: () => 0.025 * radius * grains.normal(),
    },
  );
}
