import { setMaxListeners } from "node:events";
import { join } from "node:path";
import type { Backbone } from "../backbones/backbone.ts";
import { isAbort } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Scan, scanImage } from "../data/scan-image.ts";
import type { Scanner } from "../data/scan-images.ts";
import type { Engine } from "../engine/engine.ts";
import type { PictureFile, SeenPicture } from "../engine/picture-file.ts";
import { work } from "../words/fact.ts";
import { openCache } from "./extract-features.ts";
import { type Pooling, bestBatchSize, dimensionsOf, featureModel } from "./feature-model.ts";
import { gatherCalls } from "./gather-calls.ts";
import { createFeatureKeeper } from "./keep-features.ts";
import { type Looker, openLooker, picturesUnderWay } from "./open-looker.ts";
import { createPixelBudget, decodedBytes, pixelBudgetBytes } from "./pixel-budget.ts";
import { resolveLayer } from "./resolve-layer.ts";
import type { Views } from "./views.ts";

/** A scanner whose one decoding of a new picture serves its features too. Disposed of, it keeps what it has. */
export interface FeatureScan extends AsyncDisposable {
  readonly scanner: Scanner;
  /** Wall time since the first new picture, as long as new ones came; 0 where there was none. */
  seconds(): number;
}

/** Where features are taken and kept, and on what they are computed. */
export interface FeatureScanOptions extends WorkOptions {
  readonly engine: Engine;
  readonly layer?: string | undefined;
  readonly pooling?: Pooling | undefined;
  readonly views?: Views | undefined;
  readonly cache: string;
}

/** A larger picture waits until its true size has room; 12 MB decoded. */
const postponedPixels = 4_000_000;

/**
 * A scanner for pictures that nobody has looked at yet: each is read and decoded once, and the network's features of it
 * are kept in the cache, where `extractFeatures` then finds them. What a scan tells is what `scanImage` tells; where
 * the network cannot be loaded, has nothing to say or meets a fault, `extractFeatures` meets it again and reports it.
 * The network is loaded by the first new picture. Throws E_LAYER.
 */
export function openFeatureScan(backbone: Backbone, options: FeatureScanOptions): FeatureScan {
  const { engine, report, pooling = "avg" } = options;
  const signal = options.signal && AbortSignal.any([options.signal]);
  if (signal !== undefined) setMaxListeners(0, signal); // one for each picture under way is no leak
  const layer = resolveLayer(backbone, options.layer);
  const dimensions = dimensionsOf(layer, pooling);
  const cache = openCache(backbone, { layer: layer.value, pooling, dimensions }, options)!;
  const keeper = createFeatureKeeper(cache, { columns: dimensions, report });
  const budget = createPixelBudget(pixelBudgetBytes);
  const open = async (): Promise<OpenLook> => {
    const known = await cache.hashes();
    const model = featureModel(backbone, layer, pooling, options.views);
    const network = { model, preprocessing: backbone.card.preprocessing, batchSize: bestBatchSize(model) };
    const looker = await openLooker(network, { engine, known, signal });
    return { looker, known, look: gatherCalls(looker.batchSize, async (files) => await looker.look(files)) };
  };
  let opening: Promise<OpenLook | null> | null = null;
  let started = 0;
  let ended = 0;
  let lastKept: Promise<void> = Promise.resolve();
  const keep = (seen: Promise<SeenPicture | null>): void => {
    lastKept = lastKept.then(async () => {
      const { facts, values } = (await seen.catch(() => null)) ?? {};
      const known = (await opening)?.known;
      if (facts === undefined || values === undefined || known?.has(facts.sha256) !== false) return;
      known.add(facts.sha256);
      await keeper.add(facts.sha256, values);
    });
  };
  const look = async (file: PictureFile): Promise<SeenPicture | null> => {
    if (opening === null) started = performance.now();
    opening ??= open().catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return null;
    });
    const opened = await opening;
    if (opened === null || !keeper.isKeeping) return null;
    const first = { ...file, postponeAbove: postponedPixels };
    const seen = await budget.within(3 * postponedPixels, async () => await opened.look(first));
    return seen.size === undefined
      ? seen
      : await budget.within(decodedBytes(seen.size), async () => await opened.look(file));
  };
  const scan: Scanner["scan"] = async (root, path, scanOptions): Promise<Scan> => {
    const looking = look({ path: join(root, path), sha256: null, subject: JSON.stringify(path) });
    keep(looking);
    const seen = await looking.catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return null; // a runtime that fails is reported by the extraction; the picture is looked at all the same
    });
    ended = performance.now();
    const { facts, error } = seen ?? {};
    if (facts !== undefined) return facts;
    return error === undefined ? await scanImage(root, path, scanOptions) : { error };
  };
  return {
    scanner: {
      atOnce: picturesUnderWay,
      scan,
      stage: () => (opening === null ? null : work("checkAndLook", { backbone: backbone.name })),
    },
    seconds: () => (ended - started) / 1000,
    [Symbol.asyncDispose]: async () => {
      await lastKept;
      await keeper.flush();
      const opened = await opening?.catch(() => null);
      await opened?.looker[Symbol.asyncDispose]();
    },
  };
}

interface OpenLook {
  readonly looker: Looker;
  /** Pictures whose features are kept. */
  readonly known: Set<string>;
  look(file: PictureFile): Promise<SeenPicture>;
}
