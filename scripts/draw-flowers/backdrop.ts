import type { Random } from "../../src/base/random.ts";
import { between, chance, count, pickWeighted } from "./chance.ts";
import { type Rgb, hsv, mix, scaleColour } from "./colour.ts";
import { drawGrass, drawLeaves, drawStones } from "./foliage.ts";
import { type Layer, createLayer, paintLayer } from "./layer.ts";
import { fractalNoise } from "./noise.ts";
import type { Light } from "./patch.ts";

/** How often each kind of ground or distance is behind the flowers. The same for every species: no class is told by its background. */
const kinds = { meadow: 26, foliage: 22, bokeh: 22, soil: 7, sky: 12, wood: 5, gravel: 3, dusk: 3 } as const;
export type BackdropKind = keyof typeof kinds;

export interface Backdrop {
  readonly layer: Layer;
  readonly kind: BackdropKind;
  /** True where the ground is just behind the flower and takes its shadow. */
  readonly isNear: boolean;
}

type Painter = (random: Random, layer: Layer, light: Light) => void;

/** Chooses and paints what lies behind, still in focus. */
export function drawBackdrop(
  random: Random,
  size: { width: number; height: number },
  light: Light,
): Backdrop {
  const kind = pickWeighted(random, kinds);
  const layer = createLayer(size.width, size.height);
  painters[kind](random, layer, light);
  return { layer, kind, isNear: kind === "soil" || kind === "wood" || kind === "gravel" };
}

const painters: Readonly<Record<BackdropKind, Painter>> = {
  meadow: (random, layer, light) => {
    const green = leafGreen(random);
    const far = mix(green, hsv(between(random, 60, 200), 0.25, 0.8), between(random, 0.2, 0.7));
    const horizon = between(random, -0.3, 0.5);
    paintNoise(random, layer, { from: scaleColour(green, 0.5), to: green, cells: 5, stretch: 1 });
    tintUpwards(layer, far, horizon);
    drawGrass(layer, random, {
      blades: count(random, 60, 220),
      colour: green,
      size: 0.4 * layer.height,
      bottom: 1.05 * layer.height,
      z: -80,
      light,
    });
    drawGrass(layer, random, {
      blades: 60,
      colour: scaleColour(green, 0.8),
      size: 0.3 * layer.height,
      bottom: 0.7 * layer.height,
      z: -160,
      light,
    });
  },
  foliage: (random, layer, light) => {
    const green = scaleColour(leafGreen(random), between(random, 0.4, 0.9));
    paintNoise(random, layer, {
      from: scaleColour(green, 0.1),
      to: scaleColour(green, 0.7),
      cells: 4,
      stretch: 1,
    });
    drawLeaves(layer, random, {
      count: count(random, 25, 70),
      colour: green,
      size: between(random, 0.15, 0.45) * layer.height,
      z: -120,
      light,
    });
  },
  bokeh: (random, layer) => {
    const [from, to] = [randomDistance(random), randomDistance(random)];
    paintNoise(random, layer, { from, to, cells: 2, stretch: 1 });
    for (let k = count(random, 4, 26); k > 0; k -= 1) drawBokehDisc(random, layer);
  },
  soil: (random, layer, light) => {
    const brown = hsv(between(random, 18, 38), between(random, 0.3, 0.6), between(random, 0.25, 0.6));
    paintNoise(random, layer, {
      from: scaleColour(brown, 0.25),
      to: scaleColour(brown, 1.3),
      cells: 12,
      stretch: 1,
    });
    drawStones(layer, random, { count: count(random, 10, 60), size: 0.025 * layer.height, light });
    drawGrass(layer, random, {
      blades: count(random, 0, 50),
      colour: leafGreen(random),
      size: 0.25 * layer.height,
      bottom: between(random, 0.5, 1.1) * layer.height,
      z: -50,
      light,
    });
  },
  sky: (random, layer) => {
    const zenith = hsv(between(random, 200, 225), between(random, 0.2, 0.75), between(random, 0.6, 0.95));
    const haze = mix(zenith, [0.85, 0.87, 0.9], between(random, 0.4, 0.9));
    const clouds = fractalNoise(random, 5);
    const cover = between(random, 0.3, 0.75);
    paintLayer(layer, (x, y) => {
      const clear = mix(zenith, haze, y / layer.height);
      return mix(clear, [0.93, 0.93, 0.95], (clouds(x / 120, y / 70) - cover) * 4);
    });
  },
  wood: (random, layer) => {
    const tone = hsv(between(random, 15, 38), between(random, 0.1, 0.6), between(random, 0.35, 0.85));
    const isUpright = chance(random, 0.5);
    const grain = fractalNoise(random, 4);
    const plank = between(random, 0.15, 0.4) * layer.height;
    paintLayer(layer, (x, y) => {
      const [along, across] = isUpright ? [y, x] : [x, y];
      const board = Math.floor(across / plank);
      const gap = Math.min(across % plank, plank - (across % plank)) < 1.6 ? 0.25 : 1;
      const figure = grain(along / 130 + 7 * board, across / 5 + 13 * board);
      return scaleColour(tone, gap * (0.45 + 0.9 * figure + 0.15 * Math.cos(board * 2.4)));
    });
  },
  gravel: (random, layer, light) => {
    const grey = hsv(between(random, 20, 220), 0.08, between(random, 0.3, 0.6));
    paintNoise(random, layer, { from: scaleColour(grey, 0.2), to: grey, cells: 14, stretch: 1 });
    drawStones(layer, random, {
      count: count(random, 90, 200),
      size: between(random, 0.03, 0.07) * layer.height,
      light,
    });
  },
  dusk: (random, layer) => {
    const low = hsv(between(random, 5, 45), between(random, 0.3, 0.7), between(random, 0.3, 0.8));
    const high = hsv(between(random, 210, 280), between(random, 0.2, 0.5), between(random, 0.05, 0.4));
    paintNoise(random, layer, { from: high, to: scaleColour(high, 0.6), cells: 2, stretch: 1 });
    tintUpwards(layer, low, -0.2);
  },
};

