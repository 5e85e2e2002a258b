import { createPickleBudget } from "./pickle-budget.ts";
import { type PickleValue, type StorageReference, pickleFault } from "./pickle-value.ts";
import { findStorage } from "./torch-globals.ts";

/** Where in the bytes a pickle begins, and who wants to know of its storages. */
export interface MachineOptions {
  /** Byte to begin at; default 0. */
  readonly start?: number;
  /** Told of every storage that the pickle refers to. */
  readonly onStorage?: (storage: StorageReference) => void;
}

/**
 * What a pickle's instructions work on: the bytes read once from front to back, the stack with its marks, the memo.
 * Throws E_PICKLE where bytes or values are wanted that are not there, and where the budget is spent.
 */
export class PickleMachine {
  readonly memo = new Map<number, PickleValue>();
  readonly budget = createPickleBudget();
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack where containers were begun. */
  readonly #marks: number[] = [];
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #onStorage: MachineOptions["onStorage"];
  #at: number;

  constructor(bytes: Uint8Array, { start = 0, onStorage }: MachineOptions = {}) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#onStorage = onStorage;
  }

  /** Where the next byte is. */
  get position(): number {
    return this.#at;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  take(length: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (length > left) throw pickleFault(`${length} bytes wanted at byte ${this.#at}, ${left} left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Little-endian, unsigned, of 1, 2, 4 or 8 bytes. */
  unsigned(size: number): number {
    this.take(size);
    const from = this.#at - size;
    if (size === 1) return this.#view.getUint8(from);
    if (size === 2) return this.#view.getUint16(from, true);
    if (size === 4) return this.#view.getUint32(from, true);
    return Number(this.#view.getBigUint64(from, true));
  }

  /** UTF-8 of so many bytes. */
  text(length: number): string {
    try {
      return this.#utf8.decode(this.take(length));
    } catch (error) {
      throw error instanceof TypeError ? pickleFault(`text at byte ${this.#at} is no UTF-8`) : error;
    }
  }

  /** Up to the next line end, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > longestLine)
      throw pickleFault(`a line without an end at byte ${this.#at}`);
    return String.fromCharCode(...this.take(end + 1 - this.#at)).slice(0, -1);
  }

  push(value: PickleValue): void {
    if (typeof value === "object" && value !== null) this.budget.spend("objects");
    this.budget.hold("values at once", this.#stack.push(value));
  }

  pop(): PickleValue {
    this.#requireValue();
    return this.#stack.pop() as PickleValue;
  }

  top(): PickleValue {
    this.#requireValue();
    return this.#stack.at(-1) as PickleValue;
  }

  mark(): void {
    this.budget.hold("open containers", this.#marks.push(this.#stack.length));
  }

  /** All values since the last mark, which is taken away. */
  popToMark(): PickleValue[] {
    const from = this.#marks.pop();
    if (from === undefined) throw pickleFault(`no mark to go back to at byte ${this.#at}`);
    return this.#stack.splice(from);
  }

  storage(id: PickleValue): StorageReference {
    const storage = findStorage(id);
    this.#onStorage?.(storage);
    return storage;
  }

  /** Values below the last mark belong to a container that is still open. */
  #requireValue(): void {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw pickleFault(`the stack is empty at byte ${this.#at}`);
  }
}

/** In bytes; names of modules and classes are lines. */
const longestLine = 1000;
