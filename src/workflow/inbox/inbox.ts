import { relative, resolve } from "node:path";
import { type SortedPhotos, sortPhotos } from "../../adapt/sort-photos.ts";
import { type Report, type Run, type WorkOptions, startRun } from "../../base/events.ts";
import { argmax, rowOf } from "../../base/matrix.ts";
import { openModelView } from "../../bundle/model-view.ts";
import { listImages } from "../../data/list-images.ts";
import type { ManifestRow, SkippedImage } from "../../data/manifest.ts";
import { scanPictures } from "../../data/scan-pictures.ts";
import { requirePlace } from "../../files/require-place.ts";
import type { Language } from "../../words/language.ts";
import { defaultSeed } from "../defaults.ts";
import { type EngineOptions, useEngine } from "../use-engine.ts";
import { type ViewedPhotos, viewPhotos } from "../view-photos.ts";
import type { InboxPhoto, InboxResult, Pile } from "./inbox-result.ts";
import { type KnownInbox, readKnown } from "./known-photos.ts";
import { writeInbox } from "./write-inbox.ts";

export type { InboxAcceptance, InboxPhoto, InboxResult, Pile } from "./inbox-result.ts";

/** How an inbox is sorted, and what is written. */
export interface InboxOptions extends WorkOptions, EngineOptions {
  /** The largest share of wrong labels among those accepted; default 0.02. */
  readonly promise?: number | undefined;
  /** The chance at least with which that holds; default 0.95. */
  readonly assurance?: number | undefined;
  /** A folder of labelled photos to judge acceptance on; default: what the model remembers of its folds. */
  readonly calibration?: string | undefined;
  /** The share of photos of a known kind that may be called foreign; default 0.05. */
  readonly foreignShare?: number | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** A folder to write: a page to decide on, the photos and the accepted labels as CSV. */
  readonly out?: string | undefined;
  /** The page's language; default "en". */
  readonly lang?: Language | undefined;
}

/**
 * Sorts photos without labels into three piles: labels that can be taken over up to a promised share of errors, photos to
 * look at in the order in which labels teach most, and foreign ones in groups that may be new classes. Photos that the model
 * learnt from are left out; photos of equal bytes count once.
 * Throws E_BUNDLE for a model without a memory and no calibration photos, E_OPTION, E_DATA_NOT_FOUND.
 *
 * @example
 * const { counts, photos } = await inbox("model", "new-photos", { promise: 0.02 }).result;
 */
export function inbox(folder: string, data: string, options: InboxOptions = {}): Run<InboxResult> {
  return startRun(async (report) => {
    const { promise = 0.02, assurance = 0.95, out, signal, seed = defaultSeed, foreignShare } = options;
    if (out !== undefined) await requirePlace(out, "folder");
    await using inUse = await useEngine(options);
    await using model = await openModelView(folder, inUse.engine);
    const known = await readKnown(folder, model, { calibration: options.calibration, signal, report });
    const found = await readPhotos(data, known, { signal, report });
    const viewed = await viewPhotos(model, { root: "", rows: found.rows }, { signal, report });
    const settings = { promise, assurance, foreignShare, seed, signal, algebra: inUse.engine.algebra };
    const sorted = await sortPhotos(known, viewed, settings);
    const { labels } = model.record;
    const { threshold, ...seen } = sorted.acceptance;
    const photos = describePhotos(viewed, sorted, { labels, root: resolve(data) });
    const result: InboxResult = {
      model: resolve(folder),
      folder: resolve(data),
      labels,
      counts: countPiles(sorted.piles),
      learnt: found.learnt,
      groups: groupSizes(sorted),
      acceptance: {
        promise,
        assurance,
        threshold: threshold === Infinity ? null : threshold,
        noveltyLimit: sorted.noveltyLimit,
        ...seen,
      },
      photos,
      skipped: [...found.skipped, ...viewed.skipped],
      out: out === undefined ? null : resolve(out),
    };
    if (out !== undefined) await writeInbox(out, result, options);
    return result;
  });
}

/** The photos of a folder that the model did not learn from, each once. Throws E_DATA_NOT_FOUND where there is none. */
async function readPhotos(
  data: string,
  { learnt }: KnownInbox,
  { signal, report }: { report: Report } & WorkOptions,
): Promise<{ rows: ManifestRow[]; learnt: number; skipped: SkippedImage[] }> {
  const listed = await listImages([data]);
  const faults = listed.flatMap((image) => ("error" in image ? [{ path: image.path, ...image.error }] : []));
  const paths = listed.flatMap((image) => ("error" in image ? [] : [image.path]));
  const { pictures, skipped } = await scanPictures(paths, { signal, report });
  const seen = new Set<string>();
  const once = pictures.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256) !== undefined);
  const fresh = once.filter(({ sha256 }) => !learnt.has(sha256));
  const rows = fresh.map((picture) => ({ ...picture, path: resolve(picture.path), label: null }));
  return { rows, learnt: once.length - fresh.length, skipped: [...faults, ...skipped] };
}

function describePhotos(
  { rows, probabilities }: ViewedPhotos,
  { piles, novelty, queue, groups }: SortedPhotos,
  { labels, root }: { labels: readonly string[]; root: string },
): InboxPhoto[] {
  const ranks = new Map([...queue].map((row, place) => [row, place + 1]));
  const photos = rows.map(({ path, sha256 }, row): InboxPhoto => {
    const values = rowOf(probabilities, row);
    const best = argmax(values);
    return {
      path: relative(root, path) === "" ? path : relative(root, path),
      sha256,
      label: labels[best]!,
      probability: values[best]!,
      novelty: novelty[row]!,
      pile: piles[row]!,
      rank: ranks.get(row) ?? null,
      group: groups[row] === -1 ? null : groups[row]! + 1,
    };
  });
  return photos.toSorted(inOrder);
}

const pileOrder: readonly Pile[] = ["accepted", "look", "foreign"];

/** Accepted ones by path, those to look at by rank, foreign ones by group and novelty. */
function inOrder(a: InboxPhoto, b: InboxPhoto): number {
  const byPile = pileOrder.indexOf(a.pile) - pileOrder.indexOf(b.pile);
  if (byPile !== 0) return byPile;
  if (a.pile === "look") return a.rank! - b.rank!;
  if (a.pile === "foreign" && a.group !== b.group) return a.group! - b.group!;
  return a.path < b.path ? -1 : 1;
}

function countPiles(piles: readonly Pile[]): Record<Pile, number> {
  const counts = { accepted: 0, look: 0, foreign: 0 };
  for (const pile of piles) counts[pile] += 1;
  return counts;
}

function groupSizes({ groups, groupCount }: SortedPhotos): number[] {
  const sizes = new Array<number>(groupCount).fill(0);
  for (const group of groups) if (group >= 0) sizes[group]! += 1;
  return sizes;
}
