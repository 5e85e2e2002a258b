/** Photos a block of columns has room for. */
export const blockRows = 1 << 13;

/** Words of 32 bits in a sha256. */
export const hashWords = 8;

/** Bytes of a sha256. */
export const hashBytes = 4 * hashWords;

/** What stands for a class where a photo has none. */
export const noClass = -1;

/** What stands for a class where the photo is gone. */
export const gone = -2;

/** Columns of the photos `blockRows` x block up to the next block. */
export interface PhotoBlock {
  /** Eight words each. */
  readonly hashes: Uint32Array<ArrayBuffer>;
  /** Numbers of classes; `noClass`, `gone`. */
  readonly classes: Int32Array<ArrayBuffer>;
  /** Addresses of places. */
  readonly places: Uint32Array<ArrayBuffer>;
}

/** A block without photos. */
export function emptyBlock(): PhotoBlock {
  return {
    hashes: new Uint32Array(blockRows * hashWords),
    classes: new Int32Array(blockRows),
    places: new Uint32Array(blockRows),
  };
}
