import type { Random } from "../../src/base/random.ts";
import type { Rgb } from "./colour.ts";
import type { Patch } from "./patch.ts";

/** A flower in its own coordinates: the axis is z, the open side faces +z, the radius about 1. */
export interface Flower {
  readonly patches: readonly Patch[];
  /** Thickness of the stalk and where it begins on the axis. */
  readonly stalk: { readonly radius: number; readonly base: number; readonly colour: Rgb };
}

export interface FlowerOptions {
  /** 0 is a closed bud, 1 wide open. */
  readonly openness: number;
  /** Pixels per flower radius: decides how fine the surfaces are, and the thinnest hair that can be seen. */
  readonly scale: number;
}

/** What the flowers of one picture have in common: they are of one variety. */
export type DrawFlower = (random: Random, options: FlowerOptions) => Flower;

/** Chooses a variety (colours, counts, proportions) and returns how its single flowers are drawn. */
export type Species = (random: Random) => DrawFlower;

/** Rows for a surface of the given length: a vertex every four pixels, from 3 to 14. */
export function rowsFor(length: number, scale: number): number {
  return Math.max(3, Math.min(14, Math.round((length * scale) / 4)));
}

/** The angle of the sunflower spiral: successive seeds, petals and scales stand this far apart. */
export const goldenAngle = Math.PI * (3 - Math.sqrt(5));
