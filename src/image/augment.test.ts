import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { type Augmentation, augment, noAugmentation, photoAugmentation } from "./augment.ts";
import type { Image } from "./image.ts";

const random = createRandom(2);
const picture: Image = {
  width: 20,
  height: 14,
  data: Uint8Array.from({ length: 20 * 14 * 3 }, () => random.integer(256)),
};

function view(
  how: Partial<Augmentation>,
  { seed = 1, image = picture, width = 20, height = 14 } = {},
): Image {
  const settings = { random: createRandom(seed), with: { ...noAugmentation, ...how } };
  return augment(image, { width, height }, settings);
}

function mean({ data }: Image): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

test("augment: nothing switched on is the picture itself", () => {
  expect(view({})).toEqual(picture);
});

test("augment: a certain flip mirrors every row", () => {
  const flipped = view({ flip: 1 });
  for (const [x, y] of [
    [0, 0],
    [3, 9],
    [19, 13],
  ] as const) {
    const [there, here] = [(y * 20 + 19 - x) * 3, (y * 20 + x) * 3];
    expect(flipped.data.slice(here, here + 3)).toEqual(picture.data.slice(there, there + 3));
  }
});

test("augment: a crop of a plain surface stays plain, at the size asked for", () => {
  const plain = { ...picture, data: new Uint8Array(picture.data.length).fill(77) };
  const { width, height, data } = view(
    { ...photoAugmentation, jitter: 0, erase: 0 },
    { image: plain, width: 9, height: 11 },
  );
  expect([width, height, data.length]).toEqual([9, 11, 297]);
  expect(new Set(data)).toEqual(new Set([77]));
});

test("augment: a rotation turns about the centre and moves the corners", () => {
  const turned = view({ rotation: 10 }, { seed: 5 });
  expect(turned.data.slice(0, 3)).not.toEqual(picture.data.slice(0, 3));
  expect(Math.abs(mean(turned) - mean(picture))).toBeLessThan(8);
});

test("augment: erasing paints a rectangle of 2 to 20 % grey and leaves the rest", () => {
  const shares = Array.from({ length: 40 }, (_, seed) => {
    const { data } = view({ erase: 1 }, { seed });
    const changed = data.filter((value, i) => value !== picture.data[i]);
    expect(changed.every((value) => value === 128)).toBe(true);
    return changed.length / data.length;
  });
  expect(Math.min(...shares)).toBeGreaterThan(0.005);
  expect(Math.max(...shares)).toBeLessThan(0.25);
});

test("augment: jitter changes colours within its factors and stays within a byte", () => {
  const grey = { ...picture, data: new Uint8Array(picture.data.length).fill(100) };
  const levels = Array.from(
    { length: 60 },
    (_, seed) => view({ jitter: 0.25 }, { seed, image: grey }).data[0]!,
  );
  // Brightness times 0.75 to 1.25, contrast about 128 likewise: (100 - 128) c + 128, then times b.
  expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.floor(0.75 * (128 - 28 * 1.25)));
  expect(Math.max(...levels)).toBeLessThanOrEqual(Math.ceil(1.25 * (128 - 28 * 0.75)));
  expect(new Set(levels).size).toBeGreaterThan(20);
});

test("augment: decided by the seed, and the picture given is left as it was", () => {
  const before = Uint8Array.from(picture.data);
  expect(view(photoAugmentation)).toEqual(view(photoAugmentation));
  expect(view(photoAugmentation, { seed: 2 })).not.toEqual(view(photoAugmentation));
  expect(picture.data).toEqual(before);
});
