import { RootstockError, quoteList } from "../../base/errors.ts";
import { type Matrix, argmax, createMatrix, rowOf } from "../../base/matrix.ts";
import { headOf, joinedFeatures } from "../../bundle/model-parts.ts";
import type { Statistics } from "../../bundle/statistics.ts";
import { isCarried, productColumns } from "../../bundle/take-statistics.ts";
import { classifierTable } from "../../classifiers/classifier-table.ts";
import type { FittedClassifier } from "../../classifiers/classifier.ts";
import { type HeldPipeline, holdPipeline } from "../../classifiers/pipeline.ts";
import {
  type ClassTally,
  emptyTally,
  momentDetail,
  poolTallies,
  tallyRows,
} from "../../classifiers/statistics/class-tally.ts";
import { momentsOf } from "../../classifiers/statistics/class-moments.ts";
import { mergeTallies, subtractTally } from "../../classifiers/statistics/combine-tallies.ts";
import { momentMeans } from "../../classifiers/statistics/derive-moments.ts";
import { fourthPowers } from "../../classifiers/lda/lda-moments.ts";
import type { Engine } from "../../engine/engine.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { ClassMap } from "./class-changes.ts";
import { mappedLogits } from "./known-photos.ts";
import {
  type NewVersion,
  type OldPhotos,
  type VersionPhoto,
  accuracyOf,
  memoryOf,
  rowsOf,
} from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";

/** What changes between two versions: classes as wholes first, then single photos. */
export interface VersionChange {
  readonly map: ClassMap;
  /** Photos that stay, under their class of now. */
  readonly kept: readonly VersionPhoto[];
  readonly added: readonly VersionPhoto[];
  /** With the class that they leave. */
  readonly removed: readonly VersionPhoto[];
  /** With the class that they leave, and the one they go to. */
  readonly relabelled: readonly { readonly photo: VersionPhoto; readonly to: string }[];
}

/** Whether a model can be updated exactly: from its sums, or from a memory that has every photo. */
export function isExact({ statistics, memory }: OpenedModel): boolean {
  if (statistics === null) return false;
  if (statistics.tallies !== null) return true;
  const isNarrow = statistics.detail === "columns" || outputColumns(statistics) <= productColumns;
  return isNarrow && memory !== null && memory.others.hashes.length === 0;
}

/**
 * The next version of a model whose classifier is fitted from sums: the sums of added photos are added, those of removed
 * ones subtracted, and the classifier is solved once from what results. Transforms, hyper-parameters and temperature are held.
 * Equal to a fit anew on the same photos to 1e-6 of the range of the logits. Throws E_ONE_CLASS where fewer than two
 * classes have a photo left.
 */
export async function updateExactly(
  model: OpenedModel,
  change: VersionChange,
  { engine, scoresOld = true }: { engine: Engine; scoresOld?: boolean },
): Promise<NewVersion> {
  const statistics = model.statistics!;
  const { pipeline, detail } = statistics;
  const held = holdPipeline(pipeline, statistics.transforms);
  const photos = [...change.kept, ...(await scoredBefore(model, change, engine))];
  const tallies = await talliesAfter(model, change, { held, engine });
  const counts = tallies === null ? countLabels(photos) : countTallies(tallies);
  const labels = [...counts.keys()].filter((label) => counts.get(label)! > 0).sort();
  requireTwo(labels);
  const sums =
    tallies === null
      ? await sumsOfRows(photos, labels, { held, statistics, engine })
      : poolTallies(labels.map((label) => tallies.get(label)!));
  const byMoments = classifierTable[pipeline.classifier]!.byMoments!;
  const { algebra } = engine;
  const { moments, fourths } = sums;
  const fitted: FittedClassifier = await byMoments.fit(moments, pipeline.parameters, { fourths, algebra });
  const next = held.withClassifier(fitted);
  const carried =
    tallies !== null && isCarried(detail, { classCount: labels.length, columns: moments.columns });
  return {
    kind: "exact",
    start: null,
    steps: null,
    labels,
    classCounts: labels.map((label) => counts.get(label)!),
    classifier: next.toGraph(),
    chosen: model.record.chosen,
    memory: model.memory && memoryOf(photos, { labels, pipeline, before: model.memory }),
    statistics: { ...statistics, tallies: carried ? labels.map((label) => tallies.get(label)!) : null },
    oldPhotos: !scoresOld
      ? null
      : await scoreOldPhotos(model, change, {
          labels,
          engine,
          score: async (features) => await next.score(features, { algebra }),
        }),
  };
}

