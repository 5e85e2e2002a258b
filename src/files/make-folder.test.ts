import { existsSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import { makeFolder } from "./make-folder.ts";

test("a folder and those above it are made, also by several at the same time, and one that is there is as good", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a", "b", "c");
  await Promise.all([1, 2, 3, 4].map(async () => await makeFolder(path)));
  await makeFolder(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test("a file in the way is told as that", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await writeFile(file, "");
  for (const path of [file, join(file, "b", "c")])
    await expect(makeFolder(path)).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringContaining("expected a folder, got a file"),
    });
});

test.skipIf(!existsSync("/proc/self"))(
  "where nothing can be made it says so and comes to an end",
  async () => {
    await expect(makeFolder("/proc/nothing/here")).rejects.toMatchObject({ code: "E_FILE" });
  },
);
