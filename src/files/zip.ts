import { type FileHandle, open } from "node:fs/promises";
import { crc32, inflateRawSync } from "node:zlib";
import { RootstockError } from "../base/errors.ts";
import { shortText } from "../base/short-text.ts";
import { readExactly } from "./read-exactly.ts";

/** One file inside an archive, checked against the archive. */
export interface ZipEntry {
  readonly name: string;
  /** Where its bytes begin in the archive, past its local header. */
  readonly dataStart: number;
  readonly storedBytes: number;
  readonly sizeBytes: number;
  readonly isDeflated: boolean;
  readonly crc: number;
}

/** An open archive: read-only, by offset; nothing is unpacked until asked for. */
export interface ZipFile extends AsyncDisposable {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * An entry's bytes, checksum verified. At most `limitBytes` (default 1 MiB) are ever produced, whatever the
   * archive claims. Throws E_ZIP.
   */
  read(entry: ZipEntry, limitBytes?: number): Promise<Uint8Array>;
}

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
const directoryLimitBytes = 64 * 2 ** 20;
/** Each entry costs a read of its own header; an archive of weights has one a tensor. */
const entryLimit = 2 ** 16;
/** The most that deflate can shrink, 1032 to 1: a claim above it is a lie. */
const deflateRatio = 1032;

/**
 * Opens a zip archive. The whole invariant is checked here, before a byte of any entry is used: one volume, no
 * encryption, stored or deflated entries only, names unique, local headers that agree with the directory, and byte
 * runs inside the file that never overlap (an overlap is how a small archive unpacks to petabytes).
 * Throws E_ZIP naming what is wrong.
 */
export async function openZip(path: string): Promise<ZipFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const directory = await findDirectory(file, size);
    const entries = await readDirectory(file, directory);
    validateArchive(entries, directory.start);
    return {
      entries: new Map(entries.map((entry) => [entry.name, entry])),
      read: (entry, limitBytes = 2 ** 20) => readEntry(file, entry, limitBytes),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Directory {
  readonly start: number;
  readonly sizeBytes: number;
  readonly count: number;
}

/** The end record lies in the last 64 KiB, behind it only a comment; archives past 4 GiB have a second, wider one. */
async function findDirectory(file: FileHandle, size: number): Promise<Directory> {
  const tailStart = Math.max(0, size - 65_557);
  const tail = viewOf(await readExactly(file, tailStart, size - tailStart));
  for (let at = tail.byteLength - 22; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== signatures.end) continue;
    if (at + 22 + tail.getUint16(at + 20, true) !== tail.byteLength) continue;
    if (tail.getUint16(at + 4, true) !== tail.getUint16(at + 6, true))
      throw fault("expected one volume, got several");
    const narrow = {
      count: tail.getUint16(at + 10, true),
      sizeBytes: tail.getUint32(at + 12, true),
      start: tail.getUint32(at + 16, true),
    };
    const directory = (await findWideDirectory(file, { tail, at, size })) ?? narrow;
    if (directory.count > entryLimit)
      throw fault(`expected at most ${entryLimit} entries, claims ${directory.count}`);
    const end = directory.start + directory.sizeBytes;
    if (
      end > tailStart + at ||
      directory.sizeBytes > directoryLimitBytes ||
      directory.count * 46 > directory.sizeBytes
    )
      throw fault(
        `the directory claims ${directory.count} entries at ${directory.start} to ${end} of ${size} bytes`,
      );
    return directory;
  }
  throw fault("found no end record; the file is cut short or no zip archive");
}

async function findWideDirectory(
  file: FileHandle,
  { tail, at, size }: { tail: DataView; at: number; size: number },
): Promise<Directory | null> {
  if (at < 20 || tail.getUint32(at - 20, true) !== signatures.locator) return null;
  const position = wide(tail, at - 12);
  if (position + 56 > size) throw fault(`the wide end record is claimed at ${position} of ${size} bytes`);
  const record = viewOf(await readExactly(file, position, 56));
  if (record.getUint32(0, true) !== signatures.end64) throw fault("the wide end record is damaged");
  return { count: wide(record, 32), sizeBytes: wide(record, 40), start: wide(record, 48) };
}

async function readDirectory(file: FileHandle, directory: Directory): Promise<ZipEntry[]> {
  const view = viewOf(await readExactly(file, directory.start, directory.sizeBytes));
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < directory.count; i += 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== signatures.central)
      throw fault(`directory entry ${i + 1} of ${directory.count} is damaged`);
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (next > view.byteLength) throw fault(`directory entry ${i + 1} runs past the directory`);
    entries.push(await readDirectoryEntry(file, { view, at, lengths, limit: directory.start }));
    at = next;
  }
  return entries;
}

