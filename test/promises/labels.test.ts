import { appendFile, cp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BundleRecord } from "../../src/bundle/bundle-record.ts";
import type { DataHealth } from "../../src/data/check-images.ts";
import { readManifest } from "../../src/data/read-manifest.ts";
import { dataDigest } from "../../src/runs/data-digest.ts";
import type { RunRecord } from "../../src/runs/run-record.ts";
import type { CompareResult } from "../../src/workflow/compare.ts";
import type { ClassesChanged } from "../../src/workflow/labels/change-classes.ts";
import type { LabelsDiff } from "../../src/workflow/labels/diff-labels.ts";
import type { LabelsExported } from "../../src/workflow/labels/export-labels.ts";
import type { LabelsRecorded } from "../../src/workflow/labels/record-labels.ts";
import type { LabelsAt, LabelsLog, PhotoLog } from "../../src/workflow/labels/show-labels.ts";
import type { SyncOutcome } from "../../src/workflow/labels/sync-labels.ts";
import type { LabelsUndone } from "../../src/workflow/labels/undo-labels.ts";
import type { TrainResult } from "../../src/workflow/train.ts";
import { type Outcome, type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// docs/labels.md: what the ledger of labels promises at the terminal, as one story of a folder that changes.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 5);
});
afterAll(async () => await shell[Symbol.asyncDispose]());

const labels = async (...words: string[]): Promise<Outcome> => await shell.rootstock("labels", ...words);
const json = async <T>(...words: string[]): Promise<T> => {
  const { stdout, stderr, status } = await labels(...words, "--json");
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as T;
};
const photo = (...parts: string[]): string => join(shell.folder, "photos", ...parts);

test("labels init begins labels.jsonl, and a second time refuses", async () => {
  const first = await labels("init", "photos");
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(first.stdout).toMatch(
    /^photos\/labels\.jsonl is begun: version [0-9a-f]{12}\nnext: rootstock labels sync photos\n$/,
  );
  expect(await labels("init", "photos")).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("[E_LEDGER]"),
  });
  expect(await labels("init", "nowhere")).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("[E_DATA_NOT_FOUND]"),
  });
});

test("labels sync shows what it would record; without a terminal and --yes it writes nothing, and exits with 2", async () => {
  const before = await readFile(photo("labels.jsonl"), "utf8");
  const { status, stdout, stderr } = await labels("sync", "photos");
  expect(stdout).toContain('new: 15 photos\n  across   5  "across/0.png", "across/1.png"');
  expect(stdout).toContain("unchanged: 0 photos");
  expect(stderr).toMatch(
    /nothing was recorded: expected --yes, or a terminal to ask at\. \[E_USAGE\]\n {2}\S/,
  );
  expect(status).toBe(2);
  expect(await readFile(photo("labels.jsonl"), "utf8")).toBe(before);
  const asked = await labels("sync", "photos", "--json", "--quiet");
  expect(asked.status).toBe(2);
  expect(JSON.parse(asked.stdout)).toMatchObject({ recorded: false, events: 18, skipped: [] });
});

test("labels sync --yes records with author and reason; the same again is nothing to record", async () => {
  const { stdout, status } = await labels(
    "sync",
    "photos",
    "--yes",
    "--author",
    "Mei",
    "--reason",
    "first lot",
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/recorded: 18 events, version [0-9a-f]{12}\n$/);
  const again = await labels("sync", "photos");
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing to record") });
  const { recordings } = await json<LabelsLog>("log", "photos");
  expect(recordings[0]).toMatchObject({
    author: "Mei",
    reason: "first lot",
    counts: { "photo-added": 15, "class-added": 3 },
  });
});

test("a ledger is data, and gives the same data as its folder; the model and the run name the version", async () => {
  const words = ["--labels", "latest", "--recipes", "lda", "--folds", "2", "--out", "b", "--json"];
  const { stdout } = await shell.rootstock("compare", "photos", ...words);
  const { runDirectory } = JSON.parse(stdout) as CompareResult;
  const run = JSON.parse(await readFile(join(runDirectory, "run.json"), "utf8")) as RunRecord;
  const { version } = await json<LabelsLog>("log", "photos");
  expect(run.dataset).toMatchObject({ digest: dataDigest(await readManifest(photo())), images: 15 });
  expect(run.dataset.ledger).toEqual({ path: expect.stringMatching(/photos\/labels\.jsonl$/), version });
  expect(run.command).toContain(`rootstock compare photos/labels.jsonl --recipes lda --labels ${version}`);
  const text = await readFile(join(runDirectory, "model", "rootstock.json"), "utf8");
  expect((JSON.parse(text) as BundleRecord).data.ledger).toEqual({
    path: "../../../photos/labels.jsonl",
    version,
  });
});

