import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeImage } from "../src/image/decode.ts";
import { encodePng } from "../src/image/encode-png.ts";
import { type Shell, openShell } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// New photos through the command line: what `drift` finds of them, `predict --prior` and `labels check`.

const classes = ["across", "down", "slanted"];
let shell: Shell;
const place = (...parts: string[]): string => join(shell.folder, ...parts);

/** Of each class some photos to learn from, and some that come later. */
const [learnt, arriving] = [24, 18];
const [known, fresh] = [3 * learnt, 3 * arriving];

beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(place("known"), learnt + arriving);
  for (const [c, label] of classes.entries()) {
    for (const folder of [
      `new/${label}`,
      `moved/${label}`,
      `turned/${classes[(c + 1) % 3]!}`,
      "flat",
      "bright",
      "mostly",
    ])
      await mkdir(place(folder), { recursive: true });
    for (let i = learnt; i < learnt + arriving; i += 1) {
      const photo = place("new", label, `${i}.png`);
      await rename(place("known", label, `${i}.png`), photo);
      await symlink(photo, place("flat", `${label}-${i}.png`));
      if (label === "down" || i < learnt + 2) await symlink(photo, place("mostly", `${label}-${i}.png`));
      await symlink(photo, place("turned", classes[(c + 1) % 3]!, `${i}.png`));
      const { width, height, data } = await decodeImage(photo);
      const paler = { width, height, data: data.map((value) => 110 + value / 3) };
      await writeFile(place("bright", `${label}-${i}.png`), await encodePng(paler));
    }
  }
  await shell.rootstock("train", "known", "--recipe", "knn", "--out", "model");
});
afterAll(async () => await shell[Symbol.asyncDispose]());

test("drift: unlabelled photos of the same kind raise no alarm, and the rate of false ones is stated", async () => {
  const { status, stdout } = await shell.rootstock("drift", "model", "flat", "--fail-on-drift");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Nothing has changed/);
  expect(stdout).toContain(`${fresh} photos new to the model, against ${known} photos that it learnt from`);
  expect(stdout).toContain("No new photo has a label");
  expect(stdout).toContain("in at most 5.0 % of the cases");
  expect(stdout).toContain("-> Nothing has to be done.");
});

