import { createRandom } from "../base/random.ts";
import type { Image } from "./image.ts";

/** What a place looks like: levels of red, green and blue, 0 to 1, at x and y from 0 to 1. */
type Look = (x: number, y: number) => readonly [number, number, number];

/**
 * Picture `i` of an endless series, decided by `i` alone: coloured discs on a slope of two colours, crossed by a
 * grating. Sides of 48 to 176 pixels, seldom square, so that enlarging, reducing and cropping all take part.
 * Drawn, because a model folder is often published and a training photo in it could not be taken back.
 */
export function drawGoldenPicture(i: number): Image {
  const random = createRandom(9001).fork(i);
  const [width, height] = [48 + random.integer(129), 48 + random.integer(129)];
  const look = lookOf(random);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      look((x + 0.5) / width, (y + 0.5) / height).forEach((level, channel) => {
        data[3 * (y * width + x) + channel] = Math.round(255 * Math.min(1, Math.max(0, level)));
      });
  return { width, height, data };
}

function lookOf(random: ReturnType<typeof createRandom>): Look {
  const colour = (): [number, number, number] => [random.next(), random.next(), random.next()];
  const [from, to] = [colour(), colour()];
  const [tilt, turn] = [random.next(), 2 * Math.PI * random.next()];
  const [waves, strength] = [4 + 24 * random.next(), 0.3 * random.next()];
  const discs = Array.from({ length: random.integer(5) }, () => ({
    x: random.next(),
    y: random.next(),
    radius: 0.08 + 0.22 * random.next(),
    colour: colour(),
  }));
  return (x, y) => {
    const disc = discs.findLast((one) => Math.hypot(x - one.x, y - one.y) < one.radius);
    const share = tilt * x + (1 - tilt) * y;
    const wave = strength * Math.sin(2 * Math.PI * waves * (x * Math.cos(turn) + y * Math.sin(turn)));
    const at = (channel: 0 | 1 | 2): number =>
      wave + (disc?.colour[channel] ?? from[channel] + share * (to[channel] - from[channel]));
    return [at(0), at(1), at(2)];
  };
}
