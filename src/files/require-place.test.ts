import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requirePlace } from "./require-place.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-place-"));
  await writeFile(join(folder, "file.txt"), "");
});
afterAll(async () => await rm(folder, { recursive: true }));

test("requirePlace: a folder or file that is there or can be made is fine, and nothing is made", async () => {
  await requirePlace(folder, "folder");
  await requirePlace(join(folder, "new", "deeper"), "folder");
  await requirePlace(join(folder, "new", "features.safetensors"), "file");
  await requirePlace(join(folder, "file.txt"), "file");
  expect(await readdir(folder)).toEqual(["file.txt"]);
});

test.each([
  ["a file in a folder's place", "file.txt", "folder", "expected a folder to write, got a file"],
  ["a folder in a file's place", ".", "file", "expected a file to write, got a folder"],
  ["a file above it", "file.txt/deeper/runs", "folder", "expected a folder above it, got the file"],
] as const)("requirePlace: %s is refused in words", async (_, path, kind, message) => {
  await expect(requirePlace(join(folder, path), kind)).rejects.toMatchObject({
    code: "E_FILE",
    message: expect.stringContaining(message),
  });
});

test.skipIf(process.platform !== "linux")(
  "requirePlace: a file system that takes no files is refused",
  async () => {
    await expect(requirePlace("/proc/rootstock", "folder")).rejects.toMatchObject({ code: "E_FILE" });
  },
);
