import type { Random } from "../../src/base/random.ts";
import { between, count, pick, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour, varyColour } from "./colour.ts";
import type { Layer } from "./layer.ts";
import { type Light, drawPatch } from "./patch.ts";
import { createDome, createPetal } from "./petal.ts";
import { type Vec3, axesAround } from "./vector.ts";

/** Outlines of leaves, in leaf lengths. */
const leafShapes = {
  lance: { width: 0.2, rise: 0.4, fall: 0.8, neck: 0.2, cup: 0.7, toothDepth: 0, teeth: 0 },
  ovate: { width: 0.6, rise: 0.5, fall: 0.7, neck: 0.02, cup: 0.15, toothDepth: 0.14, teeth: 9 },
  heart: { width: 0.85, rise: 0.3, fall: 0.8, neck: 0.05, cup: 0.1, toothDepth: 0.08, teeth: 6 },
  jagged: { width: 0.4, rise: 0.9, fall: 0.5, neck: 0.12, cup: 0.1, toothDepth: 0.7, teeth: 5 },
  spoon: { width: 0.38, rise: 1.4, fall: 0.45, neck: 0.1, cup: 0.2, toothDepth: 0.12, teeth: 4 },
} as const;

export type LeafKind = keyof typeof leafShapes;
export const leafKinds = Object.keys(leafShapes) as LeafKind[];

/** Where a thing of the picture is put: pixels, depth included. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Length in pixels. */
  readonly size: number;
}

/** One leaf that grows from `place` in the picture direction `angle` (radians, pi / 2 is up). */
export function drawLeaf(
  layer: Layer,
  random: Random,
  leaf: {
    readonly kind: LeafKind;
    readonly colour: Rgb;
    readonly angle: number;
    readonly light: Light;
  } & Place,
): void {
  const own = varyColour(random, leaf.colour, 0.14);
  const vein = mix(own, [0.5, 0.55, 0.25], 0.3);
  const ribs = between(random, 14, 24);
  const patch = createPetal(
    {
      ...leafShapes[leaf.kind],
      azimuth: 0,
      radius: 0,
      elevation: between(random, -0.3, 0.6),
      bend: between(random, -1.2, 0.3),
      sweep: 0.35 * random.normal(),
      length: 1,
      ripple: 0.15,
      phase: 6 * random.next(),
      colour: (u, v) => {
        const rib = Math.abs(v) < 0.1 ? 1 : 0.25 + 0.25 * Math.cos(ribs * (u - 0.3 * Math.abs(v)));
        return mix(own, vein, rib);
      },
    },
    leaf.kind === "jagged" ? 20 : 12,
    8,
  );
  const facing: Vec3 = [0.5 * random.normal(), 0.5 * random.normal(), 1];
  drawPatch(
    layer,
    patch,
    { axes: axesAround(facing, leaf.angle), scale: leaf.size, x: leaf.x, y: leaf.y, z: leaf.z },
    leaf.light,
  );
}

/** A tuft of grass blades along the lower edge of the rectangle, in `colour` and its neighbours. */
export function drawGrass(
  layer: Layer,
  random: Random,
  grass: {
    readonly blades: number;
    readonly colour: Rgb;
    readonly size: number;
    readonly bottom: number;
    readonly z: number;
    readonly light: Light;
  },
): void {
  for (let k = 0; k < grass.blades; k += 1) {
    const own = varyColour(random, grass.colour, 0.25);
    const blade = createPetal(
      {
        azimuth: 0,
        radius: 0,
        elevation: 0.3 * random.normal(),
        bend: 0.5 * random.normal(),
        sweep: 0.7 * random.normal(),
        length: 1,
        width: between(random, 0.02, 0.07),
        rise: 0.15,
        fall: 0.7,
        neck: 0.3,
        cup: 0.8,
        colour: (u, v) => scaleColour(own, 0.55 + 0.6 * u - 0.12 * v),
      },
      9,
      2,
    );
    const view = {
      axes: axesAround([0.3 * random.normal(), 0, 1], Math.PI / 2 + 0.35 * random.normal()),
      scale: grass.size * vary(random, 0.3),
      x: between(random, -0.1, 1.1) * layer.width,
      y: grass.bottom * vary(random, 0.08),
      z: grass.z * vary(random, 0.4),
    };
    drawPatch(layer, blade, view, grass.light);
  }
}

/** Leaves strewn over the whole layer, each its own way. */
export function drawLeaves(
  layer: Layer,
  random: Random,
  leaves: {
    readonly count: number;
    readonly colour: Rgb;
    readonly size: number;
    readonly z: number;
    readonly light: Light;
    readonly kind?: LeafKind;
  },
): void {
  for (let k = 0; k < leaves.count; k += 1)
    drawLeaf(layer, random, {
      kind: leaves.kind ?? pick(random, leafKinds),
      colour: leaves.colour,
      angle: between(random, 0, 2 * Math.PI),
      light: leaves.light,
      x: between(random, -0.1, 1.1) * layer.width,
      y: between(random, -0.1, 1.1) * layer.height,
      z: leaves.z + 20 * random.normal(),
      size: leaves.size * vary(random, 0.25),
    });
}

/** Pebbles and stones: flattened lumpy domes. */
export function drawStones(
  layer: Layer,
  random: Random,
  stones: { readonly count: number; readonly size: number; readonly light: Light },
): void {
  for (let k = 0; k < stones.count; k += 1) {
    const colour = hsv(between(random, 15, 60), between(random, 0.02, 0.2), between(random, 0.35, 0.75));
    const lobes = count(random, 2, 4);
    const phase = 6 * random.next();
    const grains = random.fork(k);
    const dome = createDome(
      { radius: 1, height: between(random, 0.35, 0.8) },
      { rings: 6, spokes: 18 },
      {
        colour: () => varyColour(grains, colour, 0.06),
        relief: (r, angle) => 0.12 * r * Math.cos(lobes * angle + phase),
      },
    );
    const view = {
      axes: axesAround([0.5 * random.normal(), 0.6 + 0.3 * random.normal(), 1], 6 * random.next()),
      scale: stones.size * Math.exp(0.5 * random.normal()),
      x: random.next() * layer.width,
      y: random.next() * layer.height,
      z: -60 + 20 * random.next(),
    };
    drawPatch(layer, dome, view, stones.light);
  }
}
