import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

/** A line of a file, and where it ends. */
export interface TextLine {
  readonly text: string;
  /** Bytes of the file up to its end, its line end among them. */
  readonly end: number;
  /** False of a last line that no line end follows. */
  readonly isEnded: boolean;
}

/** Where a file is read. */
export interface ReadLinesOptions {
  /** Bytes passed over. */
  readonly from: number;
  /** Bytes at which the file counts as ended; default: its size. */
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pieceBytes = 1 << 20;
const lineFeed = 0x0a;

/**
 * The lines of a file in UTF-8, a few thousand at a time, so that a file of any size takes a few megabytes (as much as
 * its longest line). Throws what the file system throws.
 */
export async function* readLines(path: string, options: ReadLinesOptions): AsyncGenerator<TextLine[]> {
  await using file = await open(path, "r");
  const { from, to = Infinity, signal } = options;
  let [rest, offset, position] = [Buffer.alloc(0), from, from];
  for (;;) {
    signal?.throwIfAborted();
    const piece = await readPiece(file, position, Math.min(pieceBytes, to - position));
    position += piece.length;
    if (piece.length === 0) break;
    const end = piece.lastIndexOf(lineFeed);
    if (end === -1) {
      rest = Buffer.concat([rest, piece]); // a line longer than a piece
      continue;
    }
    const whole = Buffer.concat([rest, piece.subarray(0, end)]);
    yield linesOf(whole, offset);
    offset += whole.length + 1;
    rest = Buffer.from(piece.subarray(end + 1));
  }
  if (rest.length > 0) yield [{ text: rest.toString("utf8"), end: offset + rest.length, isEnded: false }];
}

async function readPiece(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0);
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Lines of bytes that end before a line end. */
function linesOf(bytes: Buffer, offset: number): TextLine[] {
  const lines: TextLine[] = [];
  for (let at = 0; at <= bytes.length;) {
    const found = bytes.indexOf(lineFeed, at);
    const end = found === -1 ? bytes.length : found;
    lines.push({ text: bytes.toString("utf8", at, end), end: offset + end + 1, isEnded: true });
    at = end + 1;
  }
  return lines;
}
