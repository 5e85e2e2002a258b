import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layeredBackbone } from "../../test/fixtures/layered-backbone.ts";
import { stripePictures } from "../../test/fixtures/stripe-pictures.ts";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import { createMatrix, rowOf } from "../base/matrix.ts";
import type { Engine, Feeds } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import type { ImageSource } from "../features/features.ts";
import { photoAugmentation } from "../image/augment.ts";
import { type FrozenViews, frozenViews, viewSource } from "./frozen-views.ts";
import { tunableNetwork } from "./tunable-network.ts";

let engine: Engine;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let pictures: readonly ImageSource[];
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await temporaryFolder();
  pictures = (await stripePictures(join(folder.path, "pictures"), 3)).pictures;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const place = tunableNetwork(layeredBackbone(), { layer: "pool", pooling: "avg", upTo: "conv3" }).frozen!;

/** The views, and how many runs of any network they took. */
async function views(
  cache: string | null,
  given: { pictures?: readonly ImageSource[]; viewCount?: number } = {},
): Promise<FrozenViews & { runs: number }> {
  let runs = 0;
  const counting: Engine = {
    ...engine,
    load: async (source, options) => {
      const session = await engine.load(source, options);
      const run = async (...words: [Feeds, object?]): ReturnType<typeof session.run> => {
        runs += 1;
        return await session.run(...words);
      };
      return { ...session, run };
    },
  };
  const options = { engine: counting, cache, viewCount: 2, augmentation: photoAugmentation };
  const found = await frozenViews(given.pictures ?? pictures, place, { ...options, ...given });
  return { ...found, runs };
}

test("frozenViews: the plain pictures, then one matrix a variation, none like another", async () => {
  const { views: found, dims } = await views(null);
  expect(dims).toEqual([12, 6, 6]);
  expect(found.map(({ rows, columns }) => [rows, columns])).toEqual([
    [9, 432],
    [9, 432],
    [9, 432],
  ]);
  expect(found[1]).not.toEqual(found[0]);
  expect(found[2]).not.toEqual(found[1]);
});

test("frozenViews: what the cache on the disk knows is not computed again", async () => {
  const cache = join(folder.path, "cache");
  const first = await views(cache);
  const second = await views(cache);
  expect(first.runs).toBeGreaterThan(0);
  expect(second.runs).toBe(0);
  expect(second.views).toEqual(first.views);
  const more = await views(cache, { viewCount: 3 });
  expect(more.views.slice(0, 3)).toEqual(first.views);
  await rm(cache, { recursive: true });
});

test("frozenViews: a variation is decided by the picture and its number, not by its place among others", async () => {
  const all = await views(null);
  const some = await views(null, { pictures: [pictures[7]!, pictures[2]!], viewCount: 1 });
  expect(rowOf(some.views[1]!, 0)).toEqual(rowOf(all.views[1]!, 7));
  expect(rowOf(some.views[1]!, 1)).toEqual(rowOf(all.views[1]!, 2));
});

test("frozenViews: values that would not fit into memory are refused with the number", async () => {
  const many = Array.from({ length: 1_000_000 }, () => pictures[0]!);
  await expect(views(null, { pictures: many })).rejects.toMatchObject({
    code: "E_OPTION",
    message:
      'fine-tune: expected frozen values of at most 3 GB, got 5.2 GB (1000000 images x 3 views at "conv3").',
  });
});

test("viewSource: an epoch draws a view for every row, and without one the plain pictures are shown", async () => {
  const numbered = [0, 1, 2].map((view) => createMatrix(60, 1, new Float32Array(60).fill(view)));
  const source = viewSource({ views: numbered, dims: [1] }, 4);
  const rows = Int32Array.from({ length: 60 }, (_, i) => i);
  expect(new Set(await source.load(rows, null))).toEqual(new Set([0]));
  const shown = await source.load(rows, 1);
  expect(new Set(shown)).toEqual(new Set([0, 1, 2]));
  expect(await source.load(rows, 1)).toEqual(shown);
  expect(await source.load(rows, 2)).not.toEqual(shown);
});
