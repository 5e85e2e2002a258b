import { copyFile, cp, mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../../test/data-folder.ts";
import type { WorkEvent } from "../../base/events.ts";
import { hashString } from "../../base/random.ts";
import { type PretrainingPhotos, readPretrainingPhotos } from "./pretraining-photos.ts";

type Folder = Awaited<ReturnType<typeof createDataFolder>>;

/** Two classes, `count` photos of each, in the folder `place`. */
async function put(folder: Folder, place: string, count: number): Promise<void> {
  for (const name of ["cat", "dog"])
    for (let i = 0; i < count; i += 1) {
      const path = `${place}/${name}/${i}.png`;
      await folder.put(path, await noisePng(hashString(path)));
    }
}

async function read(
  folder: Folder,
  { data = "data", validation = null as string | null, unlabelled = [] as string[] } = {},
): Promise<{ photos: PretrainingPhotos; events: WorkEvent[] }> {
  const events: WorkEvent[] = [];
  const at = (place: string): string => join(folder.root, place);
  const photos = await readPretrainingPhotos(at(data), {
    validation: validation === null ? null : at(validation),
    unlabelled: unlabelled.map(at),
    scanCache: null,
    seed: 1,
    report: (event) => events.push(event),
  });
  return { photos, events };
}

/** The folders that some rows come from. */
function placesOf({ photos }: PretrainingPhotos, rows: Int32Array): string[] {
  const places = [...rows].map((row) => basename(dirname(dirname(photos[row]!.path))));
  return [...new Set(places)].toSorted();
}

test("the val folder validates; photos of the test folder neither train nor validate", async () => {
  await using folder = await createDataFolder();
  for (const part of ["train", "val", "test"]) await put(folder, `data/${part}`, 3);
  const { photos } = await read(folder);
  expect(placesOf(photos, photos.training)).toEqual(["train"]);
  expect(placesOf(photos, photos.validation)).toEqual(["val"]);
  expect([photos.training.length, photos.validation.length]).toEqual([6, 6]);
});

test("without a val folder the test folder validates; without either one photo in 20, from every class's rest", async () => {
  await using folder = await createDataFolder();
  for (const part of ["train", "test"]) await put(folder, `data/${part}`, 2);
  await put(folder, "plain", 30);
  const tested = (await read(folder)).photos;
  expect(placesOf(tested, tested.validation)).toEqual(["test"]);
  const { photos } = await read(folder, { data: "plain" });
  expect([photos.training.length, photos.validation.length]).toEqual([57, 3]);
  expect(new Set([...photos.training, ...photos.validation]).size).toBe(60);
  expect(new Set([...photos.training].map((row) => photos.labels[row]))).toEqual(new Set([0, 1]));
});

test("photos without a label train without one, whatever their folders are called, and copies of the validation do not", async () => {
  await using folder = await createDataFolder();
  await put(folder, "data", 4);
  await put(folder, "held", 2);
  await put(folder, "loose", 3);
  await mkdir(join(folder.root, "loose/held"));
  await cp(join(folder.root, "held/cat"), join(folder.root, "loose/held"), { recursive: true });
  await copyFile(join(folder.root, "held/dog/0.png"), join(folder.root, "data/dog/copy.png"));
  const { photos, events } = await read(folder, { validation: "held", unlabelled: ["loose"] });
  expect(photos.labelled).toHaveLength(8);
  expect(photos.training).toHaveLength(8 + 6);
  const loose = photos.training.filter((row) => !photos.labelled.includes(row));
  expect([...loose].map((row) => photos.labels[row])).toEqual(Array(6).fill(-1));
  expect(events.filter(({ type }) => type === "notice")).toMatchObject([
    { message: "3 images left out of the training: the validation has the same" },
  ]);
});

test("other labels, another split: another digest", async () => {
  await using folder = await createDataFolder();
  await put(folder, "data", 30);
  await put(folder, "held", 1);
  const plain = (await read(folder)).photos.digest;
  expect((await read(folder)).photos.digest).toBe(plain);
  expect((await read(folder, { validation: "held" })).photos.digest).not.toBe(plain);
});
