import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile, readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { readManifest } from "../../src/data/read-manifest.ts";
import { checkpointPath, readCheckpoint } from "../../src/ledger/checkpoint.ts";
import { type Ledger, createLedger, openLedger } from "../../src/ledger/ledger.ts";
import { readVersion } from "../../src/ledger/read-version.ts";
import type { LedgerEvent, LedgerState } from "../../src/ledger/ledger-event.ts";
import { createDataFolder, noisePng } from "../data-folder.ts";
import { change, drawEvent, noLabels } from "./plain-labels.ts";

// The checkpoint beside a ledger is a cache: whatever becomes of it, the ledger says the same.

const always = { checkpointBytes: 1 };
const never = { checkpointBytes: Infinity };

interface Drawn extends AsyncDisposable {
  readonly path: string;
  readonly checkpoint: string;
  readonly events: LedgerEvent[];
}

/** A ledger of `count` random events in lots of up to four, and the checkpoints that writing it left. */
async function drawLedger(seed: number, count: number): Promise<Drawn> {
  const folder = await createDataFolder();
  const { path } = await createLedger(folder.root);
  const ledger = await openLedger(path, always);
  const random = createRandom(seed);
  const labels = noLabels();
  const events = Array.from({ length: count }, () => {
    const event = drawEvent(labels, random);
    change(labels, event);
    return event;
  });
  for (let at = 0; at < count;) {
    const next = at + 1 + random.integer(4);
    await ledger.append(events.slice(at, next));
    at = next;
  }
  const checkpoint = checkpointPath(path);
  return { path, checkpoint, events, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

/** What a ledger says, read from its checkpoint on where that fits. */
async function saidAt(path: string, options = never): Promise<unknown> {
  return plain(await (await openLedger(path, options)).stateAt());
}

/** What a ledger says by itself: read from a copy without a checkpoint. */
async function saidAlone(path: string): Promise<unknown> {
  const copy = join(dirname(path), "copy.jsonl");
  await copyFile(path, copy);
  const said = await saidAt(copy);
  await rm(copy);
  return said;
}

function plain({ version, classes, photos }: LedgerState): unknown {
  return { version, classes, photos: [...photos] };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "none",
    (error: Error) => error.message,
  );
}

test.each([1, 2])(
  "history %i: opened from a checkpoint at any place of it a ledger says what it says read whole",
  async (seed) => {
    await using drawn = await drawLedger(seed, 0);
    const random = createRandom(seed);
    const labels = noLabels();
    for (let round = 0; round < 16; round += 1) {
      const ledger = await openLedger(drawn.path, random.integer(2) === 0 ? always : never);
      const before = await ledger.stateAt();
      const said = plain(before);
      const events = Array.from({ length: 1 + random.integer(8) }, () => {
        const event = drawEvent(labels, random);
        change(labels, event);
        return event;
      });
      await ledger.append(events);
      expect(plain(before)).toEqual(said); // what was asked for stays as it was
      const { photos, classes } = await ledger.stateAt();
      expect(new Map(photos)).toEqual(labels.photos);
      expect(new Set(classes)).toEqual(labels.classes);
      for (const [sha256, photo] of photos) expect(photos.get(sha256)).toEqual(photo);
      expect(await saidAt(drawn.path)).toEqual(await saidAlone(drawn.path));
      const { recording } = await readVersion(drawn.path, "latest");
      expect(recording).toEqual((await ledger.recordings()).at(-1));
    }
    expect((await readCheckpoint(drawn.path))!.position.lines).toBeGreaterThan(5);
  },
);

test("an old line that was edited is not looked at by opening, and named by what reads the whole chain", async () => {
  await using drawn = await drawLedger(4, 60);
  const lines = (await readFile(drawn.path, "utf8")).split("\n");
  const at = lines.findIndex((line, i) => i > 3 && line.includes('"photo-added"'));
  lines[at] = lines[at]!.replace(/"path":"[^"]/, '"path":"x');
  await writeFile(drawn.path, lines.join("\n"));
  const ledger = await openLedger(drawn.path);
  const named = `line ${at + 1}: expected the hash`;
  expect(await faultOf(ledger.recordings())).toContain(named);
  expect(await faultOf(ledger.stateAt(ledger.version))).toContain(named);
  const last = lines.length - 2;
  lines[last] = lines[last]!.replace('"time":"2', '"time":"1'); // and now the line that the checkpoint may stand behind
  await writeFile(drawn.path, lines.join("\n"));
  const both = await faultOf(openLedger(drawn.path));
  expect(both).toContain(named);
  expect(both).toContain(`line ${last + 1}: expected the hash`);
  await rm(drawn.checkpoint);
  expect(await faultOf(openLedger(drawn.path))).toContain(named);
});

test("a checkpoint that was damaged anywhere, or cut short, is passed over and written anew", async () => {
  await using drawn = await drawLedger(5, 60);
  const said = await saidAlone(drawn.path);
  const bytes = await readFile(drawn.checkpoint);
  for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 60)) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at % 8);
    await writeFile(drawn.checkpoint, damaged);
    expect(await readCheckpoint(drawn.path), `byte ${at}`).toBe(null);
    await writeFile(drawn.checkpoint, bytes.subarray(0, at));
    expect(await readCheckpoint(drawn.path), `${at} bytes`).toBe(null);
    expect(await saidAt(drawn.path)).toEqual(said);
  }
  await writeFile(drawn.checkpoint, Buffer.concat([bytes, Buffer.of(0)]));
  expect(await readCheckpoint(drawn.path)).toBe(null);
  expect(await saidAt(drawn.path, always)).toEqual(said);
  expect(await readCheckpoint(drawn.path)).not.toBe(null);
});

