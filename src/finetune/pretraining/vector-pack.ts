import { mapInOrder } from "../../base/concurrency.ts";
import { RootstockError } from "../../base/errors.ts";
import { type PackedFile, openPackedFile } from "../../files/packed-file.ts";
import { fromHalfRecord, toHalfRecord } from "./half-records.ts";

/** One vector a row, of one width, kept on the disk as float16. */
export interface VectorPack extends AsyncDisposable {
  readonly width: number;
  /** Rows that have no vector yet, in order. */
  missing(rows: Iterable<number>): Promise<number[]>;
  put(row: number, vector: Float32Array): Promise<void>;
  /** Vectors one after another. Shapes: n rows -> n x width. Throws E_CACHE for a row that has none. */
  load(rows: Int32Array): Promise<Float32Array>;
}

/** Records read at a time. */
const readAtATime = 16;

/** Opens the vectors of `count` rows; what an earlier run kept is there. Throws what `openPackedFile` throws. */
export async function openVectorPack(
  path: string,
  { count, width }: { count: number; width: number },
): Promise<VectorPack> {
  const pack = await openPackedFile(path, new Float64Array(count).fill(2 * width));
  return {
    width,
    missing: async (rows) => {
      const found: number[] = [];
      const look = async (row: number): Promise<number | null> =>
        (await pack.read(row)) === null ? row : null;
      for await (const row of mapInOrder(rows, readAtATime, look)) if (row !== null) found.push(row);
      return found;
    },
    put: async (row, vector) => await pack.write(row, toHalfRecord(vector)),
    load: async (rows) => {
      const out = new Float32Array(rows.length * width);
      let at = 0;
      for await (const record of mapInOrder(rows, readAtATime, (row) => readWhole(pack, row))) {
        fromHalfRecord(record, out.subarray(at, at + width));
        at += width;
      }
      return out;
    },
    [Symbol.asyncDispose]: async () => await pack[Symbol.asyncDispose](),
  };
}

async function readWhole(pack: PackedFile, row: number): Promise<Uint8Array> {
  const record = await pack.read(row);
  if (record !== null) return record;
  throw new RootstockError("E_CACHE", `${JSON.stringify(pack.path)}: record ${row} is damaged or missing.`, {
    hint: "Run again: it is then made anew. Check the disk if this comes back.",
  });
}
