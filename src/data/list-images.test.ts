import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDataFolder } from "../../test/data-folder.ts";
import { expandGlob } from "./expand-glob.ts";
import { listImages } from "./list-images.ts";

const isPosix = process.platform !== "win32";

/** What is listed, relative to `root`; an error by its code. */
async function listed(root: string, ...paths: readonly string[]): Promise<string[]> {
  const images = await listImages(paths.map((path) => join(root, path)));
  return images.map((one) => {
    const path = one.path.slice(root.length + 1).replaceAll("\\", "/");
    return "error" in one ? `${path} ${one.error.code}` : path;
  });
}

test("listImages: what is missing, empty or matches nothing is an entry of its own among the rest, in order", async () => {
  await using data = await createDataFolder();
  for (const path of ["b/2.jpg", "b/1.PNG", "b/notes.txt", "any-name", "texts/a.txt"])
    await data.put(path, "");
  expect(await listed(data.root, "any-name", "gone.jpg", "b", "texts", "*.gif")).toEqual([
    "any-name",
    "gone.jpg E_DATA_NOT_FOUND",
    "b/1.PNG",
    "b/2.jpg",
    "texts E_DATA_NOT_FOUND",
    "*.gif E_DATA_NOT_FOUND",
  ]);
  await expect(listImages([])).rejects.toMatchObject({ code: "E_DATA_NOT_FOUND" });
});

test("listImages passes over the junk folders that a data set's reader passes over, unless one is named", async () => {
  await using data = await createDataFolder();
  for (const folder of ["@eaDir", ".ipynb_checkpoints", "__MACOSX", ".hidden", "real"])
    await data.put(`photos/${folder}/1.jpg`, "");
  expect(await listed(data.root, "photos")).toEqual(["photos/real/1.jpg"]);
  expect(await listed(data.root, "photos/@eaDir")).toEqual(["photos/@eaDir/1.jpg"]);
});

test.skipIf(!isPosix)(
  "listImages follows links to folders, once each, and names a link that leads back",
  async () => {
    await using data = await createDataFolder();
    await data.put("photos/1.jpg", "");
    await data.put("store/2.jpg", "");
    await symlink("../store", join(data.root, "photos/linked"));
    await symlink(".", join(data.root, "photos/self"));
    expect(await listed(data.root, "photos")).toEqual([
      "photos/1.jpg",
      "photos/linked/2.jpg",
      "photos/self E_IMAGE_LINK",
    ]);
  },
);

test("listImages expands patterns that no shell has: *, ?, [ ], { }, ** and folders they match", async () => {
  await using data = await createDataFolder();
  for (const path of [
    "a1.jpg",
    "a2.jpg",
    "b1.png",
    ".hidden.jpg",
    "in/c1.jpg",
    "in/deep/d1.jpg",
    "in/.git/e1.jpg",
  ])
    await data.put(path, "");
  expect(await listed(data.root, "*.jpg")).toEqual(["a1.jpg", "a2.jpg"]);
  expect(await listed(data.root, "?1.{jpg,png}")).toEqual(["a1.jpg", "b1.png"]);
  expect(await listed(data.root, "[!a]*.png")).toEqual(["b1.png"]);
  expect(await listed(data.root, "**/*.jpg")).toEqual(["a1.jpg", "a2.jpg", "in/c1.jpg", "in/deep/d1.jpg"]);
  expect(await listed(data.root, "i*")).toEqual(["in/c1.jpg", "in/deep/d1.jpg"]);
  expect(await listed(data.root, "[z-a].jpg")).toEqual(["[z-a].jpg E_DATA_NOT_FOUND"]);
});

test("a file whose name looks like a pattern is that file", async () => {
  await using data = await createDataFolder();
  await data.put("rose[1].jpg", "");
  await data.put("rose1.jpg", "");
  expect(await listed(data.root, "rose[1].jpg")).toEqual(["rose[1].jpg"]);
  expect(await expandGlob(join(data.root, "rose[1].jpg"))).toEqual([join(data.root, "rose1.jpg")]);
});

test.skipIf(!isPosix || process.getuid?.() === 0)(
  "listImages names a folder that may not be read",
  async () => {
    await using data = await createDataFolder();
    await data.put("photos/a/1.jpg", "");
    await data.put("photos/b/2.jpg", "");
    await chmod(join(data.root, "photos/b"), 0);
    const entries = await listed(data.root, "photos");
    const alone = await listed(data.root, "photos/b");
    await chmod(join(data.root, "photos/b"), 0o700);
    expect(entries).toEqual(["photos/a/1.jpg", "photos/b E_IMAGE_UNREADABLE"]);
    expect(alone).toEqual(["photos/b E_IMAGE_UNREADABLE"]);
  },
);
