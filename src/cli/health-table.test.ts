import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { checkImages } from "../data/check-images.ts";
import { healthTable } from "./health-table.ts";

test("healthTable says what folders were taken for, and has no table of classes where nothing has a label", async () => {
  await using flat = await createDataFolder();
  await flat.put("1.png", await noisePng(1));
  expect(healthTable(await checkImages(flat.root))).toEqual([
    "1 usable image without labels, short side 10 to 10 px (median 10)",
  ]);
  await using inside = await createDataFolder();
  for (const [i, path] of ["a/train", "a/test", "b/train", "b/test"].entries())
    await inside.put(`set/${path}/${i}.png`, await noisePng(i));
  expect(healthTable(await checkImages(inside.root, { folds: 1 })).slice(0, 4)).toEqual([
    "4 usable images in 2 classes, short side 10 to 10 px (median 10)",
    'classes taken from the folder "set"',
    'splits taken from folders inside the classes: "set/a/test", "set/a/train", "set/b/test", "set/b/train"',
    "",
  ]);
});