/** A leaf green: from blue-green to olive and dry straw. */
export function leafGreen(random: Random): Rgb {
  return hsv(between(random, 62, 135), between(random, 0.3, 0.72), between(random, 0.3, 0.68));
}

/** A colour of things far out of focus: mostly greens, also browns, blues, greys and other people's flower beds. */
function randomDistance(random: Random): Rgb {
  const kind = pickWeighted(random, { green: 55, brown: 14, blue: 10, grey: 8, bed: 13 });
  if (kind === "green") return leafGreen(random);
  if (kind === "brown") return hsv(between(random, 15, 40), 0.45, between(random, 0.15, 0.6));
  if (kind === "blue") return hsv(between(random, 190, 230), 0.4, between(random, 0.4, 0.85));
  if (kind === "grey") return hsv(40, 0.08, between(random, 0.05, 0.85));
  return hsv(between(random, 0, 360), 0.55, 0.6);
}

function paintNoise(
  random: Random,
  layer: Layer,
  noise: { readonly from: Rgb; readonly to: Rgb; readonly cells: number; readonly stretch: number },
): void {
  const field = fractalNoise(random, 4);
  const step = noise.cells / layer.height;
  paintLayer(layer, (x, y) =>
    mix(noise.from, noise.to, 2.2 * field(x * step, y * step * noise.stretch) - 0.6),
  );
}

/** Blends towards a colour from `horizon` (part of the height from the top) upwards. */
function tintUpwards(layer: Layer, colour: Rgb, horizon: number): void {
  for (let y = 0, i = 0; y < layer.height; y += 1) {
    const amount = Math.max(0, Math.min(1, 0.5 + (horizon - y / layer.height) * 2.5 + 0.5));
    for (let x = 0; x < layer.width; x += 1, i += 1)
      for (let c = 0 as 0 | 1 | 2; c < 3; c += 1)
        layer.planes[c]![i]! += (colour[c]! - layer.planes[c]![i]!) * amount;
  }
}

/** One spot of light spread to a disc by the lens, a little brighter at its rim. */
function drawBokehDisc(random: Random, layer: Layer): void {
  const radius = between(random, 0.02, 0.12) * layer.height;
  const [cx, cy] = [random.next() * layer.width, random.next() * layer.height];
  const colour = scaleColour(mix(randomDistance(random), [1, 0.95, 0.8], 0.4), between(random, 0.15, 0.7));
  for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(layer.height, cy + radius); y += 1)
    for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(layer.width, cx + radius); x += 1) {
      const r = Math.hypot(x - cx, y - cy) / radius;
      if (r > 1) continue;
      const glow = Math.min(1, (1 - r) * 8) * (0.6 + 0.4 * r * r);
      for (let c = 0 as 0 | 1 | 2; c < 3; c += 1) layer.planes[c]![y * layer.width + x]! += colour[c]! * glow;
    }
}
