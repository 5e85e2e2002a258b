import type { PhotoPlace } from "./ledger-event.ts";

/** Where photos lie, as text in UTF-8 end to end in large blocks: six million paths are objects neither to the heap nor to its collector. */
export interface TextPool {
  /** Keeps a place, and returns its address. */
  put(place: PhotoPlace): number;
  /** Keeps what `bytesAt` gave, of this pool or another one. */
  putBytes(entry: Uint8Array): number;
  placeAt(address: number): PhotoPlace;
  /** The entry at an address: its head, its text, and zeros up to a multiple of four. */
  bytesAt(address: number): Buffer;
}

/** Bytes of an entry's head: twice the length of its text, and one more where the text is JSON. */
export const headBytes = 4;

const blockBytes = 1 << 20;
const unit = 4; // addresses count these, so that 32 bits of them reach 16 GB

/** Bytes of the whole entry that begins with a head. */
export function entryLength(head: number): number {
  return headBytes + unit * Math.ceil((head >>> 1) / unit);
}

/** An empty pool. */
export function openTextPool(): TextPool {
  const blocks: Buffer[] = [];
  let used = blockBytes;
  const reserve = (length: number): { block: Buffer; offset: number; address: number } => {
    if (used + length > blockBytes) {
      blocks.push(Buffer.alloc(Math.max(blockBytes, length)));
      used = 0;
    }
    const address = ((blocks.length - 1) * blockBytes + used) / unit;
    const offset = used;
    used += length;
    return { block: blocks.at(-1)!, offset, address };
  };
  const bytesAt = (address: number): Buffer => {
    const at = address * unit;
    const block = blocks[Math.floor(at / blockBytes)]!;
    const offset = at % blockBytes;
    return block.subarray(offset, offset + entryLength(block.readUInt32LE(offset)));
  };
  return {
    put: (place) => {
      const { text, isJson } = textOf(place);
      const head = 2 * Buffer.byteLength(text) + Number(isJson);
      const { block, offset, address } = reserve(entryLength(head));
      block.writeUInt32LE(head, offset);
      block.write(text, offset + headBytes);
      return address;
    },
    putBytes: (entry) => {
      const { block, offset, address } = reserve(entry.length);
      block.set(entry, offset);
      return address;
    },
    placeAt: (address) => {
      const entry = bytesAt(address);
      const head = entry.readUInt32LE(0);
      const text = entry.toString("utf8", headBytes, headBytes + (head >>> 1));
      return head % 2 === 0 ? { path: text } : (JSON.parse(text) as PhotoPlace);
    },
    bytesAt,
  };
}

/** A path alone stands as it is; half a surrogate pair, which UTF-8 lacks, is kept by JSON. */
function textOf(place: PhotoPlace): { text: string; isJson: boolean } {
  const isPlain =
    place.split === undefined && place.group === undefined && !/\p{Surrogate}/u.test(place.path);
  return isPlain ? { text: place.path, isJson: false } : { text: JSON.stringify(place), isJson: true };
}
