import { resolve } from "node:path";
import { type ErrorRecord, RootstockError } from "../base/errors.ts";
import { type Run, startRun } from "../base/events.ts";
import type { Pooling } from "../features/feature-model.ts";
import { requirePlace } from "../files/require-place.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import { featureForm, writeFeatures } from "../features/write-features.ts";
import { defaultBackbone } from "./defaults.ts";
import { openBackbones } from "./plan.ts";
import { type StudyOptions, cacheOf, extractUse, scanCacheOf, scanWithFeatures } from "./study.ts";
import { readData } from "./read-data.ts";
import { useEngine } from "./use-engine.ts";

/** As for a study, and the file to write. */
export interface FeaturesOptions extends StudyOptions {
  /** The file to write: .safetensors, .parquet, .csv or .jsonl. */
  readonly out: string;
}

/** `features --json` */
export interface FeaturesResult {
  readonly out: string;
  readonly images: number;
  readonly dimensions: number;
  readonly backbone: string;
  readonly layer: string;
  readonly pooling: Pooling;
  readonly skipped: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

/** A file of no features would look like work done. */
function noneLeft({ message, hint }: ErrorRecord): RootstockError {
  return new RootstockError("E_DATA", `features: no picture could be used, the first: ${message}`, { hint });
}

/**
 * Writes the features of a data set, and its labels where it has any, to one file, readable from Python: safetensors,
 * Parquet, CSV or JSONL, as its name ends (see `writeFeatures`).
 */
export function features(data: string, options: FeaturesOptions): Run<FeaturesResult> {
  return startRun(async (report) => {
    featureForm(options.out);
    await requirePlace(options.out, "file");
    const [backbone, ...others] = await openBackbones(options.backbones ?? [defaultBackbone], {
      layers: [options.layer ?? "default"],
      download: options.download,
      signal: options.signal,
      report,
    });
    if (backbone === undefined || others.length > 0)
      throw new RootstockError("E_OPTION", `features: expected one backbone, got ${others.length + 1}.`, {
        hint: "Write one file for each; `compare --recipes fusion` joins several.",
      });
    const { signal } = options;
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    const cache = cacheOf(options);
    const { splitFolders, unlabelled, labels } = options;
    const reading = {
      purpose: "use",
      splitFolders,
      unlabelled,
      labels,
      scanCache: scanCacheOf(cache),
    } as const;
    const use = {
      backbone,
      layer: resolveLayer(backbone, options.layer).name,
      pooling: options.pooling ?? "avg",
    };
    const work = { engine, cache, signal, report };
    const { manifest } = await scanWithFeatures(use, work, async (scanner) =>
      readData(data, { ...reading, scanner, signal, report }),
    );
    const found = await extractUse(manifest, use, work);
    if (found.failed.length === manifest.rows.length) throw noneLeft(found.failed[0]!.error);
    await writeFeatures(options.out, found, manifest);
    const failed = found.failed.map(({ index, error }) => ({ path: manifest.rows[index]!.path, ...error }));
    return {
      out: resolve(options.out),
      images: found.matrix.rows - failed.length,
      dimensions: found.matrix.columns,
      backbone: backbone.name,
      layer: use.layer,
      pooling: use.pooling,
      skipped: [...manifest.skipped, ...failed],
    };
  });
}
