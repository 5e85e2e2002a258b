import type { Random } from "../../src/base/random.ts";
import { between, chance, count, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import { type DrawFlower, type Species, goldenAngle, rowsFor } from "./flower.ts";
import { createDome, createPetal, createStalk } from "./petal.ts";
import type { Patch } from "./patch.ts";
import { createSepals } from "./sepals.ts";
import { type Vec3, combine, scaleVector } from "./vector.ts";

/** Dandelion: a cushion of many strap florets without a disc, or (one picture in three) the grey ball of seeds. */
export const dandelion: Species = (random) => {
  const green = hsv(between(random, 70, 105), 0.55, between(random, 0.32, 0.5));
  return chance(random, 0.33) ? seedHead(random, green) : cushion(random, green);
};

function cushion(random: Random, green: Rgb): DrawFlower {
  const florets = count(random, 80, 170);
  const outer = hsv(between(random, 47, 56), between(random, 0.8, 1), between(random, 0.9, 1));
  const inner = hsv(between(random, 34, 46), 1, between(random, 0.8, 0.95));
  const droop = between(random, -0.35, 0.25);
  return (random, { openness, scale }) => {
    const patches = Array.from({ length: florets }, (_, k): Patch => {
      const q = Math.sqrt(k / florets);
      const own = varyColour(random, mix(inner, outer, q * 1.2), 0.08);
      const length = (0.42 + 0.5 * q) * vary(random, 0.1);
      const opened = 1.45 + (droop - 1.3) * q ** 1.5;
      return createPetal(
        {
          azimuth: k * goldenAngle + 0.15 * random.normal(),
          radius: 0.1 * q,
          elevation: opened * openness + 1.5 * (1 - openness) + 0.1 * random.normal(),
          bend: between(random, -0.5, 0.2) * openness,
          sweep: 0.18 * random.normal(),
          length,
          width: Math.max(0.09 * vary(random, 0.15), 1.6 / scale),
          neck: 0.8,
          fall: 0.3,
          cup: 0.35,
          colour: (u, v) => scaleColour(own, 0.72 + 0.3 * u - 0.08 * v * v),
        },
        rowsFor(length, scale * 0.7),
        2,
      );
    });
    patches.push(
      ...createSepals(random, {
        count: 16,
        length: 0.5,
        width: 0.15,
        elevation: 1.25 - 0.9 * openness,
        bend: -0.5,
        colour: green,
        scale,
      }),
    );
    return { patches, stalk: { radius: 0.06, base: -0.08, colour: mix(green, hsv(10, 0.5, 0.5), 0.3) } };
  };
}

function seedHead(random: Random, green: Rgb): DrawFlower {
  const seeds = count(random, 90, 170);
  const white = hsv(between(random, 30, 70), between(random, 0.02, 0.14), between(random, 0.78, 1));
  const gone = chance(random, 0.35) ? between(random, -0.4, 0.75) : -1; // part already blown away
  return (random, { scale }) => {
    const blown = random.next() * 2 * Math.PI;
    const patches: Patch[] = [];
    for (let k = 0; k < seeds; k += 1) {
      const height = 1 - (1.85 * (k + 0.5)) / seeds;
      const direction = onSphere(height, k * goldenAngle + 0.2 * random.normal());
      if (Math.cos(blown) * direction[0] + Math.sin(blown) * direction[2] < gone) continue;
      patches.push(...parachute(random, direction, { white, scale }));
    }
    const core = hsv(35, 0.4, 0.45);
    patches.push(
      createDome(
        { radius: 0.13, height: 0.13 },
        { rings: 4, spokes: 10 },
        { colour: () => varyColour(random, core, 0.2) },
      ),
    );
    patches.push(
      ...createSepals(random, { count: 10, length: 0.3, width: 0.1, elevation: -0.9, colour: green, scale }),
    );
    return { patches, stalk: { radius: 0.05, base: -0.02, colour: mix(green, hsv(10, 0.5, 0.5), 0.4) } };
  };
}

function onSphere(height: number, angle: number): Vec3 {
  const across = Math.sqrt(Math.max(0, 1 - height * height));
  return [across * Math.cos(angle), across * Math.sin(angle), height];
}

/** One seed on its stalk with a star of hairs at the end; hairs are never thinner than a good pixel. */
function parachute(random: Random, direction: Vec3, look: { white: Rgb; scale: number }): Patch[] {
  const reach = 0.78 * vary(random, 0.05);
  const thin = Math.max(0.004, 0.42 / look.scale);
  const stem = scaleColour(look.white, 0.5);
  const tip = scaleVector(direction, reach);
  const hairs = look.scale > 40 ? 18 : 8;
  const white = varyColour(random, look.white, 0.1);
  const patches = [
    createStalk({ from: scaleVector(direction, 0.1), by: scaleVector(direction, 0.4), to: tip }, thin, {
      colour: () => stem,
      rows: 2,
      sides: 3,
    }),
  ];
  for (let k = 0; k < hairs; k += 1) {
    const end: [number, number, number] = [0, 0, 0];
    for (let axis = 0; axis < 3; axis += 1) end[axis] = tip[axis]! * 1.14 + 0.11 * random.normal();
    patches.push(
      createStalk({ from: tip, by: combine(tip, 0.5, end, 0.5), to: end }, thin, {
        colour: () => white,
        rows: 1,
        sides: 3,
      }),
    );
  }
  return patches;
}
