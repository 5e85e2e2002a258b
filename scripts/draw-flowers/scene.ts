import type { Random } from "../../src/base/random.ts";
import { type BackdropKind, drawBackdrop, leafGreen } from "./backdrop.ts";
import { between, chance, count, pick, pickWeighted, vary } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour } from "./colour.ts";
import type { DrawFlower, Species } from "./flower.ts";
import { drawGrass, drawLeaf, drawLeaves, leafKinds } from "./foliage.ts";
import { type Layer, blurLayer, castShadow, compositeOver, createLayer, shadeCreases } from "./layer.ts";
import { type Light, drawPatch } from "./patch.ts";
import { createStalk } from "./petal.ts";
import { type Vec3, axesAround, normalise } from "./vector.ts";

/** Everything a picture is made of before the camera: one composed layer at the drawing's size. */
export interface Scene {
  readonly layer: Layer;
  readonly backdrop: BackdropKind;
}

/**
 * Composes one picture: backdrop, strangers out of focus, the flowers among leaves and grass, things before the lens.
 * `strangers` are other species, drawn small and blurred behind; `isCup` says that the flower is best seen from its side.
 */
export function drawScene(
  random: Random,
  size: { readonly width: number; readonly height: number },
  plants: { readonly species: Species; readonly strangers: readonly Species[]; readonly isCup: boolean },
): Scene {
  const short = Math.min(size.width, size.height);
  const light = drawLight(random);
  const { layer, kind, isNear } = drawBackdrop(random, size, light);
  if (chance(random, 0.3)) compositeOver(layer, drawStrangers(random, size, plants.strangers, light));
  blurLayer(layer, isNear ? between(random, 0, 0.012) * short : between(random, 0.004, 0.05) * short);

  const subject = drawSubject(random, size, plants, light);
  shadeCreases(subject, 0.03 * short, 0.022);
  if (isNear)
    castShadow(layer, subject, {
      dx: -light.direction[0] * 0.08 * short,
      dy: light.direction[1] * 0.08 * short,
      sigma: 0.025 * short,
      strength: 0.6,
    });
  blurLayer(subject, Math.max(0, between(random, -0.014, 0.01)) * short);
  compositeOver(layer, subject);

  if (chance(random, 0.22)) compositeOver(layer, drawBeforeLens(random, size, light));
  return { layer, backdrop: kind };
}

/** Sun from any side above, between hard noon and an overcast sky. */
function drawLight(random: Random): Light {
  const turn = between(random, -1.4, 1.4);
  const hardness = between(random, 0.25, 1);
  const warmth = between(random, 0, 0.35);
  return {
    direction: normalise([Math.sin(turn), between(random, 0.2, 1), between(random, 0.1, 1)]),
    sun: scaleColour([1 + 0.3 * warmth, 1, 1 - warmth], 0.35 + 0.75 * hardness),
    sky: scaleColour([0.88, 0.95, 1.08], 0.62 - 0.36 * hardness),
  };
}

interface Group {
  readonly flowers: number;
  /** Flower radius as a part of the short side: the largest and the smallest. */
  readonly low: number;
  readonly high: number;
}

/** One portrait, a few together, or a bed of small ones. */
function drawGroup(random: Random): Group {
  const kind = pickWeighted(random, { portrait: 66, few: 28, bed: 6 });
  if (kind === "portrait") return { flowers: 1, low: 0.44, high: 0.68 };
  if (kind === "few") return { flowers: count(random, 2, 4), low: 0.27, high: 0.42 };
  return { flowers: count(random, 5, 11), low: 0.16, high: 0.24 };
}

