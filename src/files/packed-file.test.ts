import { open, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder } from "../../test/data-folder.ts";
import { openPackedFile } from "./packed-file.ts";

const lengths = [3, 0, 5, 4];
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test("packed file: records written in any order are read by position, and again by the next process", async () => {
  await using folder = await createDataFolder();
  const path = join(folder.root, "deep", "records");
  {
    await using pack = await openPackedFile(path, lengths);
    await pack.write(2, bytes(5, 4, 3, 2, 1));
    await pack.write(0, bytes(7, 8, 9));
    await pack.write(1, bytes());
  }
  await using pack = await openPackedFile(path, lengths);
  expect(await pack.read(0)).toEqual(bytes(7, 8, 9));
  expect(await pack.read(1)).toEqual(bytes());
  expect(await pack.read(2)).toEqual(bytes(5, 4, 3, 2, 1));
});

test("packed file: what was never written is missing, also between records, and zeros are no record", async () => {
  await using folder = await createDataFolder();
  await using pack = await openPackedFile(join(folder.root, "records"), lengths);
  expect(await pack.read(0)).toBeNull();
  await pack.write(3, bytes(0, 0, 0, 0));
  expect(await pack.read(3)).toEqual(bytes(0, 0, 0, 0));
  expect([await pack.read(0), await pack.read(1), await pack.read(2)]).toEqual([null, null, null]);
});

test("packed file: a record that was torn by a kill, or changed on the disk, is missing; its neighbours are not", async () => {
  await using folder = await createDataFolder();
  const path = join(folder.root, "records");
  await using pack = await openPackedFile(path, lengths);
  for (const [i, length] of lengths.entries()) await pack.write(i, new Uint8Array(length).fill(i + 1));
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, whole.length - 2));
  expect(await pack.read(3)).toBeNull();
  await using file = await open(path, "r+");
  await file.write(bytes(99), 0, 1, 3 + 4 + 4 + 2); // inside the third record
  expect(await pack.read(2)).toBeNull();
  expect(await pack.read(0)).toEqual(bytes(1, 1, 1));
});

test("packed file: one that will not fit on the disk is refused before anything is written, with both sizes", async () => {
  await using folder = await createDataFolder();
  const path = join(folder.root, "records");
  await expect(openPackedFile(path, [1e18])).rejects.toMatchObject({
    code: "E_DISK_FULL",
    message: expect.stringMatching(/expected room for [\d,]+ GiB, got [\d.,]+ [GM]iB on this disk/),
    hint: expect.stringContaining("--cache"),
  });
  expect((await stat(path)).size).toBe(0);
});
