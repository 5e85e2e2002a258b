import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requireWritable } from "./require-writable.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-writable-"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test("requireWritable: a folder that could be made is fine, and nothing is left of the trial", async () => {
  await requireWritable(join(folder, "a", "b"));
  await requireWritable(folder);
  expect(await readdir(folder)).toEqual([]);
});

test("requireWritable: a file in the way is named, and so is a place where nobody can write", async () => {
  const file = join(folder, "runs");
  await writeFile(file, "");
  await expect(requireWritable(join(file, "model"))).rejects.toMatchObject({
    code: "E_FILE",
    message: expect.stringContaining(JSON.stringify(file)) as string,
  });
  await rm(file);
});

test.skipIf(process.platform !== "linux")(
  "requireWritable: a file system that takes no files is refused",
  async () => {
    await expect(requireWritable("/proc/rootstock")).rejects.toMatchObject({ code: "E_FILE" });
  },
);