/** The sums of each class after the change; null where the model carries none. */
async function talliesAfter(
  { record, statistics }: OpenedModel,
  { map, added, removed, relabelled }: VersionChange,
  { held, engine }: { held: HeldPipeline; engine: Engine },
): Promise<Map<string, ClassTally> | null> {
  if (statistics!.tallies === null) return null;
  const { detail } = statistics!;
  const { columns } = statistics!.tallies[0]!.moments;
  const tallies = new Map<string, ClassTally>();
  const change = (label: string, to: (tally: ClassTally) => ClassTally): unknown =>
    tallies.set(label, to(tallies.get(label) ?? emptyTally(columns, detail)));
  for (const [k, label] of record.labels.entries()) {
    const into = map.get(label)!;
    if (into !== null) change(into, (tally) => mergeTallies(tally, statistics!.tallies![k]!));
  }
  const tallyOf = async (photos: readonly VersionPhoto[]): Promise<ClassTally> => {
    const { features } = rowsOf(photos, [], photos[0]!.features!.length);
    const rows = await held.transformed(features);
    const every = Int32Array.from(photos.keys());
    return await tallyRows(rows, every, { detail, algebra: engine.algebra });
  };
  const gone = [...removed, ...relabelled.map(({ photo }) => photo)];
  const come = [...added, ...relabelled.map(({ photo, to }) => ({ ...photo, label: to }))];
  for (const [label, photos] of byLabel(gone)) {
    const tally = await tallyOf(photos);
    change(label, (from) => subtractTally(from, tally));
  }
  for (const [label, photos] of byLabel(come)) {
    const tally = await tallyOf(photos);
    change(label, (to) => mergeTallies(to, tally));
  }
  return tallies;
}

/** The moments of all rows at once, where their sums class by class would be too large. */
async function sumsOfRows(
  photos: readonly VersionPhoto[],
  labels: readonly string[],
  { held, statistics, engine }: { held: HeldPipeline; statistics: Statistics; engine: Engine },
): Promise<ReturnType<typeof poolTallies>> {
  const rows = rowsOf(photos, labels, photos[0]!.features!.length);
  const set = { ...rows, features: await held.transformed(rows.features), classCount: labels.length };
  const moments = await momentsOf(set, {
    detail: momentDetail(statistics.detail),
    algebra: engine.algebra,
  });
  const means = momentMeans(moments);
  const fourths = statistics.detail === "tails" ? await fourthPowers(set, means, () => undefined) : undefined;
  return { moments, fourths };
}

/** How photos that stay fare with the model before and with a new one, by their remembered features. */
export async function scoreOldPhotos(
  model: OpenedModel,
  { kept, map }: VersionChange,
  next: {
    readonly labels: readonly string[];
    readonly engine: Engine;
    score(features: Matrix): Promise<Matrix>;
  },
): Promise<OldPhotos | null> {
  const photos = kept.filter(({ features }) => features !== null);
  if (photos.length === 0) return null;
  const rows = rowsOf(photos, next.labels, photos[0]!.features!.length);
  const logits = await headLogits(model, rows.features, next.engine);
  const before = photos.filter(
    ({ label }, i) => map.get(model.record.labels[argmax(rowOf(logits, i))]!) === label,
  ).length;
  return {
    photos: photos.length,
    before: before / photos.length,
    after: accuracyOf(await next.score(rows.features), rows.labels),
    scores: "seen",
  };
}

/**
 * Added photos with what the model before makes of them, which had not seen them; none for photos of classes that it did not
 * know, where it could only be wrong.
 */
async function scoredBefore(
  model: OpenedModel,
  { added, map }: VersionChange,
  engine: Engine,
): Promise<VersionPhoto[]> {
  const { labels } = model.record;
  const known = new Set(map.values());
  if (model.memory === null || added.length === 0) return [...added];
  const { features } = rowsOf(added, [], added[0]!.features!.length);
  const logits = await headLogits(model, features, engine);
  return added.map((photo, i) =>
    known.has(photo.label) ? { ...photo, logits: mappedLogits(rowOf(logits, i), { labels, map }) } : photo,
  );
}

/** What the classifier of a model folder makes of features. Shapes: n x D -> n x K. */
export async function headLogits(
  { network, record }: OpenedModel,
  { rows, columns, data }: Matrix,
  engine: Engine,
): Promise<Matrix> {
  await using session = await engine.load(headOf(network));
  const { logits } = await session.run({ [joinedFeatures]: floatTensor([rows, columns], data) });
  return createMatrix(rows, record.labels.length, asFloat32(logits!).slice());
}

/** Throws E_ONE_CLASS unless two classes have a photo. */
export function requireTwo(labels: readonly string[]): void {
  if (labels.length > 1) return;
  throw new RootstockError(
    "E_ONE_CLASS",
    `update: expected photos of at least 2 classes to be left, got ${quoteList(labels) || "none"}.`,
    { hint: "Add photos of a second class, or remove fewer. The model is as it was." },
  );
}

function byLabel(photos: readonly VersionPhoto[]): Map<string, VersionPhoto[]> {
  const groups = new Map<string, VersionPhoto[]>();
  for (const photo of photos) {
    const members = groups.get(photo.label);
    if (members === undefined) groups.set(photo.label, [photo]);
    else members.push(photo);
  }
  return groups;
}

function countLabels(photos: readonly VersionPhoto[]): Map<string, number> {
  return new Map([...byLabel(photos)].map(([label, members]) => [label, members.length]));
}

function countTallies(tallies: ReadonlyMap<string, ClassTally>): Map<string, number> {
  return new Map([...tallies].map(([label, { moments }]) => [label, moments.counts[0]!]));
}

function outputColumns({ pipeline, transforms }: Statistics): number {
  const pca = pipeline.transforms.findLastIndex((spec) => typeof spec !== "string");
  if (pca === -1) return pipeline.blocks.reduce((sum, columns) => sum + columns, 0);
  return transforms.get(`transforms.${pca}.direction`)!.dims[0]!;
}
