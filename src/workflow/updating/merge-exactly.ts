import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Statistics } from "../../bundle/statistics.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { hashBytes } from "../../files/hash-file.ts";
import { emptyTally } from "../../classifiers/statistics/class-tally.ts";
import { mergeTallies } from "../../classifiers/statistics/combine-tallies.ts";
import type { KnownPhoto } from "./known-photos.ts";
import type { NewVersion, VersionPhoto } from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";
import { updateExactly } from "./update-exactly.ts";

/** Two models, and the photos that both have. */
export interface MergePair {
  readonly major: OpenedModel;
  readonly minor: OpenedModel;
  /** Each photo of either once. */
  readonly photos: readonly KnownPhoto[];
  readonly shared: readonly KnownPhoto[];
}

/**
 * The sums of both, those of photos that both have counted once, and one classifier from them; null where the two are no sums,
 * or sums of what different transforms have made. Throws E_BUNDLE where both have photos whose features neither remembers.
 */
export async function mergeExactly(
  { major, minor, photos, shared }: MergePair,
  { engine }: { engine: Engine },
): Promise<NewVersion | null> {
  const [ours, theirs] = [major.statistics, minor.statistics];
  if (ours?.tallies == null || theirs?.tallies == null || !haveSameTransforms(ours, theirs)) return null;
  requireCountable(shared);
  const labels = [...new Set([...major.record.labels, ...minor.record.labels])].sort();
  const of = (model: OpenedModel, label: string) =>
    model.statistics!.tallies![model.record.labels.indexOf(label)] ??
    emptyTally(ours.tallies![0]!.moments.columns, ours.detail);
  const both = {
    ...major,
    record: { ...major.record, labels },
    memory: minor.memory === null ? null : major.memory,
    statistics: { ...ours, tallies: labels.map((label) => mergeTallies(of(major, label), of(minor, label))) },
  };
  const kept = photos as readonly VersionPhoto[];
  const map = new Map(labels.map((label) => [label, label]));
  const change = { map, kept, added: [], removed: shared as readonly VersionPhoto[], relabelled: [] };
  return await updateExactly(both, change, { engine, scoresOld: false });
}

function requireCountable(shared: readonly KnownPhoto[]): void {
  const lost = shared
    .filter(({ features, label }) => features === null || label === null)
    .map(({ sha256 }) => sha256);
  if (lost.length === 0) return;
  throw new RootstockError(
    "E_BUNDLE",
    `merge: expected photos of one model alone, or remembered ones, got ${quoteList(lost)}, which both have learnt from.`,
    { hint: "They would count twice. Merge models with a memory (train without --no-memory)." },
  );
}

function haveSameTransforms(a: Statistics, b: Statistics): boolean {
  const digest = (tensors: ReadonlyMap<string, Tensor>): string =>
    JSON.stringify([...tensors].map(([name, { bytes }]) => [name, hashBytes(bytes)]).sort());
  return digest(a.transforms) === digest(b.transforms);
}
