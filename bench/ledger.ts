import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointPath } from "../src/ledger/checkpoint.ts";
import { formatLine, noHash } from "../src/ledger/event-line.ts";
import type { LedgerEvent } from "../src/ledger/ledger-event.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import type { LedgerReading } from "./read-ledger-in-child.ts";

const sizes = [100_000, 1_000_000, 10_000_000];
const megabyte = 1e6;

/**
 * A ledger read to its end, each line checked, and its checkpoint written; read from there on; and one event added to it, at
 * growing sizes: 60 % photos, 40 % relabellings, a thousand together. Processor time and the largest memory of a process that does only that; how long it is on a disk
 * that others use says little. `--only "1,000,000"` takes one size.
 */
export async function run({ only, rounds }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "rootstock-bench-"));
  try {
    const chosen = sizes.filter((size) => only === null || size.toLocaleString("en").includes(only));
    const raw = chosen.map((size) => {
      const path = join(folder, `${size}.jsonl`);
      writeHistory(path, size);
      const bytes = statSync(path).size;
      const readings = Array.from({ length: rounds }, () => readTwice(path));
      rmSync(path);
      rmSync(checkpointPath(path), { force: true });
      return { size, bytes, readings };
    });
    const rows = raw.map(({ size, bytes, readings }) => [
      size.toLocaleString("en"),
      (bytes / megabyte).toFixed(0),
      median(readings.map(({ whole }) => whole.openCpuMs / 1000)).toFixed(1),
      median(readings.map(({ whole }) => whole.peakBytes / megabyte)).toFixed(0),
      median(readings.map(({ onward }) => onward.openCpuMs / 1000)).toFixed(2),
      median(readings.map(({ onward }) => onward.peakBytes / megabyte)).toFixed(0),
      median(readings.map(({ onward }) => onward.appendCpuMs)).toFixed(1),
    ]);
    const columns = [
      "events",
      "file, MB",
      "read whole, s of processor",
      "memory, MB",
      "from the checkpoint, s",
      "memory, MB",
      "one more event, ms",
    ];
    return { columns, rows, raw };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a ledger of so many events, with the lines that the ledger itself would write. */
function writeHistory(path: string, size: number): void {
  const file = openSync(path, "w");
  let [previous, lines] = [noHash, [] as string[]];
  const put = (content: Parameters<typeof formatLine>[0]): void => {
    const { text, hash } = formatLine(content, previous);
    previous = hash;
    lines.push(text);
    if (lines.length === 10_000) flush();
  };
  const flush = (): void => {
    if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
    lines = [];
  };
  const time = new Date(0).toISOString();
  put({ type: "ledger", format: 1, id: "bench", time });
  for (let k = 0; k < classCount; k += 1) put({ type: "class-added", label: nameOf(k), time });
  for (const [i, event] of eventsOf(size))
    put({ ...event, time, ...(i % 1000 === 0 ? { events: Math.min(1000, size - i) } : {}) });
  flush();
  closeSync(file);
}

const classCount = 100;
const nameOf = (k: number): string => `class ${k % classCount}`;
const hashOf = (photo: number): string =>
  ((photo * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0") + photo.toString(16).padStart(56, "0");

function* eventsOf(size: number): Generator<[number, LedgerEvent]> {
  const labels: number[] = [];
  for (let i = 0; i < size; i += 1) {
    if (i % 10 < 6) {
      const photo = labels.push(i % classCount) - 1;
      const path = `${nameOf(i)}/IMG_${photo}.jpg`;
      yield [i, { type: "photo-added", sha256: hashOf(photo), path, label: nameOf(i) }];
      continue;
    }
    const photo = (i * 7919) % labels.length;
    const from = labels[photo]!;
    labels[photo] = (from + 1) % classCount;
    yield [i, { type: "relabelled", sha256: hashOf(photo), from: nameOf(from), to: nameOf(from + 1) }];
  }
}

/** From the beginning, as if it had no checkpoint, and from the checkpoint that this left; of a small ledger none is left. */
function readTwice(path: string): { whole: LedgerReading; onward: LedgerReading } {
  rmSync(checkpointPath(path), { force: true });
  return { whole: readOnce(path), onward: readOnce(path) };
}

function readOnce(path: string): LedgerReading {
  const child = join(import.meta.dirname, "read-ledger-in-child.js");
  const { stdout, stderr } = spawnSync(process.execPath, [child, path], { encoding: "utf8" });
  if (stdout === "") throw new Error(`ledger ${path}: ${stderr}`);
  return JSON.parse(stdout) as LedgerReading;
}
