import type { FileHandle } from "node:fs/promises";
import { endianness } from "node:os";
import { readExactly } from "../files/read-exactly.ts";
import { type Cells, type ClassCell, openCells } from "./cells.ts";
import type { LedgerPosition } from "./chain.ts";
import type { Recording } from "./recordings.ts";

const kind = "rootstock-ledger-checkpoint";
const format = 1;
const headLimit = 1 << 26;

/** What a checkpoint says before its photos. */
export interface CheckpointHead {
  readonly position: LedgerPosition;
  /** The last recording before the position. */
  readonly last: Recording;
  readonly photos: number;
  /** By their numbers; `into`: the number of the class that has taken it in. */
  readonly cells: readonly (Pick<ClassCell, "name" | "size"> & {
    readonly into: number | null;
    readonly isThere: boolean;
  })[];
}

/** A head as it was read. */
export interface ReadHead extends CheckpointHead {
  /** Its bytes, the line end among them. */
  readonly bytes: number;
}

interface WholeHead extends CheckpointHead {
  readonly kind: string;
  readonly format: number;
  readonly order: string;
}

/** A checkpoint's first line. */
export function formatHead(
  cells: Cells,
  { position, last }: Pick<CheckpointHead, "position" | "last">,
): string {
  const head: WholeHead = { kind, format, order: endianness(), position, last, ...headOf(cells) };
  return `${JSON.stringify(head)}\n`;
}

function headOf({ cells, classes, photos }: Cells): Pick<CheckpointHead, "photos" | "cells"> {
  return {
    photos: photos.size,
    cells: cells.map((cell) => ({
      name: cell.name,
      size: cell.size,
      into: cell.into?.number ?? null,
      isThere: classes.get(cell.name) === cell,
    })),
  };
}

/** What a checkpoint's first line says; null where it is none of ours, or of a machine with another order of bytes. */
export async function readCheckpointHead(file: FileHandle): Promise<ReadHead | null> {
  const { size } = await file.stat();
  for (let length = Math.min(size, 1 << 16); ; length = Math.min(size, length * 4)) {
    const bytes = Buffer.from(await readExactly(file, 0, length));
    const end = bytes.indexOf("\n");
    if (end >= 0) {
      const head = JSON.parse(bytes.toString("utf8", 0, end)) as WholeHead;
      const isOurs = head.kind === kind && head.format === format && head.order === endianness();
      return isOurs ? { ...head, bytes: end + 1 } : null;
    }
    if (length === size || length > headLimit) return null;
  }
}

/** The classes of a checkpoint, without a photo yet. */
export function cellsOf(head: CheckpointHead): Cells {
  const { photos, classes, cells } = openCells();
  for (const [number, { name, size }] of head.cells.entries()) cells.push({ number, name, size, into: null });
  for (const [number, { into, isThere }] of head.cells.entries()) {
    const cell = cells[number]!;
    if (into !== null) cell.into = cells[into]!;
    if (isThere) classes.set(cell.name, cell);
  }
  return { photos, classes, cells };
}
