import { join } from "node:path";
import type { ErrorRecord } from "../base/errors.ts";
import type { Report, WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import { joinColumns, viewRows } from "../base/matrix.ts";
import { holdoutOf } from "../data/holdout.ts";
import { type Manifest, classIndices } from "../data/manifest.ts";
import type { Scanner } from "../data/scan-images.ts";
import type { Engine } from "../engine/engine.ts";
import type { Features } from "../features/features.ts";
import { extractFeatures } from "../features/extract-features.ts";
import { openFeatureScan } from "../features/scan-features.ts";
import { cacheFolder } from "../files/cache-folder.ts";
import { dataDigest } from "../runs/data-digest.ts";
import type { Pooling } from "../features/feature-model.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import { requireFullBatch } from "../training/train-network.ts";
import { type FeatureUse, type Plan, takesFeatures, useKey } from "./plan.ts";
import { type DataOptions, readData } from "./read-data.ts";
import type { EngineOptions } from "./use-engine.ts";

export type { DataOptions } from "./read-data.ts";

/** What every face may say about the data, the backbones and the machine. */
export interface StudyOptions extends WorkOptions, DataOptions, EngineOptions {
  /** Names or files; `role=` in front names one. Default: the backbone that the package carries. */
  readonly backbones?: readonly string[] | undefined;
  /** Pull what is named and missing; default: refuse, nothing is downloaded unasked. */
  readonly download?: boolean | undefined;
  readonly layer?: string | undefined;
  readonly pooling?: Pooling | undefined;
  /** A share of the photos, from 0 to 1, kept aside as a test set that stays the same while photos are added; default: none. */
  readonly lockTest?: number | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** Folder of the feature cache; null keeps nothing; default: the user's cache folder. */
  readonly cache?: string | null | undefined;
}

/** A data set with the features of every plan: what recipes are tried on. */
export interface Study {
  readonly manifest: Manifest;
  /** See `dataDigest`; made once, since every task is asked for it. */
  readonly digest: string;
  /** The same of all pictures that were scanned, before any failed in a network. */
  readonly scannedDigest: string;
  /** Class index of each row. Shape: N. */
  readonly labels: Int32Array;
  /** Rows for fitting and folds; rows of the holdout, empty where the data has none. */
  readonly training: Int32Array;
  readonly holdout: Int32Array;
  /** The feature cache's folder; null keeps nothing. */
  readonly cache: string | null;
  /** A plan's features, blocks side by side. Shape: N x D. */
  featuresOf(plan: Plan): StudyFeatures;
}

/** The features of one plan. */
export interface StudyFeatures {
  readonly matrix: Matrix;
  /** Columns of each block, in the order of the plan's backbones. */
  readonly blocks: readonly number[];
  /** Wall time of the extraction; near zero when the cache had everything. */
  readonly seconds: number;
}

/**
 * Reads the data set and extracts what the plans need, each (backbone, layer, pooling) once.
 * An image that fails only now (changed since the scan) is skipped and named, like the ones that failed before.
 */
export async function openStudy(
  data: string,
  plans: readonly Plan[],
  options: StudyOptions & { engine: Engine; report: Report; folds?: number; scanned?: Manifest },
): Promise<Study> {
  const { engine, signal, report } = options;
  const cache = cacheOf(options);
  const uses = new Map(
    plans.filter(takesFeatures).flatMap((plan) => plan.uses.map((use) => [useKey(use), use] as const)),
  );
  const [first] = uses.values();
  const read = options.scanned
    ? { manifest: options.scanned, seconds: 0 }
    : await scanWithFeatures(first, { ...options, cache }, async (scanner) =>
        scanData(data, { ...options, scanner }),
      );
  const scanned = read.manifest;
  const extracted = new Map<string, Extraction>();
  for (const [key, use] of uses) {
    const { features, seconds } = await extract(scanned, use, { engine, cache, signal, report });
    extracted.set(key, { features, seconds: seconds + (use === first ? read.seconds : 0) });
  }
  const failed = new Map(
    [...extracted.values()].flatMap(({ features }) =>
      features.failed.map(({ index, error }) => [index, error]),
    ),
  );
  const kept = Int32Array.from(scanned.rows.keys()).filter((row) => !failed.has(row));
  const manifest = withoutFailed(scanned, failed);
  const { training, holdout } = holdoutOf(manifest);
  const joined = new Map<string, WeakRef<Matrix>>(); // one copy for all who ask while it is in use
  const join = (of: readonly FeatureUse[]): Matrix => {
    const name = of.map(useKey).join(" + ");
    const known = joined.get(name)?.deref();
    if (known !== undefined) return known;
    const parts = of.map((use) => viewRows(extracted.get(useKey(use))!.features.matrix, kept));
    const matrix = joinColumns(parts);
    joined.set(name, new WeakRef(matrix));
    return matrix;
  };
  return {
    manifest,
    digest: dataDigest(manifest),
    scannedDigest: dataDigest(scanned),
    labels: classIndices(manifest),
    training,
    holdout,
    cache,
    featuresOf: (plan) => {
      const secondsOf = (of: readonly FeatureUse[]): number =>
        of.reduce((sum, use) => sum + (extracted.get(useKey(use))?.seconds ?? 0), 0);
      const uses = takesFeatures(plan) ? plan.uses : [];
      const parts = uses.map((use) => extracted.get(useKey(use))!);
      return {
        matrix: join(uses),
        blocks: parts.map(({ features }) => features.matrix.columns),
        seconds: secondsOf(plan.recipe.kind === "blend" ? plan.uses : uses),
      };
    },
  };
}

/** Reads the data set alone. */
export async function scanData(
  data: string,
  options: StudyOptions & { report: Report; folds?: number | undefined; scanner?: Scanner | undefined },
): Promise<Manifest> {
  const { folds, signal, report, splitFolders, unlabelled, labels, lockTest, scanner } = options;
  const scanCache = scanCacheOf(cacheOf(options));
  return await readData(data, {
    folds,
    splitFolders,
    unlabelled,
    labels,
    lockTest,
    scanCache,
    scanner,
    signal,
    report,
  });
}

/**
 * Reads a data set by a scanner that computes the features of new pictures too, so that each is decoded once; by the
 * plain one where no features are wanted or nothing is kept. `seconds`: how long new pictures took.
 */
export async function scanWithFeatures(
  use: FeatureUse | undefined,
  { cache, ...options }: WorkOptions & { engine: Engine; cache: string | null },
  read: (scanner: Scanner | undefined) => Promise<Manifest>,
): Promise<{ manifest: Manifest; seconds: number }> {
  if (use === undefined || cache === null) return { manifest: await read(undefined), seconds: 0 };
  const { backbone, ...place } = use;
  const { engine, signal, report } = options;
  await using scan = openFeatureScan(backbone, { engine, signal, report, cache, ...place });
  const manifest = await read(scan.scanner);
  return { manifest, seconds: scan.seconds() };
}

interface Extraction {
  readonly features: Features;
  readonly seconds: number;
}

async function extract(
  manifest: Manifest,
  use: FeatureUse,
  options: WorkOptions & { engine: Engine; cache: string | null },
): Promise<Extraction> {
  const started = performance.now();
  const features = await extractUse(manifest, use, options);
  return { features, seconds: (performance.now() - started) / 1000 };
}

/** The features of every row of a manifest. */
export async function extractUse(
  manifest: Manifest,
  { backbone, layer, pooling, views }: FeatureUse,
  options: WorkOptions & { engine: Engine; cache: string | null; isKnownMissing?: boolean },
): Promise<Features> {
  const images = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  return await extractFeatures(images, backbone, { ...options, layer, pooling, views });
}

/** The cache folder that was asked for; the user's own where nothing was said. */
export function cacheOf({ cache }: StudyOptions): string | null {
  return cache === undefined ? cacheFolder(process.env) : cache;
}

/** Where scans of unchanged files are kept, inside a cache folder. */
export function scanCacheOf(cache: string | null): string | null {
  return cache === null ? null : join(cache, "scans");
}

function withoutFailed(manifest: Manifest, failed: ReadonlyMap<number, ErrorRecord>): Manifest {
  if (failed.size === 0) return manifest;
  const skipped = [...failed].map(([row, error]) => ({ path: manifest.rows[row]!.path, ...error }));
  return {
    ...manifest,
    rows: manifest.rows.filter((_, row) => !failed.has(row)),
    skipped: [...manifest.skipped, ...skipped],
  };
}

/** The group of each row, every row without one being its own. Shape: N. */
export function groupsOf({ rows }: Manifest): string[] {
  return rows.map(({ group, path }) => group ?? `image ${path}`);
}

/** Throws E_OPTION for a batch that was asked for and that no training could fill; a recipe's own gives way. */
export function requireBatch({ batchSize }: TrainingSettings, { training }: Study): void {
  if (batchSize !== undefined) requireFullBatch({ batchSize }, training.length);
}
