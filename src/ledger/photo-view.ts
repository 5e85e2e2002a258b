import type { LedgerPhoto } from "./ledger-event.ts";
import { gone } from "./photo-block.ts";
import type { PhotoRows } from "./photo-table.ts";

/** Photos by sha256 in the order in which they were added, each made an object when it is asked for. */
export class PhotoView implements ReadonlyMap<string, LedgerPhoto> {
  readonly #photos: PhotoRows;
  readonly #labels: readonly string[];

  /** `labels`: the name of each class by its number. */
  constructor(photos: PhotoRows, labels: readonly string[]) {
    this.#photos = photos;
    this.#labels = labels;
  }

  get size(): number {
    return this.#photos.size;
  }

  get [Symbol.toStringTag](): string {
    return "Map";
  }

  has(sha256: string): boolean {
    return this.#photos.find(sha256) >= 0;
  }

  get(sha256: string): LedgerPhoto | undefined {
    const row = this.#photos.find(sha256);
    return row < 0 ? undefined : this.#photoAt(row);
  }

  forEach(
    take: (photo: LedgerPhoto, sha256: string, map: ReadonlyMap<string, LedgerPhoto>) => void,
    self?: unknown,
  ): void {
    for (const [sha256, photo] of this) take.call(self, photo, sha256, this);
  }

  *keys(): Generator<string, undefined> {
    for (const row of this.#rows()) yield this.#photos.sha256At(row);
  }

  *values(): Generator<LedgerPhoto, undefined> {
    for (const row of this.#rows()) yield this.#photoAt(row);
  }

  *entries(): Generator<[string, LedgerPhoto], undefined> {
    for (const row of this.#rows()) yield [this.#photos.sha256At(row), this.#photoAt(row)];
  }

  [Symbol.iterator](): Generator<[string, LedgerPhoto], undefined> {
    return this.entries();
  }

  *#rows(): Generator<number, undefined> {
    for (let row = 0; row < this.#photos.rows; row += 1) if (this.#photos.classAt(row) !== gone) yield row;
  }

  #photoAt(row: number): LedgerPhoto {
    return { ...this.#photos.placeAt(row), label: this.#labels[this.#photos.classAt(row)] ?? null };
  }
}