test("a folder that holds a ledger is read as a folder, and that is said", async () => {
  const { status, stderr } = await shell.rootstock("check", "photos");
  expect([status, stderr]).toEqual([0, expect.stringContaining("photos/labels.jsonl is not asked")]);
});

test("moved, renamed, relabelled, removed, new, broken and doubled photos, and a renamed class, are told apart", async () => {
  await rename(photo("slanted"), photo("slopes"));
  await rename(photo("across", "0.png"), photo("across", "zero.png"));
  await rename(photo("across", "1.png"), photo("down", "from across.png"));
  await rm(photo("down", "4.png"));
  await cp(photo("down", "3.png"), photo("down", "3 again.png"));
  await cp(photo("across", "3.png"), photo("down", "of two minds.png"));
  await writeFile(photo("down", "broken.png"), "no picture");
  await writeFile(photo("across", "4.png"), "no picture any more");
  const { stdout } = await labels("sync", "photos", "--quiet");
  for (const line of [
    "slanted -> slopes: renamed, for all of its 5 photos bear the new name",
    'removed: 1 photo\n  down  1  "down/4.png"',
    'relabelled: 1 photo\n  across -> down  1  "down/from across.png"',
    "moved: 7 photos\n  across/0.png -> across/zero.png",
    'there more than once, in the ledger one time: 1 photo\n  "down/3 again.png", "down/3.png"',
    'not found, and kept as recorded: 2 photos\n  "across/3.png", "across/4.png"',
    '"across/3.png": the same picture lies under another label too: "down/of two minds.png".',
    '"down/broken.png": expected a JPEG',
  ])
    expect(stdout).toContain(line);
  const { events, version, classesChanged } = await json<SyncOutcome>("sync", "photos", "--yes", "--quiet");
  expect(classesChanged).toEqual([{ from: ["slanted"], to: "slopes", photos: 5 }]);
  expect(events).toBe(10);
  const at = await json<LabelsAt>("at", "photos", version.slice(0, 6));
  expect(at.classes).toEqual([
    { label: "across", photos: 4 },
    { label: "down", photos: 5 },
    { label: "slopes", photos: 5 },
  ]);
});

test("labels diff, by versions and by models, says which photos changed sides", async () => {
  const trained = await shell.rootstock(
    "train",
    "photos@latest",
    "--recipe",
    "lda",
    "--out",
    "model",
    "--json",
    "--quiet",
  );
  const { skipped, images } = JSON.parse(trained.stdout) as TrainResult;
  expect([images, skipped.map(({ path, code }) => `${path} ${code}`)]).toEqual([
    13,
    ["across/4.png E_IMAGE_TYPE"],
  ]);
  const [run] = (await json<LabelsLog>("log", "photos", "--limit", "2")).recordings.slice(1);
  const [folder] = await readdir(join(shell.folder, "b"));
  const outcome = await labels("diff", `b/${folder}`, "model");
  expect(outcome.stdout).toContain('relabelled: 1 photo\n  across -> down  1  "down/from across.png"');
  expect(outcome.stdout).toContain("slanted -> slopes: renamed");
  const diff = await json<LabelsDiff>("diff", "photos", run!.version.slice(0, 8), "latest");
  expect(diff.relabelled).toHaveLength(6);
  expect(diff.removed.map(({ path }) => path)).toEqual(["down/4.png"]);
  expect(await labels("diff", "photos@latest", "nothing")).toMatchObject({ status: 2 });
});

