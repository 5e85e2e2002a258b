import type { Random } from "../../src/base/random.ts";
import { vary } from "./chance.ts";
import { type Rgb, scaleColour, varyColour } from "./colour.ts";
import { rowsFor } from "./flower.ts";
import { createPetal } from "./petal.ts";
import type { Patch } from "./patch.ts";

/** The green cup under a flower, seen from the side and from behind. */
export function createSepals(
  random: Random,
  cup: {
    readonly count: number;
    readonly length: number;
    readonly width: number;
    readonly elevation: number;
    readonly colour: Rgb;
    readonly scale: number;
    readonly bend?: number;
    readonly height?: number;
  },
): Patch[] {
  return Array.from({ length: cup.count }, (_, k) => {
    const own = varyColour(random, cup.colour, 0.12);
    return createPetal(
      {
        azimuth: ((k + 0.2 * random.normal()) / cup.count) * 2 * Math.PI,
        radius: 0.03,
        height: (cup.height ?? -0.08) - 0.01 * (k % 2),
        elevation: cup.elevation + 0.08 * random.normal(),
        bend: cup.bend ?? -0.25,
        length: cup.length * vary(random, 0.1),
        width: cup.width,
        neck: 0.3,
        fall: 0.9,
        cup: 0.3,
        colour: (u, v) => scaleColour(own, 0.8 + 0.3 * u - 0.15 * Math.abs(v)),
      },
      rowsFor(cup.length, cup.scale),
      2,
    );
  });
}
