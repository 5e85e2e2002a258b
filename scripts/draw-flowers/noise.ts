import type { Random } from "../../src/base/random.ts";

/** A smooth random field over the plane, values from 0 to 1. */
export type Field = (x: number, y: number) => number;

const lattice = 64;

/**
 * Fractal value noise: sum over octaves of 2^-o * v(2^o x, 2^o y), divided by the sum of the weights;
 * v interpolates a random 64 x 64 lattice with the smoothstep 3t^2 - 2t^3 and repeats beyond it.
 */
export function fractalNoise(random: Random, octaves: number): Field {
  const values = Float32Array.from({ length: lattice * lattice }, () => random.next());
  return (x, y) => {
    let sum = 0;
    let total = 0;
    for (let octave = 0; octave < octaves; octave += 1) {
      const weight = 1 / 2 ** octave;
      sum += weight * interpolate(values, x * 2 ** octave + 17 * octave, y * 2 ** octave + 31 * octave);
      total += weight;
    }
    return sum / total;
  };
}

function interpolate(values: Float32Array, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const at = (dx: number, dy: number): number =>
    values[((row + dy) & (lattice - 1)) * lattice + ((column + dx) & (lattice - 1))]!;
  const u = smoothstep(x - column);
  const v = smoothstep(y - row);
  const top = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
  const bottom = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
  return top + (bottom - top) * v;
}

/** 3t^2 - 2t^3 for t from 0 to 1. */
export function smoothstep(t: number): number {
  const held = Math.max(0, Math.min(1, t));
  return held * held * (3 - 2 * held);
}
