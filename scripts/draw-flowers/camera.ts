import type { Random } from "../../src/base/random.ts";
import { between, chance } from "./chance.ts";
import { type Layer, blurLayer } from "./layer.ts";

/** A developed picture: 8-bit RGB, rows top to bottom. */
export interface Photo {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** JPEG quality to write it with. */
  readonly quality: number;
}

/** Drawing is done at this many times the picture's size in each direction. */
export const oversampling = 2;

/**
 * Photographs a layer: averages it down by `oversampling`, then light falling off across the frame, vignette,
 * white balance, exposure, shot and read noise, a film curve, and 8 bits.
 * Value: 255 * curve(exposure * balance * light * linear + noise), curve(x) = sqrt(x) bent by `contrast`.
 */
export function photograph(random: Random, layer: Layer): Photo {
  if (chance(random, 0.08)) blurLayer(layer, between(random, 0.6, 2)); // the hand shook or the focus missed
  const width = Math.floor(layer.width / oversampling);
  const height = Math.floor(layer.height / oversampling);
  const light = drawFalloff(random, width, height);
  const gains = [1 + 0.07 * random.normal(), 1 + 0.02 * random.normal(), 1 + 0.08 * random.normal()];
  const exposure = drawExposure(random, layer);
  const grain = between(random, 0.001, 0.014) * (chance(random, 0.15) ? 2 : 1);
  const saturation = chance(random, 0.03) ? between(random, 0, 0.25) : between(random, 0.85, 1.25);
  const contrast = between(random, 0.75, 1.25);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, i += 3) {
      const linear = layer.planes.map((plane) => averageDown(plane, layer.width, x, y));
      const grey = 0.25 * linear[0]! + 0.65 * linear[1]! + 0.1 * linear[2]!;
      for (let c = 0; c < 3; c += 1) {
        const seen =
          Math.max(0, grey + (linear[c]! - grey) * saturation) * gains[c]! * exposure * light(x, y);
        const noisy = seen + grain * random.normal() * (0.25 + Math.sqrt(Math.max(0, seen)));
        data[i + c] = Math.round(255 * filmCurve(noisy, contrast));
      }
    }
  return { width, height, data, quality: Math.round(between(random, 74, 92)) };
}

function averageDown(plane: Float32Array, stride: number, x: number, y: number): number {
  let sum = 0;
  for (let dy = 0; dy < oversampling; dy += 1)
    for (let dx = 0; dx < oversampling; dx += 1)
      sum += plane[(y * oversampling + dy) * stride + x * oversampling + dx]!;
  return sum / oversampling ** 2;
}

/** Exposure that brings the mean to a photographer's middle, give or take a stop. */
function drawExposure(random: Random, layer: Layer): number {
  const green = layer.planes[1];
  const mean = green.reduce((sum, value) => sum + value, 0) / green.length;
  const metered = 0.25 / Math.max(0.04, mean);
  return Math.sqrt(metered) * 2 ** (0.25 * random.normal());
}

function drawFalloff(random: Random, width: number, height: number): (x: number, y: number) => number {
  const angle = between(random, 0, 2 * Math.PI);
  const slope = between(random, 0, 0.45);
  const vignette = chance(random, 0.4) ? between(random, 0.1, 0.6) : 0;
  return (x, y) => {
    const u = (2 * x) / width - 1;
    const v = (2 * y) / height - 1;
    return (1 + slope * (u * Math.cos(angle) + v * Math.sin(angle))) * (1 - vignette * 0.5 * (u * u + v * v));
  };
}

/** Display value from 0 to 1: square-root gamma with a soft shoulder, contrast about the middle. */
function filmCurve(linear: number, contrast: number): number {
  const held = Math.max(0, linear);
  const display = Math.sqrt(held < 0.6 ? held : 0.6 + 0.4 * (1 - Math.exp(-(held - 0.6) / 0.4)));
  return Math.max(0, Math.min(1, 0.46 + (display - 0.46) * contrast));
}
