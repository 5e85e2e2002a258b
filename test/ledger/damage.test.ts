import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RootstockError } from "../../src/base/errors.ts";
import { formatLine, noHash } from "../../src/ledger/event-line.ts";
import type { LedgerEvent } from "../../src/ledger/ledger-event.ts";
import { createLedger, openLedger } from "../../src/ledger/ledger.ts";
import { createDataFolder } from "../data-folder.ts";

// What befalls a file that is only ever added to: a stop at any byte, an editor, git, a second process.

const photo = (n: number, label: string | null = "rose"): LedgerEvent => ({
  type: "photo-added",
  sha256: n.toString(16).padStart(64, "0"),
  path: `${n}.jpg`,
  label,
});

interface Written extends AsyncDisposable {
  readonly path: string;
  readonly version: string;
  readonly text: string;
}

/** A ledger of three recordings behind its head: lines 2 and 3, 4, and 5 to 7. */
async function writeLedger(): Promise<Written> {
  const folder = await createDataFolder();
  const ledger = await createLedger(folder.root);
  await ledger.append([photo(1)]); // brings its class with it
  await ledger.append([photo(2)], { author: "Mei" });
  const version = await ledger.append([photo(3), photo(4), photo(5, null)], { reason: "second lot" });
  const text = await readFile(ledger.path, "utf8");
  return { path: ledger.path, version, text, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

async function faultOf(path: string): Promise<string> {
  const error = await openLedger(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RootstockError);
  expect((error as RootstockError).code).toBe("E_LEDGER");
  return (error as RootstockError).message;
}

test("a stop at any byte of a recording leaves all of it or none, and the next recording takes its place", async () => {
  await using written = await writeLedger();
  const { path, text, version } = written;
  const lines = text.split("\n");
  const before = lines.slice(0, 4).join("\n").length + 1; // in bytes: the text is ASCII
  const whole = await openLedger(path);
  for (let length = before; length <= text.length; length += length > text.length - 20 ? 1 : 11) {
    await writeFile(path, text.slice(0, length));
    const ledger = await openLedger(path);
    const isWhole = length >= text.length - 1; // nothing but the last line end may be missing
    expect(ledger.version === version, `${length}`).toBe(isWhole);
    expect((await ledger.stateAt()).photos.size).toBe(isWhole ? 5 : 2);
    expect(ledger.torn === null).toBe(isWhole || length === before);
  }
  await writeFile(path, text.slice(0, before + 300));
  const ledger = await openLedger(path);
  expect(ledger.torn).toEqual({ line: 5, found: 0, wanted: null });
  await ledger.append([photo(9)]);
  const healed = await readFile(path, "utf8");
  expect(healed.startsWith(text.slice(0, before))).toBe(true);
  expect((await openLedger(path)).torn).toBe(null);
  expect([...(await ledger.stateAt()).photos.values()].map((one) => one.path)).toEqual([
    "1.jpg",
    "2.jpg",
    "9.jpg",
  ]);
  expect((await whole.stateAt()).photos.size).toBe(3); // one that was opened before sees what others record
});

test("whole lines of a recording that lacks its last one do not count, and are told", async () => {
  await using written = await writeLedger();
  const lines = written.text.split("\n");
  await writeFile(written.path, `${lines.slice(0, 6).join("\n")}\n`);
  const ledger = await openLedger(written.path);
  expect(ledger.torn).toEqual({ line: 5, found: 2, wanted: 3 });
  expect((await ledger.stateAt()).photos.size).toBe(2);
});

test("zeros that a crashed disk left behind the end are a torn end", async () => {
  await using written = await writeLedger();
  await appendFile(written.path, Buffer.alloc(500));
  const ledger = await openLedger(written.path);
  expect(ledger.version).toBe(written.version);
  await ledger.append([photo(9)]);
  expect(await readFile(written.path, "utf8")).not.toContain("\0");
});

test("an edited line is named, with the hash it should have; so is every other one", async () => {
  await using written = await writeLedger();
  const lines = written.text.split("\n");
  const hashes = lines.slice(0, -1).map((line) => line.slice(-66, -54));
  lines[3] = lines[3]!.replace('"rose"', '"tulip"');
  lines[5] = lines[5]!.replace('"4.jpg"', '"5.jpg"');
  await writeFile(written.path, lines.join("\n"));
  const message = await faultOf(written.path);
  expect(message).toContain(`line 4: expected the hash ${hashes[3]}, got `);
  expect(message).toContain(`line 6: expected the hash ${hashes[5]}, got `);
  expect(message).not.toContain("line 5");
});

test("an edited last line is named even where the editor left its line end away", async () => {
  await using written = await writeLedger();
  await writeFile(written.path, written.text.trimEnd().replace('"5.jpg"', '"6.jpg"'));
  expect(await faultOf(written.path)).toContain("line 7: expected the hash");
});

test("a line that was cut out, put in or put elsewhere is named, with what it should follow", async () => {
  await using written = await writeLedger();
  const lines = written.text.trimEnd().split("\n");
  const hashOf = (line: number): string => lines[line - 1]!.slice(-66, -54);
  const write = async (...order: number[]): Promise<string> => {
    await writeFile(written.path, order.map((line) => `${lines[line - 1]}\n`).join(""));
    return await faultOf(written.path);
  };
  expect(await write(1, 2, 3, 5, 6, 7)).toContain(
    `line 4: expected to follow ${hashOf(3)} of line 3, got one that follows ${hashOf(4)}`,
  );
  const swapped = await write(1, 2, 4, 3, 5, 6, 7);
  expect(swapped).toContain(`line 3: expected to follow ${hashOf(2)} of line 2`);
  expect(swapped).toContain("line 4: expected");
  expect(await write(1, 2, 3, 3, 4, 5, 6, 7)).toContain("line 4: expected to follow");
  expect(await write(2, 3, 4, 5, 6, 7)).toContain("expected a ledger of labels, got ");
});

test("a line whose chain is whole and whose event is none is named", async () => {
  await using written = await writeLedger();
  const time = "2026-11-25T00:00:00Z";
  const wrong = { type: "labelled", sha256: "12", label: "rose", time } as const;
  await appendFile(written.path, `${formatLine(wrong, written.version).text}\n`);
  expect(await faultOf(written.path)).toContain('line 8: expected labelled with a sound sha256, got "12"');
  const twice = { ...photo(1), time };
  await writeFile(written.path, `${written.text}${formatLine(twice, written.version).text}\n`);
  expect(await faultOf(written.path)).toContain(
    'line 8: photo-added: expected a new photo, got "1.jpg", which is there',
  );
});

test("line ends and a mark at the beginning that git and Windows put in do no harm", async () => {
  await using written = await writeLedger();
  await writeFile(written.path, `\uFEFF${written.text.replaceAll("\n", "\r\n")}`);
  const ledger = await openLedger(written.path);
  expect(ledger.version).toBe(written.version);
  await ledger.append([photo(9)]);
  expect((await (await openLedger(written.path)).stateAt()).photos.size).toBe(6);
});

test("what is no ledger is refused by name: nothing, an empty file, a table, one of a later format", async () => {
  await using folder = await createDataFolder();
  const path = join(folder.root, "labels.jsonl");
  expect(await faultOf(folder.root)).toContain("expected a ledger of labels, found nothing");
  await folder.put("labels.jsonl", "");
  expect(await faultOf(path)).toContain("got an empty file");
  await folder.put("labels.jsonl", '{"file_name":"a.jpg","label":"rose"}\n');
  expect(await faultOf(path)).toContain("expected a ledger of labels, got");
  const later = { type: "ledger", format: 2, id: "a", time: "" } as const;
  await folder.put("labels.jsonl", `${formatLine(later, noHash).text}\n`);
  expect(await faultOf(path)).toContain("expected a ledger of format 1, got 2");
});

test("an event that does not fit is refused by its number, and nothing of its recording is written", async () => {
  await using written = await writeLedger();
  const ledger = await openLedger(written.path);
  const refused = ledger.append([photo(7), { type: "class-renamed", from: "tulip", to: "tulips" }]);
  await expect(refused).rejects.toThrow(
    'event 2 of 2, class-renamed: expected a class of the ledger, got "tulip"',
  );
  expect(await readFile(written.path, "utf8")).toBe(written.text);
  await ledger.append([photo(8)]);
  expect((await ledger.stateAt()).photos.has("7".padStart(64, "0"))).toBe(false);
});

test("a second process that records is refused while one does (E_LOCK), and sees its events afterwards", async () => {
  await using written = await writeLedger();
  const [one, other] = [await openLedger(written.path), await openLedger(written.path)];
  await writeFile(`${written.path}.lock`, JSON.stringify({ pid: process.ppid, host: "elsewhere" }));
  await expect(one.append([photo(7)])).rejects.toMatchObject({ code: "E_LOCK" });
  expect(await readFile(written.path, "utf8")).toBe(written.text);
  await rm(`${written.path}.lock`);
  await one.append([photo(7)]);
  await other.append([photo(8)]);
  await expect(other.append([photo(7)])).rejects.toThrow('expected a new photo, got "7.jpg"');
  expect((await one.stateAt()).photos.size).toBe(7);
  await expect(one.append([photo(9)], { onto: written.version })).rejects.toThrow("recorded meanwhile");
});
