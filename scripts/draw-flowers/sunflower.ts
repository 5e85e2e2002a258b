import type { Random } from "../../src/base/random.ts";
import { between, chance, count, pickWeighted, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import { type Species, rowsFor } from "./flower.ts";
import { createDome, createPetal } from "./petal.ts";
import type { Patch } from "./patch.ts";
import { createSepals } from "./sepals.ts";

/** Sunflower: two uneven rows of pointed rays about a broad dark disc of seeds; yellow, also orange, lemon and rust. */
export const sunflower: Species = (random) => {
  const rays = count(random, 13, 24);
  const colours = rayColours(random);
  const disc = between(random, 0.34, 0.54);
  const seeds = seedColours(random);
  const breadth = between(random, 0.75, 1.3);
  const green = hsv(between(random, 75, 105), 0.55, between(random, 0.3, 0.5));
  return (random, { openness, scale }) => {
    const lift = (1 - openness) * 1.3;
    const patches: Patch[] = [];
    for (let row = 0; row < 2; row += 1)
      for (let k = 0; k < rays; k += 1) {
        if (chance(random, 0.06)) continue;
        const length = (1.02 - disc) * vary(random, 0.13);
        const own = varyColour(random, colours.tip, 0.09);
        const petal = createPetal(
          {
            azimuth: ((k + row / 2 + 0.2 * random.normal()) / rays) * 2 * Math.PI,
            radius: disc * 0.92,
            height: -0.04 * row,
            elevation: lift + 0.22 - 0.12 * row + 0.16 * random.normal(),
            bend: between(random, -0.8, 0.5),
            sweep: 0.22 * random.normal(),
            length,
            width: ((2 * Math.PI * 0.66) / rays) * breadth * vary(random, 0.12),
            neck: 0.15,
            rise: 0.5,
            fall: between(random, 0.75, 1.1),
            cup: between(random, -0.2, 0.5),
            ripple: 0.15,
            phase: 6 * random.next(),
            colour: (u, v) =>
              scaleColour(mix(colours.base, own, u * colours.reach), 0.84 + 0.16 * Math.cos(v * 9)),
          },
          rowsFor(length, scale),
          scale > 40 ? 4 : 2,
        );
        patches.push(petal);
      }
    patches.push(seedDisc(random, disc, seeds, scale));
    patches.push(
      ...createSepals(random, {
        count: 15,
        length: disc * 1.35,
        width: 0.24,
        elevation: lift * 0.8 - 0.2,
        colour: green,
        scale,
      }),
    );
    return { patches, stalk: { radius: 0.075, base: -0.08, colour: green } };
  };
};

function rayColours(random: Random): { base: Rgb; tip: Rgb; reach: number } {
  const kind = pickWeighted(random, { golden: 76, orange: 11, lemon: 9, rust: 3, cream: 1 });
  if (kind === "golden")
    return {
      base: hsv(40, 1, 0.9),
      tip: hsv(between(random, 44, 53), between(random, 0.85, 1), 0.98),
      reach: 1.6,
    };
  if (kind === "orange")
    return { base: hsv(24, 1, 0.8), tip: hsv(between(random, 32, 42), 0.97, 0.96), reach: 1.2 };
  if (kind === "lemon")
    return {
      base: hsv(50, 0.85, 0.9),
      tip: hsv(between(random, 52, 58), between(random, 0.5, 0.8), 0.98),
      reach: 1.5,
    };
  if (kind === "rust")
    return {
      base: hsv(8, 0.95, 0.45),
      tip: hsv(between(random, 18, 44), 0.95, 0.85),
      reach: between(random, 0.6, 1.2),
    };
  return { base: hsv(45, 0.5, 0.9), tip: hsv(48, 0.18, 0.97), reach: 1.5 };
}

function seedColours(random: Random): { core: Rgb; ring: Rgb } {
  const kind = pickWeighted(random, { brown: 50, black: 20, green: 18, amber: 12 });
  if (kind === "brown")
    return { core: hsv(28, 0.6, 0.32), ring: hsv(between(random, 24, 38), 0.75, between(random, 0.35, 0.6)) };
  if (kind === "black") return { core: hsv(25, 0.4, 0.2), ring: hsv(22, 0.55, 0.28) };
  if (kind === "green") return { core: hsv(72, 0.6, 0.5), ring: hsv(42, 0.8, 0.5) };
  return { core: hsv(40, 0.8, 0.5), ring: hsv(38, 0.9, 0.75) };
}

/** Seeds along the two families of spirals, 21 one way and 34 the other (8 and 13 where the disc is small). */
function seedDisc(random: Random, radius: number, seeds: { core: Rgb; ring: Rgb }, scale: number): Patch {
  const grains = random.fork("seeds");
  const isFine = scale * radius > 24;
  const [left, right] = isFine ? [21, 34] : [8, 13];
  const [rings, spokes] = isFine ? [26, 110] : [9, 32];
  const ringAt = between(random, 0.45, 0.8);
  const wave = (r: number, angle: number): number =>
    Math.cos(left * angle + 22 * Math.sqrt(r)) * Math.cos(right * angle - 30 * Math.sqrt(r));
  return createDome(
    { radius, height: radius * between(random, 0.1, 0.35), base: 0.015 },
    { rings, spokes },
    {
      colour: (r, angle) =>
        scaleColour(
          varyColour(grains, mix(seeds.core, seeds.ring, (r - ringAt) * 5 + 0.5), 0.14),
          1 + 0.45 * wave(r, angle),
        ),
      relief: (r, angle) => 0.018 * wave(r, angle),
    },
  );
}
