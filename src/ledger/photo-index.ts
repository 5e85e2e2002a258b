import { type PhotoBlock, blockRows, gone, hashBytes, hashWords } from "./photo-block.ts";

/** Finds rows by their sha256: open addressing, rows plus one in a table that is at most half full. */
export interface PhotoIndex {
  /** The row below `rows` of a photo that is there; -1 where there is none. */
  find(sha256: string, rows: number): number;
  /** Enters a row whose hash stands in its block. */
  add(row: number): void;
  /** Writes a sha256, 64 hex digits, as eight words. */
  writeHash(sha256: string, into: Uint32Array): void;
  /** The same rows with their classes as `blocks` has them, whatever is added here later. */
  frozen(blocks: readonly PhotoBlock[]): Pick<PhotoIndex, "find">;
}

const wanted = new Uint32Array(hashWords);
const wantedBytes = Buffer.from(wanted.buffer);

/** An index of the rows of blocks, which may grow. */
export function openPhotoIndex(blocks: readonly PhotoBlock[]): PhotoIndex {
  let table = new Int32Array(1 << 10);
  let count = 0;
  const enter = (row: number): void => {
    const { hashes } = blocks[Math.floor(row / blockRows)]!;
    const at = (row % blockRows) * hashWords;
    let slot = slotOf(hashes[at]!, hashes[at + 7]!, table);
    while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
    table[slot] = row + 1;
  };
  return {
    find: (sha256, rows) => findIn(table, sha256, { blocks, rows }),
    add: (row) => {
      count += 1;
      if (count * 2 > table.length) {
        const old = table; // a snapshot may still look into it
        table = new Int32Array(table.length * 2);
        for (const entry of old) if (entry !== 0) enter(entry - 1);
      }
      enter(row);
    },
    writeHash: (sha256, into) => {
      wantedBytes.write(sha256, "hex");
      into.set(wanted);
    },
    frozen: (copies) => {
      const then = table;
      return { find: (sha256, rows) => findIn(then, sha256, { blocks: copies, rows }) };
    },
  };
}

function slotOf(first: number, last: number, table: Int32Array): number {
  return (Math.imul(first ^ last, 0x9e37_79b1) >>> 7) & (table.length - 1);
}

/** A photo that came back has a row for each time; of those below `rows` one at most is not gone. */
function findIn(
  table: Int32Array,
  sha256: string,
  { blocks, rows }: { blocks: readonly PhotoBlock[]; rows: number },
): number {
  if (sha256.length !== 2 * hashBytes || wantedBytes.write(sha256, "hex") !== hashBytes) return -1;
  for (let slot = slotOf(wanted[0]!, wanted[7]!, table); table[slot] !== 0;) {
    const row = table[slot]! - 1;
    if (row < rows) {
      const { hashes, classes } = blocks[Math.floor(row / blockRows)]!;
      const at = row % blockRows;
      if (classes[at] !== gone && isWantedAt(hashes, at * hashWords)) return row;
    }
    slot = (slot + 1) & (table.length - 1);
  }
  return -1;
}

function isWantedAt(hashes: Uint32Array, at: number): boolean {
  for (let i = 0; i < hashWords; i += 1) if (hashes[at + i] !== wanted[i]) return false;
  return true;
}
