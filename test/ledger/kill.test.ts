import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, rename, watch, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { noisePng } from "../data-folder.ts";
import { type Shell, openShell, program } from "../fixtures/command-line.ts";

// kill -9 while `labels sync` works: at any moment of it, and at any moment from where it takes its lock. What a stop at
// each single byte leaves is tried in damage.test.ts.

/** How often; ROOTSTOCK_KILLS=200 for a night's run. */
const kills = Number(process.env["ROOTSTOCK_KILLS"] ?? 8);

/** Four classes of twelve photos, each of them moved as a whole before every sync. */
async function writePhotos(folder: string): Promise<void> {
  for (let i = 0; i < 48; i += 1) {
    await mkdir(join(folder, `class ${i % 4}`), { recursive: true });
    await writeFile(join(folder, `class ${i % 4}`, `${i}.png`), await noisePng(i));
  }
}

/** Every photo goes to another class: some 100 events. */
async function stir(folder: string, round: number): Promise<void> {
  const classes = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory());
  for (const [i, { name }] of classes.entries())
    await rename(join(folder, name), join(folder, `class ${round}-${(i * 7 + round) % 9}-${i}`));
}

/** A ledger without what a recording that was stopped in the middle has left: the next one takes its place. */
function wholeOf(text: string, torn: Ledger["torn"]): string {
  const lines = text.split("\n");
  return torn === null ? text : lines.slice(0, torn.line - 1).join("\n");
}

/** Starts a sync and kills it after `delayMs`, counted from its start or from when its lock is there. */
async function killSync(
  shell: Shell,
  { delayMs, fromLock }: { delayMs: number; fromLock: boolean },
): Promise<void> {
  const watching = new AbortController();
  const locked = (async () => {
    const events = watch(join(shell.folder, "photos"), { signal: watching.signal });
    for await (const { filename } of events) if (filename?.endsWith(".lock") === true) return;
  })().catch(() => undefined);
  const child = spawn(process.execPath, [program, "labels", "sync", "photos", "--yes", "--as-photos"], {
    cwd: shell.folder,
    env: shell.environment,
    stdio: "ignore",
  });
  const ended = once(child, "close");
  if (fromLock) await Promise.race([locked, ended]);
  await Promise.race([sleep(delayMs), ended]);
  child.kill("SIGKILL");
  await ended;
  watching.abort();
}

test(
  `after kill -9 at ${kills} random moments of sync the ledger is what it was, or has all of the sync`,
  { timeout: 60_000 + 5_000 * kills },
  async () => {
    await using shell = await openShell();
    const photos = join(shell.folder, "photos");
    await writePhotos(photos);
    await shell.rootstock("labels", "init", "photos");
    const started = performance.now();
    await shell.rootstock("labels", "sync", "photos", "--yes");
    const wholeMs = performance.now() - started;
    const random = createRandom(kills);
    let recorded = 0;
    for (let round = 0; round < kills; round += 1) {
      const before = await openLedger(photos);
      const text = wholeOf(await readFile(before.path, "utf8"), before.torn);
      const { photos: known } = await before.stateAt();
      await stir(photos, round);
      const fromLock = round % 2 === 0;
      await killSync(shell, { delayMs: random.next() * (fromLock ? 8 : 1.2 * wholeMs), fromLock });
      const after = await openLedger(photos);
      expect((await readFile(after.path, "utf8")).startsWith(text)).toBe(true);
      const now = (await after.stateAt()).photos;
      expect(now.size).toBe(48);
      if (after.version === before.version) expect(now).toEqual(known);
      else {
        recorded += 1;
        const folders = new Set((await readdir(photos)).filter((name) => name.startsWith("class")));
        for (const { label, path } of now.values()) {
          expect(folders.has(label!)).toBe(true);
          expect(path.startsWith(`${label}/`)).toBe(true);
        }
      }
    }
    const last = await shell.rootstock("labels", "sync", "photos", "--yes", "--json");
    expect(last.status, last.stderr).toBe(0); // no lock of the dead is in the way
    expect((await shell.rootstock("labels", "sync", "photos")).stdout).toContain("nothing to record");
    if (kills > 100) expect(recorded).toBeGreaterThan(10); // it was not always killed before it began
  },
);
