import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { checkImages } from "./check-images.ts";

test("checkImages tells classes, splits, sizes, what was skipped, copies and imbalance", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 10; i += 1) await data.put(`train/a/${i}.png`, await noisePng(i));
  await data.put("train/b/10.png", await noisePng(10, { width: 30, height: 20 }));
  await data.put("train/b/11.png", await noisePng(10, { width: 30, height: 20 }));
  await data.put("val/b/12.png", await noisePng(12));
  await data.put("val/c/13.jpg", "");
  const health = await checkImages(data.root, { folds: 3 });
  expect(health).toMatchObject({
    images: 13,
    classes: [
      { name: "a", images: 10, training: 10, holdout: 0 },
      { name: "b", images: 3, training: 2, holdout: 1 },
      { name: "c", images: 0, training: 0, holdout: 0 },
    ],
    splits: { train: 12, validation: 1, test: 0, none: 0 },
    holdout: 1,
    training: 12,
    shortSide: { min: 10, median: 10, max: 20 },
    longSide: { min: 12, median: 12, max: 30 },
    skippedByCode: { E_IMAGE_EMPTY: 1 },
    duplicates: [["train/b/10.png", "train/b/11.png"]],
    imbalance: 5,
  });
  expect(health.warnings.map(({ code }) => code)).toEqual([
    "E_DUPLICATE",
    "E_IMBALANCE",
    "E_CLASS_TOO_SMALL",
    "E_CLASS_TOO_SMALL",
  ]);
  expect(health.warnings[2]!.message).toContain("got 1"); // two copies are one independent picture
  expect(JSON.parse(JSON.stringify(health))).toEqual(health);
});

test("checkImages reports one class alone instead of refusing it", async () => {
  await using data = await createDataFolder();
  await data.put("a/1.png", await noisePng(1));
  expect((await checkImages(data.root)).classes).toEqual([{ name: "a", images: 1, training: 1, holdout: 0 }]);
});

const photos = "../shared/data";

test.skipIf(!existsSync(photos))("real photos: 1,000 flowers are sound, one of them twice", async () => {
  const health = await checkImages(`${photos}/flowers`);
  expect(health.classes.map(({ images }) => images)).toEqual([200, 200, 200, 200, 200]);
  expect(health.skipped).toEqual([]);
  expect(health.duplicates.length).toBe(1);
});

test.skipIf(!existsSync(photos))("real photos: hymenoptera has its holdout and a stray GIF", async () => {
  const health = await checkImages(`${photos}/hymenoptera`);
  expect([health.training, health.holdout]).toEqual([244, 153]);
  expect(health.skipped.map(({ path, code }) => [path, code])).toEqual([
    ["train/ants/imageNotFound.gif", "E_IMAGE_STRAY"],
  ]);
});