test("drift: paler photos are another kind; --fail-on-drift ends with 4, --out writes a page that asks nobody", async () => {
  const words = ["drift", "model", "bright", "--fail-on-drift", "--out", "drift.html", "--json"];
  const { status, stdout } = await shell.rootstock(...words);
  expect(status).toBe(4);
  const found = JSON.parse(stdout) as { kind: { mostShifted: unknown[] } };
  expect(found).toMatchObject({
    isShifted: true,
    kind: { isShifted: true, secondOpinionAgrees: true },
    mix: { isReliable: false },
    meaning: null,
    next: ["inbox", "update"],
  });
  expect(found.kind.mostShifted).toHaveLength(24);
  const page = await readFile(place("drift.html"), "utf8");
  expect(page).toContain("default-src &#39;none&#39;");
  expect(page.match(/src="data:image\/jpeg/g)).toHaveLength(24);
  expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
});

test("drift: labels that moved to the next class are named with what the model would say", async () => {
  const { stdout } = await shell.rootstock("drift", "model", "turned", "--json");
  const found = JSON.parse(stdout) as { doubtful: { label: string; rather: string }[] };
  expect(found).toMatchObject({
    isShifted: true,
    kind: { isShifted: false },
    meaning: { isShifted: true, isReliable: true, labelled: fresh },
    next: ["doubt", "update"],
  });
  expect(found.doubtful.length).toBeGreaterThan(fresh / 2);
  expect(found.doubtful).toContainEqual(
    expect.objectContaining({ label: "down", rather: "across", learntAs: null }),
  );
});

test("drift: a photo that was learnt from is left out, unless it has another label now", async () => {
  await mkdir(place("relabelled", "down"), { recursive: true });
  for (let i = 0; i < 6; i += 1)
    await symlink(place("known", "across", `${i}.png`), place("relabelled", "down", `old-${i}.png`));
  for (let i = learnt; i < learnt + 10; i += 1)
    await symlink(place("new", "down", `${i}.png`), place("relabelled", "down", `${i}.png`));
  const { stdout } = await shell.rootstock("drift", "model", "relabelled", "--json");
  const found = JSON.parse(stdout) as { doubtful: unknown[] };
  expect(found).toMatchObject({ photos: { arrived: 10, known, learntFrom: 6 } });
  expect(found.doubtful).toContainEqual(
    expect.objectContaining({ label: "down", rather: "across", learntAs: "across" }),
  );
});

test("predict --prior estimated finds the mix of the photos and says it; a given one is taken as it is", async () => {
  const estimated = await shell.rootstock("predict", "model", "mostly", "--prior", "estimated", "--json");
  const lines = estimated.stdout.trim().split("\n");
  expect(lines).toHaveLength(arriving + 4);
  const { prior } = JSON.parse(lines[0]!) as { prior: Record<string, number> };
  expect(prior["down"]).toBeGreaterThan(0.7);
  expect(Object.values(prior).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(estimated.stderr).toContain("corrected for the mix across");
  expect(estimated.stderr).toContain("fewer than 50");
  const only = "down=1, across=0,slanted=0";
  const given = await shell.rootstock("predict", "model", "mostly", "--prior", only);
  expect(
    given.stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[1]),
  ).toEqual(Array(arriving + 4).fill("down"));
});

test("predict --prior: everything that is wrong with a mix is named before any photo is looked at", async () => {
  const wrong = await shell.rootstock("predict", "model", "flat", "--prior", "down=1.2,up=0.1,across=x");
  expect(wrong.status).toBe(2);
  for (const part of ['"1.2" for "down"', 'no class "up"', '"x" for "across"', '"slanted"'])
    expect(wrong.stderr).toContain(part);
  const short = await shell.rootstock("predict", "model", "flat", "--prior", "down=0.5,across=0.4,slanted=0");
  expect(short.stderr).toContain("shares that sum to 0.9");
  const missing = await shell.rootstock("predict", "model", "flat", "--prior", "down=0.5,across=0.5");
  expect(missing.stderr).toContain('no share for "slanted"');
});

test("labels check: planted wrong labels come first, by the memory of a model and by a recipe of its own", async () => {
  await mkdir(place("planted"), { recursive: true });
  for (const [c, label] of classes.entries()) {
    await mkdir(place("planted", label), { recursive: true });
    for (let i = 0; i < learnt; i += 1) {
      const into = i < 2 ? classes[(c + 1) % 3]! : label;
      await mkdir(place("planted", into), { recursive: true });
      await symlink(place("known", label, `${i}.png`), place("planted", into, `${label}-${i}.png`));
    }
  }
  const checks = [
    ["--model", "model", "--out", "decisions.csv"],
    ["--recipe", "knn"],
  ];
  for (const words of checks) {
    const { stdout, status } = await shell.rootstock("labels", "check", "planted", ...words, "--json");
    expect(status).toBe(0);
    const found = JSON.parse(stdout) as {
      checked: number;
      ranked: { path: string }[];
      suspicious: unknown[];
    };
    expect(found.checked).toBe(known);
    const first = found.ranked.slice(0, 6).map(({ path }) => path);
    expect(first.filter((path) => /-[01]\.png$/.test(path)).length).toBeGreaterThanOrEqual(5);
    expect(found.suspicious.length).toBeGreaterThanOrEqual(5);
  }
  const [head, line] = (await readFile(place("decisions.csv"), "utf8")).split("\n");
  expect(head).toBe("sha256,path,label,reason");
  expect(line).toMatch(/^[0-9a-f]{64},(\w+)\/.*png,\1,rather \w+: 0\.\d\d against 0\.\d\d$/);
});

test("a model without a memory is refused with what helps", async () => {
  await shell.rootstock("train", "known", "--recipe", "knn", "--out", "bare", "--no-memory");
  const { status, stderr } = await shell.rootstock("drift", "bare", "flat");
  expect(status).not.toBe(0);
  expect(stderr).toContain("--no-memory");
  expect((await shell.rootstock("labels", "check", "known", "--model", "bare")).stderr).toContain(
    "Leave --model out",
  );
});
