import { bitsApart, partBits, partCount } from "./layout-hash.ts";

/** Hashes by their parts, to be asked for those near another one. */
export interface HashIndex {
  /** Calls `found` for hashes at most `radius` bits from the one at `at` of `hashes`, perhaps more than once each. */
  near(hashes: Uint32Array, at: number, radius: number, found: (hash: number, bits: number) => void): void;
}

/**
 * Multi-index hashing: hashes that differ in few bits have a part in which they differ in none or one, so that only those under
 * 22 keys of each of 3 tables are looked at. Complete to 5 bits; of those further apart most are found, and a crop has several
 * windows near it. Time and memory grow with the number of hashes: a key has about one for two million.
 * Shapes: H hashes of 3 parts. Source: Norouzi, Punjani & Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (2012).
 */
export function indexHashes(hashes: Uint32Array): HashIndex {
  const tables = Array.from({ length: partCount }, (_, part) => tableOf(hashes, part));
  const look = ({ starts, order }: Table, key: number, visit: (hash: number) => void): void => {
    for (let i = starts[key]!; i < starts[key + 1]!; i += 1) visit(order[i]!);
  };
  return {
    near: (asked, at, radius, found) => {
      const visit = (hash: number): void => {
        const bits = bitsApart(asked, at, hashes, hash * partCount);
        if (bits <= radius) found(hash, bits);
      };
      for (const [part, table] of tables.entries()) {
        const key = asked[at + part]!;
        look(table, key, visit);
        for (let bit = 0; bit < partBits; bit += 1) look(table, key ^ (1 << bit), visit);
      }
    },
  };
}

/** Hashes sorted by a part: those with key k stand from `starts[k]` to `starts[k + 1]`. */
interface Table {
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

function tableOf(hashes: Uint32Array, part: number): Table {
  const count = hashes.length / partCount;
  const starts = new Uint32Array(2 ** partBits + 1);
  for (let i = 0; i < count; i += 1) starts[hashes[i * partCount + part]! + 1]! += 1;
  for (let key = 1; key < starts.length; key += 1) starts[key]! += starts[key - 1]!;
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const key = hashes[i * partCount + part]!;
    order[next[key]!] = i;
    next[key]! += 1;
  }
  return { starts, order };
}