test("photos that were moved since are found by their bytes; what is found nowhere is named and counted", async () => {
  await rename(photo("down", "0.png"), photo("down", "moved since.png"));
  await rename(photo("down", "1.png"), join(shell.folder, "1.png"));
  const { status, stdout, stderr } = await shell.rootstock("check", "photos/labels.jsonl", "--json");
  expect(status).toBe(3);
  expect(stderr).toContain("1 photo found elsewhere than the ledger says");
  const { images, skipped } = JSON.parse(stdout) as DataHealth;
  expect(images).toBe(12);
  expect(skipped.map(({ path, code }) => [path, code])).toContainEqual(["down/1.png", "E_IMAGE_MISSING"]);
  await rename(join(shell.folder, "1.png"), photo("down", "1.png"));
});

test("rename, merge, split and record change classes; undo takes them back one by one, and --to goes anywhere", async () => {
  const start = (await json<LabelsAt>("at", "photos")).classes;
  await labels("rename", "photos", "slopes", "slanted", "--author", "Mei");
  const merged = await json<ClassesChanged>("merge", "photos", "slanted", "across", "--into", "lines");
  expect(merged).toMatchObject({ photos: 9, classes: ["down", "lines"] });
  await writeFile(
    join(shell.folder, "parts.csv"),
    'path,label\ndown/2.png,"steep, dark"\ndown/3.png,steep\n',
  );
  const split = await json<ClassesChanged>("split", "photos", "down", "parts.csv");
  expect(split.classes).toEqual(["down", "lines", "steep", "steep, dark"]);
  await cp(photo("down", "3.png"), photo("new.png"));
  await appendFile(photo("new.png"), "x"); // other bytes, the same picture
  await writeFile(
    join(shell.folder, "decisions.csv"),
    "path,label,reason\nphotos/new.png,steep,looks so\ndown/2.png,,blurred\ndown/3.png,steep,as it was\n",
  );
  expect(await json<LabelsRecorded>("record", "photos", "decisions.csv")).toMatchObject({
    added: 1,
    relabelled: 1,
    unchanged: 1,
  });
  const history = await json<PhotoLog>("log", "photos", "--photo", "down/2.png");
  expect(history.events[0]).toMatchObject({
    type: "relabelled",
    reason: "blurred",
    after: { label: null },
  });
  const full = await json<LabelsAt>("at", "photos");
  for (let i = 0; i < 4; i += 1) expect((await labels("undo", "photos")).status).toBe(0);
  expect((await json<LabelsAt>("at", "photos")).classes).toEqual(start);
  await json<LabelsUndone>("undo", "photos", "--to", full.version.slice(0, 10));
  expect((await json<LabelsAt>("at", "photos")).classes).toEqual(full.classes);
});

test("labels export writes a table that other commands take, of any version", async () => {
  const { recordings } = await json<LabelsLog>("log", "photos", "--all");
  const first = recordings.at(-2)!.version;
  const csv = await labels("export", "photos", first);
  expect(csv.stdout.split("\n").slice(0, 2)).toEqual([
    "file_name,label,split,group,sha256",
    expect.stringMatching(/^across\/0\.png,across,,,[0-9a-f]{64}$/),
  ]);
  expect(await json<LabelsExported>("export", "photos", "--out", "photos/all.csv")).toMatchObject({
    photos: 15,
    out: "photos/all.csv",
  });
  const sync = await labels("sync", "photos", "photos/all.csv");
  expect(sync.stdout).toContain("nothing to record");
});

test("faults are named: an unknown class, a version that is none, an edited line", async () => {
  const answers = await Promise.all([
    labels("rename", "photos", "lanes", "x"),
    labels("rename", "photos", "down", "lines"),
    labels("at", "photos", "ffff0000"),
    labels("split", "photos", "down", "decisions.csv"),
    labels("log", "photos", "--lang", "zh"),
    labels("sync", "photos", "photos/labels.jsonl"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([3, 3, 2, 3, 0, 2]);
  expect(answers[0]!.stderr).toContain('Did you mean "lines"?');
  expect(answers[2]!.stderr).toContain("[E_VERSION]");
  expect(answers[4]!.stdout).toContain("建立账本");
  const path = photo("labels.jsonl");
  await writeFile(path, (await readFile(path, "utf8")).replace('"label":"across"', '"label":"acros"'));
  const edited = await labels("log", "photos");
  expect(edited.status).toBe(3);
  expect(edited.stderr).toMatch(
    /line \d+: expected the hash [0-9a-f]{12}, got [0-9a-f]{12}: the line was edited/,
  );
});
