import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../src/data/manifest.ts";
import { decodeImage } from "../../src/image/decode.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { type HostileImage, makeHostileImages } from "./hostile-images.ts";

let folder = "";
let hostile: readonly HostileImage[] = [];
let manifest: Manifest;
let grownMegabytes = 0;

/** The folder holds a class of hostile files and one of a sound picture; links, pipes and odd names where there are such. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-attacks-"));
  const root = join(folder, "data");
  await mkdir(join(root, "hostile"), { recursive: true });
  await mkdir(join(root, "sound"));
  hostile = await makeHostileImages();
  await Promise.all(
    hostile.map(async ({ name, bytes }) => await writeFile(join(root, "hostile", name), bytes)),
  );
  const sound = await encodePng({ width: 2, height: 2, data: new Uint8Array(12).map((_, i) => i) });
  await writeFile(join(root, "sound", "sound.png"), sound);
  await writeFile(join(folder, "outside.png"), sound);
  if (process.platform !== "win32") await placeOddFiles(root);
  ({ manifest, grownMegabytes } = await scanInChild(root));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** In a process of its own: its peak memory is the scan's alone, and a scan that hangs is killed. */
async function scanInChild(root: string): Promise<{ manifest: Manifest; grownMegabytes: number }> {
  const script = fileURLToPath(new URL("./scan-in-child.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, root], {
    timeout: 30_000,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as { manifest: Manifest; grownMegabytes: number };
}

async function placeOddFiles(root: string): Promise<void> {
  await symlink(join(folder, "outside.png"), join(root, "sound", "leads-out.png"));
  await symlink("/dev/zero", join(root, "sound", "device.png"));
  await symlink("dangling-target.png", join(root, "sound", "dangling.png"));
  await symlink("itself.png", join(root, "sound", "itself.png"));
  await symlink("..", join(root, "sound", "loop"));
  await symlink(folder, join(root, "sound", "out"));
  await mkdir(join(root, "sound", "folder.jpg"));
  execFileSync("mkfifo", [join(root, "sound", "pipe.jpg")]);
  await writeFile(
    Buffer.concat([Buffer.from(join(root, "sound", "bro")), Buffer.from([0xff, 0xfe]), Buffer.from(".png")]),
    "x",
  );
  await writeFile(join(root, "sound", `${"long".repeat(62)}.png`), "x");
  await writeFile(join(root, "sound", "line\nend \u202e.png"), "x");
}

function outcomes(): Map<string, string> {
  const accepted = manifest.rows.map(({ path }) => [path, "accepted"] as const);
  return new Map([...accepted, ...manifest.skipped.map(({ path, code }) => [path, code] as const)]);
}

test("200 hostile pictures and more: each is refused with its code, or is a sound picture after all", async () => {
  const outcome = outcomes();
  const wrong = hostile
    .map((one) => ({ ...one, got: outcome.get(`hostile/${one.name}`) ?? "lost" }))
    .filter(({ got, codes, sound, isHarmless }) =>
      got === "accepted" ? sound === undefined && isHarmless !== true : !codes.includes(got),
    )
    .map(({ name, got, codes }) => `${name}: expected ${codes.join(" or ")}, got ${got}`);
  expect(wrong).toEqual([]);
  expect(hostile.length).toBeGreaterThan(200);
});

test("a hostile picture that is accepted has the pixels of the sound one it was made from", async () => {
  const outcome = outcomes();
  for (const { name, bytes, sound } of hostile) {
    if (sound === undefined || outcome.get(`hostile/${name}`) !== "accepted") continue;
    expect(await decodeImage(bytes), name).toEqual(await decodeImage(sound));
  }
});

test("each refusal names its file and a next step", () => {
  for (const { path, message, hint } of manifest.skipped) {
    expect(message).toContain(JSON.stringify(path));
    expect(hint).not.toBe("");
  }
});

test("reading them all costs at most 150 MB", () => {
  expect(grownMegabytes).toBeLessThan(150);
});

test.skipIf(process.platform === "win32")(
  "links, pipes, devices and odd names are told, and nothing hangs",
  () => {
    const outcome = outcomes();
    const found = Object.fromEntries(
      [...outcome].filter(([path]) => path.startsWith("sound/") && !path.includes("long")),
    );
    expect(found).toEqual({
      "sound/sound.png": "accepted",
      "sound/leads-out.png": "accepted",
      "sound/device.png": "E_IMAGE_UNREADABLE",
      "sound/dangling.png": "E_IMAGE_UNREADABLE",
      "sound/itself.png": "E_IMAGE_UNREADABLE",
      "sound/loop": "E_IMAGE_LINK",
      "sound/out": "E_IMAGE_LINK",
      "sound/pipe.jpg": "E_IMAGE_UNREADABLE",
      "sound/bro\ufffd\ufffd.png": "E_IMAGE_UNREADABLE",
      "sound/line\nend \u202e.png": "E_IMAGE_TYPE",
    });
  },
);

test("every code that refuses a picture by its bytes is met", () => {
  const counts: Record<string, number> = {};
  for (const code of outcomes().values()) counts[code] = (counts[code] ?? 0) + 1;
  console.log(`hostile pictures: ${JSON.stringify(counts)}, ${Math.round(grownMegabytes)} MB`);
  for (const code of ["EMPTY", "TYPE", "TRUNCATED", "ANIMATED", "TOO_LARGE"])
    expect(counts[`E_IMAGE_${code}`], code).toBeGreaterThan(0);
});