test("a checkpoint of another ledger, of a later state or of other line ends does not fit", async () => {
  await using drawn = await drawLedger(6, 40);
  await using other = await drawLedger(6, 40); // the same events, another drawn id
  const text = await readFile(drawn.path, "utf8");
  const own = await readFile(drawn.checkpoint);
  await copyFile(other.checkpoint, drawn.checkpoint);
  expect(await readCheckpoint(drawn.path)).toBe(null);
  expect(await saidAt(drawn.path)).toEqual(await saidAlone(drawn.path));
  await writeFile(drawn.checkpoint, own);
  const { bytes } = (await readCheckpoint(drawn.path))!.position;
  await truncate(drawn.path, text.lastIndexOf("\n", bytes - 2) + 1); // an older copy was brought back
  expect(await readCheckpoint(drawn.path)).toBe(null);
  await writeFile(drawn.path, text.replaceAll("\n", "\r\n"));
  expect(await readCheckpoint(drawn.path)).toBe(null);
  expect(await saidAt(drawn.path, always)).toEqual(await saidAlone(drawn.path));
  expect(await readCheckpoint(drawn.path)).not.toBe(null);
});

test("a stop at any byte behind a checkpoint leaves all of a recording or none", async () => {
  await using drawn = await drawLedger(7, 40);
  const before = await readFile(drawn.path);
  const ledger = await openLedger(drawn.path, never);
  await ledger.append([
    { type: "class-added", label: "new" },
    { type: "class-added", label: "newer" },
  ]);
  const after = await readFile(drawn.path);
  expect(await readCheckpoint(drawn.path)).not.toBe(null);
  for (let length = before.length; length <= after.length; length += length > after.length - 8 ? 1 : 29) {
    await writeFile(drawn.path, after.subarray(0, length));
    expect(await saidAt(drawn.path)).toEqual(await saidAlone(drawn.path));
  }
});

test("a folder of photos is read as if no checkpoint lay in it", async () => {
  await using folder = await createDataFolder();
  for (const label of ["rose", "tulip"])
    for (let i = 0; i < 2; i += 1) await folder.put(`${label}/${i}.png`, await noisePng(i + label.length));
  const alone = await readManifest(folder.root);
  const { path } = await createLedger(folder.root);
  await (await openLedger(path, always)).append([{ type: "class-added", label: "rose" }]);
  await writeFile(`${checkpointPath(path)}.1-0.tmp`, "half");
  expect((await readdir(folder.root)).filter((name) => name.includes("checkpoint"))).toHaveLength(2);
  const { rows, skipped, classes } = await readManifest(folder.root);
  expect({ rows, skipped, classes }).toEqual({
    rows: alone.rows,
    skipped: alone.skipped,
    classes: alone.classes,
  });
});

test("what a killed process left of a checkpoint is cleared away once it is an hour old", async () => {
  await using drawn = await drawLedger(8, 40);
  const [old, young] = [`${drawn.checkpoint}.1-0.tmp`, `${drawn.checkpoint}.2-0.tmp`];
  for (const path of [old, young]) await writeFile(path, "half");
  await utimes(old, 0, 0);
  await rm(drawn.checkpoint);
  await openLedger(drawn.path, always);
  expect((await stat(young)).size).toBe(4);
  expect(await stat(old).catch(() => null)).toBe(null);
});

const kills = 8;

/** Adds classes one by one, each with a checkpoint where one is due. */
const adding = `
const { openLedger } = await import(process.argv[1]);
const ledger = await openLedger(process.argv[2], { checkpointBytes: 1 });
for (let i = ledger.lines; ; i += 1) await ledger.append([{ type: "class-added", label: "class " + i }]);
`;

async function killAdding(path: string, delayMs: number): Promise<void> {
  const ledger = new URL("../../src/ledger/ledger.js", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", adding, ledger, path], {
    stdio: "ignore",
  });
  const ended = once(child, "close");
  await sleep(delayMs);
  child.kill("SIGKILL");
  await ended;
}

test(`after kill -9 at ${kills} random moments of recording and writing checkpoints the ledger says what it holds`, async () => {
  await using drawn = await drawLedger(9, 20);
  const random = createRandom(9);
  let ledger: Ledger = await openLedger(drawn.path);
  const { lines: atFirst } = ledger;
  for (let round = 0; round < kills; round += 1) {
    const { lines } = ledger;
    await killAdding(drawn.path, 150 + random.integer(250));
    expect(await saidAt(drawn.path)).toEqual(await saidAlone(drawn.path));
    ledger = await openLedger(drawn.path);
    expect(ledger.lines).toBeGreaterThanOrEqual(lines);
  }
  await ledger.append([{ type: "class-added", label: "last" }]); // no lock of the dead is in the way
  expect(ledger.lines).toBeGreaterThan(atFirst);
});
