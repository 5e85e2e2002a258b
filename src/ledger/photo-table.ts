import type { PhotoPlace } from "./ledger-event.ts";
import {
  type PhotoBlock,
  blockRows,
  emptyBlock,
  gone,
  hashBytes,
  hashWords,
  noClass,
} from "./photo-block.ts";
import { type PhotoIndex, openPhotoIndex } from "./photo-index.ts";
import { type TextPool, openTextPool } from "./text-pool.ts";

/** Photos as they stood; rows are in the order in which they were added. */
export interface PhotoRows {
  /** Rows, those of photos that are gone among them. */
  readonly rows: number;
  /** Photos. */
  readonly size: number;
  /** The row of a photo by its sha256; -1 where there is none. */
  find(sha256: string): number;
  sha256At(row: number): string;
  placeAt(row: number): PhotoPlace;
  classAt(row: number): number;
}

/** Photos in columns, some 75 bytes each: what a ledger of ten million events is worked on. */
export interface PhotoTable extends PhotoRows {
  readonly blocks: readonly PhotoBlock[];
  readonly texts: TextPool;
  /** Adds a photo that is not there, without a class. */
  add(sha256: string, place: PhotoPlace): void;
  /** Takes over the first rows of a block, whose places lie in `texts` already; every block before it must be full. */
  addBlock(block: PhotoBlock, rows: number): void;
  setClass(row: number, number: number): void;
  setPlace(row: number, place: PhotoPlace): void;
  /** Class and place of every row as they are now, whatever changes later; costs eight bytes a row. */
  snapshot(): PhotoRows;
}

/** An empty table. */
export function openPhotoTable(): PhotoTable {
  const blocks: PhotoBlock[] = [];
  const texts = openTextPool();
  const index = openPhotoIndex(blocks);
  let [rows, size] = [0, 0];
  const blockOf = (row: number): PhotoBlock => blocks[Math.floor(row / blockRows)]!;
  return {
    blocks,
    texts,
    get rows() {
      return rows;
    },
    get size() {
      return size;
    },
    ...readersOf(blocks, { texts, index, rowCount: () => rows }),
    add: (sha256, place) => {
      if (rows === blocks.length * blockRows) blocks.push(emptyBlock());
      const at = rows % blockRows;
      const { hashes, classes, places } = blocks.at(-1)!;
      index.writeHash(sha256, hashes.subarray(at * hashWords, (at + 1) * hashWords));
      classes[at] = noClass;
      places[at] = texts.put(place);
      rows += 1;
      size += 1;
      index.add(rows - 1);
    },
    addBlock: (block, count) => {
      blocks.push(block);
      for (let i = 0; i < count; i += 1) index.add(rows + i);
      rows += count;
      size += count;
    },
    setClass: (row, number) => {
      if (number === gone) size -= 1;
      blockOf(row).classes[row % blockRows] = number;
    },
    setPlace: (row, place) => {
      blockOf(row).places[row % blockRows] = texts.put(place);
    },
    snapshot: () => {
      const copies = blocks.map(({ hashes, classes, places }) => ({
        hashes,
        classes: classes.slice(),
        places: places.slice(),
      }));
      const [rowsThen, sizeThen] = [rows, size];
      const readers = readersOf(copies, { texts, index: index.frozen(copies), rowCount: () => rowsThen });
      return { rows: rowsThen, size: sizeThen, ...readers };
    },
  };
}

function readersOf(
  blocks: readonly PhotoBlock[],
  { texts, index, rowCount }: { texts: TextPool; index: Pick<PhotoIndex, "find">; rowCount: () => number },
): Pick<PhotoRows, "find" | "sha256At" | "placeAt" | "classAt"> {
  const blockOf = (row: number): PhotoBlock => blocks[Math.floor(row / blockRows)]!;
  return {
    find: (sha256) => index.find(sha256, rowCount()),
    sha256At: (row) => {
      const { hashes } = blockOf(row);
      return Buffer.from(hashes.buffer, (row % blockRows) * hashBytes, hashBytes).toString("hex");
    },
    placeAt: (row) => texts.placeAt(blockOf(row).places[row % blockRows]!),
    classAt: (row) => blockOf(row).classes[row % blockRows]!,
  };
}