async function readDirectoryEntry(
  file: FileHandle,
  site: { view: DataView; at: number; lengths: readonly [number, number, number]; limit: number },
): Promise<ZipEntry> {
  const { view, at, lengths, limit } = site;
  const name = text(view, at + 46, lengths[0]);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  if ((flags & 1) !== 0) throw fault(`entry ${quoted(name)} is encrypted`);
  if (method !== 0 && method !== 8)
    throw fault(`entry ${quoted(name)}: expected stored or deflated, got method ${method}`);
  const [sizeBytes, storedBytes, offset] = wideFields(view, at, lengths);
  if (offset + 30 > limit)
    throw fault(`entry ${quoted(name)}: its header is claimed at ${offset}, past the entries`);
  const local = viewOf(await readExactly(file, offset, 30));
  if (local.getUint32(0, true) !== signatures.local || local.getUint16(8, true) !== method)
    throw fault(`entry ${quoted(name)}: its local header does not agree with the directory`);
  const dataStart = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  return {
    name,
    dataStart,
    storedBytes,
    sizeBytes,
    isDeflated: method === 8,
    crc: view.getUint32(at + 16, true),
  };
}

/** Size, stored size and header offset; those that are 0xffffffff stand wider in extra field 1, in this order. */
function wideFields(
  view: DataView,
  at: number,
  [nameLength, extraLength]: readonly number[],
): [number, number, number] {
  const fields: [number, number, number] = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  const end = at + 46 + nameLength! + extraLength!;
  for (let field = at + 46 + nameLength!; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    fields.forEach((narrow, i) => {
      if (narrow !== 0xffffffff) return;
      if (value + 8 > end) throw fault("a wide field is cut short");
      fields[i] = wide(view, value);
      value += 8;
    });
  }
  return fields;
}

function validateArchive(entries: readonly ZipEntry[], limit: number): void {
  const names = new Set<string>();
  let at = 0;
  for (const entry of entries.toSorted((a, b) => a.dataStart - b.dataStart)) {
    const { name, dataStart, storedBytes, sizeBytes, isDeflated } = entry;
    if (names.has(name)) throw fault(`entry ${quoted(name)} is there twice`);
    names.add(name);
    if (dataStart < at) throw fault(`entry ${quoted(name)} overlaps the one before it`);
    at = dataStart + storedBytes;
    if (at > limit) throw fault(`entry ${quoted(name)} runs to ${at}, past the entries' end at ${limit}`);
    if (isDeflated ? sizeBytes > storedBytes * deflateRatio + 64 : sizeBytes !== storedBytes)
      throw fault(`entry ${quoted(name)} claims ${sizeBytes} bytes out of ${storedBytes}`);
  }
}

async function readEntry(file: FileHandle, entry: ZipEntry, limitBytes: number): Promise<Uint8Array> {
  const { name, dataStart, storedBytes, sizeBytes, isDeflated, crc } = entry;
  if (sizeBytes > limitBytes)
    throw fault(`entry ${quoted(name)}: expected at most ${limitBytes} bytes, claims ${sizeBytes}`);
  const stored = await readExactly(file, dataStart, storedBytes);
  const bytes = isDeflated ? inflate(stored, entry) : stored;
  if (bytes.length !== sizeBytes)
    throw fault(`entry ${quoted(name)}: expected ${sizeBytes} bytes, got ${bytes.length}`);
  if (crc32(bytes) !== crc) throw fault(`entry ${quoted(name)}: its checksum does not agree with its bytes`);
  return bytes;
}

function inflate(stored: Uint8Array, { name, sizeBytes }: ZipEntry): Uint8Array {
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (cause) {
    throw fault(
      `entry ${quoted(name)}: cannot be inflated to its ${sizeBytes} bytes (${(cause as Error).message})`,
    );
  }
}

/** A 64-bit field as a number; past 2^53 it is no real file's. */
function wide(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw fault(`a size or place of ${value}`);
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function quoted(name: string): string {
  return JSON.stringify(shortText(name));
}

function fault(what: string): RootstockError {
  return new RootstockError("E_ZIP", `zip archive: ${what}.`, {
    hint: "The file is damaged or made to do harm. Fetch it again from its source.",
  });
}
