import type { WorkOptions } from "../../base/events.ts";
import type { UpdateStart } from "../../bundle/bundle-record.ts";
import { takeStatistics } from "../../bundle/take-statistics.ts";
import { type TunedPipeline, fitPipeline, restorePipeline } from "../../classifiers/pipeline.ts";
import type { Engine } from "../../engine/engine.ts";
import { temperatureAsConfident } from "./keep-confidence.ts";
import { logitRows } from "./known-photos.ts";
import {
  type NewVersion,
  type OldPhotos,
  type VersionPhoto,
  accuracyOf,
  memoryOf,
  rowsOf,
} from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";
import { type VersionChange, headLogits, requireTwo, scoreOldPhotos } from "./update-exactly.ts";
import { warmStartOf } from "./warm-start.ts";

/** What fits anew are made with. */
export interface RetrainOptions extends WorkOptions {
  readonly engine: Engine;
  /** Whether the solver begins from the model's own weights, where it can; default false. */
  readonly isWarm?: boolean;
}

/**
 * The next version of a model whose classifier is no sum over rows: fitted anew on the remembered features and those of the
 * added photos. Hyper-parameters are held; transforms and temperature are fitted again, and every photo gets a score by an
 * inner fold that had not seen it. Throws what `fitPipeline` throws, and E_ONE_CLASS.
 */
export async function retrain(
  model: OpenedModel,
  change: VersionChange,
  options: RetrainOptions,
): Promise<NewVersion> {
  const { kept, added } = change;
  const before = model.memory!;
  const all = [...kept, ...added];
  const { fitted, photos, rows, labels, ...solved } = await fitAnew(model, change, options);
  const source = { pipeline: fitted, ...rows, classCount: labels.length };
  return {
    kind: "retrained",
    ...solved,
    labels,
    classCounts: countsOf(all, labels),
    classifier: fitted.toGraph(),
    chosen: fitted.chosen,
    memory: memoryOf(all, { labels, pipeline: fitted.record, before, logits: fitted.heldOut }),
    statistics: await takeStatistics(source, options.engine),
    oldPhotos: heldOutAccuracy(photos, { labels, kept, after: fitted.heldOut, truth: rows.labels }),
  };
}

/**
 * The next version of a trained network: its head fitted anew, from its own weights, on what the network makes of the photos that
 * it was trained on and of those added; its body is held. Inner folds have been seen by the body, so they tell nothing: the
 * temperature is the one at which the head is as sure of the old photos as the head before. Throws as `retrain`.
 */
export async function retrainHead(
  model: OpenedModel,
  change: VersionChange,
  options: RetrainOptions,
): Promise<NewVersion> {
  const { kept, added } = change;
  const { engine } = options;
  const { algebra } = engine;
  const all = [...kept, ...added];
  const { fitted, labels, ...solved } = await fitAnew(model, change, options);
  const old = kept.filter(({ features }) => features !== null);
  const { features } = rowsOf(old, labels, fitted.dimensions);
  const even = restorePipeline({ ...fitted.record, temperature: 1 }, fitted.state);
  const temperature =
    old.length === 0
      ? fitted.record.temperature
      : temperatureAsConfident(
          await even.score(features, { algebra }),
          await headLogits(model, features, engine),
        );
  const next = restorePipeline({ ...fitted.record, temperature }, fitted.state);
  return {
    kind: "head",
    start: solved.start,
    steps: solved.steps,
    labels,
    classCounts: countsOf(all, labels),
    classifier: next.toGraph(),
    chosen: model.record.chosen,
    memory: memoryOf(all, { labels, pipeline: next.record, before: model.memory! }),
    statistics: null,
    oldPhotos: await scoreOldPhotos(model, change, {
      labels,
      engine,
      score: async (rows) => await next.score(rows, { algebra }),
    }),
  };
}

/** A fit on all photos that there are features of. */
async function fitAnew(
  model: OpenedModel,
  { kept, added, map }: VersionChange,
  { engine, signal, report, isWarm = false }: RetrainOptions,
): Promise<{
  fitted: TunedPipeline;
  photos: readonly VersionPhoto[];
  rows: ReturnType<typeof rowsOf>;
  labels: readonly string[];
  start: UpdateStart;
  steps: number | null;
}> {
  const before = model.memory!;
  const photos = [...kept, ...added].filter(({ features }) => features !== null);
  const labels = [...new Set(photos.map(({ label }) => label))].sort();
  requireTwo(labels);
  const rows = rowsOf(photos, labels, before.features.columns);
  const { transforms, classifier, parameters, blocks } = before.pipeline;
  const start = isWarm ? warmStartOf(model, { photos, labels, map }) : null;
  let steps: number | null = null;
  const fitted = await fitPipeline(
    rows.features,
    rows.labels,
    { transforms, classifier, grid: [parameters], blocks },
    {
      classCount: labels.length,
      algebra: engine.algebra,
      engine,
      groups: photos.map(({ sha256 }) => sha256),
      seed: model.record.seed,
      signal,
      report,
      start: start ?? undefined,
      countSteps: (count) => (steps = (steps ?? 0) + count),
    },
  );
  return { fitted, photos, rows, labels, start: start === null ? "cold" : "warm", steps };
}

function countsOf(photos: readonly VersionPhoto[], labels: readonly string[]): number[] {
  return labels.map((label) => photos.filter((photo) => photo.label === label).length);
}

/** On photos that both versions have scores of, by fits that had not seen them. */
function heldOutAccuracy(
  photos: readonly VersionPhoto[],
  {
    labels,
    kept,
    after,
    truth,
  }: {
    readonly labels: readonly string[];
    readonly kept: readonly VersionPhoto[];
    readonly after: Parameters<typeof accuracyOf>[0];
    readonly truth: Int32Array;
  },
): OldPhotos | null {
  const old = new Set(kept.filter(({ logits }) => logits !== null).map(({ sha256 }) => sha256));
  const isOld = (i: number): boolean => old.has(photos[i]!.sha256);
  if (old.size === 0) return null;
  const masked = {
    ...after,
    data: after.data.map((value, at) => (isOld(Math.floor(at / labels.length)) ? value : Number.NaN)),
  };
  const before = logitRows(
    photos.map((photo, i) => (isOld(i) ? photo : { logits: null })),
    labels,
  );
  return {
    photos: old.size,
    before: accuracyOf(before, truth),
    after: accuracyOf(masked, truth),
    scores: "held out",
  };
}
