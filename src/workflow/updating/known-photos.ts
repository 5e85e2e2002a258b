import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { Memory } from "../../bundle/memory.ts";
import type { ClassMap } from "./class-changes.ts";

/** A photo that a model learnt from, as far as it still knows. */
export interface KnownPhoto {
  readonly sha256: string;
  /** Null where the model folder does not tell. */
  readonly label: string | null;
  /** Null where the memory has them not. Shape: D. */
  readonly features: Float32Array | null;
  /** Held-out logits by class; null where there are none. */
  readonly logits: ReadonlyMap<string, number> | null;
}

/** Every photo of a model under the names that its classes have from now on; those of deleted classes are left out. */
export function knownPhotos(
  {
    labels,
    memory,
    hashes,
  }: {
    readonly labels: readonly string[];
    readonly memory: Memory | null;
    readonly hashes: ReadonlySet<string> | null;
  },
  map: ClassMap,
): KnownPhoto[] {
  if (memory === null)
    return [...(hashes ?? [])].map((sha256) => ({ sha256, label: null, features: null, logits: null }));
  const named = (label: number): string | null => map.get(labels[label]!)!;
  const rows = memory.hashes.map((sha256, row) => ({
    sha256,
    label: named(memory.labels[row]!),
    features: rowOf(memory.features, row),
    logits: mappedLogits(rowOf(memory.logits, row), { labels, map }),
  }));
  const others = memory.others.hashes.map((sha256, i) => ({
    sha256,
    label: named(memory.others.labels[i]!),
    features: null,
    logits: null,
  }));
  return [...rows, ...others].filter(({ label }) => label !== null);
}

/** Of classes that become one, the log of their probabilities' sum: logits up to what all classes share. */
export function mappedLogits(
  row: Float32Array,
  { labels, map }: { labels: readonly string[]; map: ClassMap },
): ReadonlyMap<string, number> | null {
  if (!row.every(Number.isFinite)) return null;
  const out = new Map<string, number>();
  for (const [k, label] of labels.entries()) {
    const into = map.get(label)!;
    if (into !== null) out.set(into, logSum(out.get(into), row[k]!));
  }
  return out;
}

/** log (eᵃ + eᵇ); b where there is no a. */
function logSum(a: number | undefined, b: number): number {
  if (a === undefined) return b;
  const top = Math.max(a, b);
  return top + Math.log(Math.exp(a - top) + Math.exp(b - top));
}

/** How far below its least likely class a photo scores a class that its scores know nothing of. */
const unknownGap = 20;

/** Held-out logits of photos as rows; NaN where there are none. Shape: n x K. */
export function logitRows(photos: readonly Pick<KnownPhoto, "logits">[], classes: readonly string[]): Matrix {
  const out = createMatrix(photos.length, classes.length);
  photos.forEach(({ logits }, i) => {
    const row = rowOf(out, i);
    if (logits === null) row.fill(Number.NaN);
    else {
      const least = Math.min(...logits.values()) - unknownGap;
      classes.forEach((label, k) => (row[k] = logits.get(label) ?? least));
    }
  });
  return out;
}