function drawSubject(
  random: Random,
  size: { width: number; height: number },
  plants: { readonly species: Species; readonly isCup: boolean },
  light: Light,
): Layer {
  const layer = createLayer(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const flower = plants.species(random.fork("variety"));
  const group = drawGroup(random);
  const pose = drawPose(random, plants.isCup ? cupViews : discViews);
  const mean = group.low * (group.high / group.low) ** random.next() * short;
  const green = leafGreen(random);
  const spread = group.flowers === 1 ? 0.17 : 0.38;
  for (let k = 0; k < group.flowers; k += 1) {
    const radius = mean * vary(random, 0.12);
    const place = {
      x: size.width / 2 + between(random, -spread, spread) * size.width,
      y: size.height / 2 + between(random, -spread, spread * 0.8) * size.height,
      z: (k - group.flowers / 2) * radius * 1.2,
    };
    drawFlower(layer, random.fork(k), flower, { radius, place, pose, light, green });
  }
  surround(layer, random, { light, green, reach: mean });
  return layer;
}

/** How the flowers of a picture are mostly seen. */
interface Pose {
  /** Angle between the flower's axis and the line of sight, radians. */
  readonly tilt: number;
  readonly lean: number;
  readonly openness: number;
}

const tiltRanges = { face: [0, 0.35], slanted: [0.4, 1.1], side: [1.15, 1.65], back: [1.75, 2.6] } as const;

type Views = Readonly<Record<keyof typeof tiltRanges, number>>;

/** People photograph a disc from its face and a cup from its side. */
const discViews: Views = { face: 46, slanted: 42, side: 9, back: 3 };
const cupViews: Views = { face: 10, slanted: 30, side: 58, back: 2 };

function drawPose(random: Random, views: Views): Pose {
  const kind = pickWeighted(random, views);
  const [low, high] = tiltRanges[kind];
  const isBud = chance(random, 0.06);
  return {
    tilt: between(random, low, high),
    lean: between(random, -0.9, 0.9),
    openness: isBud ? between(random, 0.05, 0.4) : 1 - 0.5 * random.next() ** 2,
  };
}

function drawFlower(
  layer: Layer,
  random: Random,
  draw: DrawFlower,
  setting: {
    readonly radius: number;
    readonly place: { x: number; y: number; z: number };
    readonly pose: Pose;
    readonly light: Light;
    readonly green: Rgb;
  },
): void {
  const { radius, place, pose, light } = setting;
  const openness = Math.max(0.02, Math.min(1, pose.openness + 0.15 * random.normal()));
  const flower = draw(random, { openness, scale: radius });
  const tilt = pose.tilt + 0.2 * random.normal();
  const lean = pose.lean + 0.25 * random.normal();
  const axis: Vec3 = [Math.sin(tilt) * Math.sin(lean), Math.sin(tilt) * Math.cos(lean), Math.cos(tilt)];
  const view = { axes: axesAround(axis, between(random, 0, 6.3)), scale: radius, ...place };
  for (const patch of flower.patches) drawPatch(layer, patch, view, light);
  const { base, colour } = flower.stalk;
  const from: Vec3 = [axis[0] * base, axis[1] * base, axis[2] * base];
  const away: Vec3 = [from[0] - axis[0] * 0.9, from[1] - axis[1] * 0.9 - 0.6, from[2] - axis[2] * 0.9];
  const foot: Vec3 = [
    away[0] + 0.5 * random.normal(),
    -(layer.height - place.y) / radius - 0.5,
    away[2] - 0.4,
  ];
  const stalk = createStalk({ from, by: away, to: foot }, flower.stalk.radius, {
    colour: (u) => mix(colour, setting.green, u),
  });
  drawPatch(layer, stalk, { ...view, axes: axesAround([0, 0, 1], 0) }, light);
}

/** Leaves and grass behind, among and partly before the flowers. */
function surround(
  layer: Layer,
  random: Random,
  near: { readonly light: Light; readonly green: Rgb; readonly reach: number },
): void {
  const { light, green, reach } = near;
  const kind = pick(random, leafKinds);
  const leaves = chance(random, 0.6) ? count(random, 2, 6) : 0;
  for (let k = 0; k < leaves; k += 1) {
    const place = {
      x: random.next() * layer.width,
      y: between(random, 0.5, 1.15) * layer.height,
      z: chance(random, 0.15) ? reach * 1.5 : -reach * 1.5,
      size: between(random, 0.7, 1.6) * Math.max(reach, 0.12 * layer.height),
    };
    drawLeaf(layer, random, {
      kind,
      colour: green,
      angle: between(random, -0.4, Math.PI + 0.4),
      light,
      ...place,
    });
    const foot: Vec3 = [0.3 * random.normal(), -layer.height / place.size, -0.2];
    const stalk = createStalk({ from: [0, 0, -0.02], by: [0, -0.4, -0.1], to: foot }, 0.025, {
      colour: () => green,
    });
    drawPatch(layer, stalk, { ...place, axes: axesAround([0, 0, 1], 0), scale: place.size }, light);
  }
  if (chance(random, 0.35))
    drawGrass(layer, random, {
      blades: count(random, 4, 40),
      colour: green,
      size: between(random, 0.25, 0.8) * layer.height,
      bottom: 1.1 * layer.height,
      z: chance(random, 0.2) ? reach : -reach,
      light,
    });
}

/** Small blossoms of other kinds, behind and out of focus. */
function drawStrangers(
  random: Random,
  size: { width: number; height: number },
  strangers: readonly Species[],
  light: Light,
): Layer {
  const layer = createLayer(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const draw = pick(random, strangers)(random.fork("stranger"));
  const pose = drawPose(random, discViews);
  const green = hsv(90, 0.5, 0.4);
  for (let k = count(random, 1, 7); k > 0; k -= 1) {
    const place = { x: random.next() * size.width, y: random.next() * size.height, z: -100 };
    drawFlower(layer, random.fork(k), draw, {
      radius: between(random, 0.05, 0.12) * short,
      place,
      pose,
      light,
      green,
    });
  }
  blurLayer(layer, between(random, 0.012, 0.035) * short);
  return layer;
}

/** Blades or leaves close to the lens, far out of focus, covering a part of the view. */
function drawBeforeLens(random: Random, size: { width: number; height: number }, light: Light): Layer {
  const layer = createLayer(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const colour = leafGreen(random);
  if (chance(random, 0.5))
    drawGrass(layer, random, {
      blades: count(random, 2, 9),
      colour,
      size: short,
      bottom: 1.15 * size.height,
      z: 200,
      light,
    });
  else drawLeaves(layer, random, { count: count(random, 1, 3), colour, size: 0.45 * short, z: 200, light });
  blurLayer(layer, between(random, 0.01, 0.05) * short);
  return layer;
}
