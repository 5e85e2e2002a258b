import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { openAtomicFile } from "../files/atomic-write.ts";
import { readExactly } from "../files/read-exactly.ts";
import type { Cells } from "./cells.ts";
import { type CheckpointHead, type ReadHead, cellsOf, formatHead } from "./checkpoint-head.ts";
import { type PhotoBlock, blockRows, emptyBlock, gone, hashBytes, hashWords } from "./photo-block.ts";
import { entryLength } from "./text-pool.ts";

// A line of JSON; then for every 8,192 photos their hashes, the numbers of their classes, and the length and the entries of
// their places; then the sha256 of all that.

const digestBytes = 32;

/** Writes a checkpoint, whole or not at all. Throws what `openAtomicFile` throws. */
export async function writeCheckpointFile(
  path: string,
  cells: Cells,
  { position, last }: Pick<CheckpointHead, "position" | "last">,
): Promise<void> {
  await using file = await openAtomicFile(path);
  const hash = createHash("sha256");
  const put = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.append(bytes);
  };
  await put(Buffer.from(formatHead(cells, { position, last })));
  for (const pieces of blocksOf(cells)) for (const piece of pieces) await put(piece);
  await file.append(hash.digest());
  await file.commit();
}

/** The photos that are not gone, a block at a time. */
function* blocksOf({ photos }: Cells): Generator<Uint8Array[], undefined> {
  let [to, count, texts] = [emptyBlock(), 0, [] as Uint8Array[]];
  const flush = (): Uint8Array[] => {
    const joined = Buffer.concat(texts);
    const length = Buffer.from(Uint32Array.of(joined.length).buffer);
    const pieces = [...piecesOf(to, count), length, joined];
    [to, count, texts] = [emptyBlock(), 0, []];
    return pieces;
  };
  for (let row = 0; row < photos.rows; row += 1) {
    const at = row % blockRows;
    const from = photos.blocks[Math.floor(row / blockRows)]!;
    if (from.classes[at] === gone) continue;
    for (let i = 0; i < hashWords; i += 1)
      to.hashes[count * hashWords + i] = from.hashes[at * hashWords + i]!;
    to.classes[count] = from.classes[at]!;
    texts.push(photos.texts.bytesAt(from.places[at]!));
    count += 1;
    if (count === blockRows) yield flush();
  }
  if (count > 0) yield flush();
}

/** The bytes of the first rows of a block that a file holds as they are. */
function piecesOf({ hashes, classes }: PhotoBlock, rows: number): Uint8Array[] {
  return [new Uint8Array(hashes.buffer, 0, rows * hashBytes), new Uint8Array(classes.buffer, 0, rows * 4)];
}

/** The labels of a checkpoint; null where it is not what was written. Throws where it is cut short. */
export async function readCheckpointCells(
  file: FileHandle,
  head: ReadHead,
  signal: AbortSignal | undefined,
): Promise<Cells | null> {
  const { size } = await file.stat();
  const cells = cellsOf(head);
  const hash = createHash("sha256").update(await readExactly(file, 0, head.bytes));
  let position = head.bytes;
  const take = async (length: number): Promise<Buffer> => {
    const bytes = await readExactly(file, position, Math.min(length, size - position));
    position += bytes.length;
    hash.update(bytes);
    return Buffer.from(bytes.buffer);
  };
  for (let left = head.photos; left > 0; left -= blockRows) {
    signal?.throwIfAborted();
    const rows = Math.min(left, blockRows);
    const block = emptyBlock();
    for (const piece of piecesOf(block, rows)) piece.set(await take(piece.length));
    const [length] = new Uint32Array((await take(4)).buffer);
    takePlaces(await take(length!), { block, rows, cells });
    cells.photos.addBlock(block, rows);
  }
  const digest = hash.digest();
  const said = await readExactly(file, position, digestBytes);
  return size === position + digestBytes && digest.equals(said) ? cells : null;
}

function takePlaces(
  texts: Buffer,
  { block, rows, cells }: { block: PhotoBlock; rows: number; cells: Cells },
): void {
  for (let [row, at] = [0, 0]; row < rows; row += 1) {
    const end = at + entryLength(texts.readUInt32LE(at));
    block.places[row] = cells.photos.texts.putBytes(texts.subarray(at, end));
    at = end;
  }
}
