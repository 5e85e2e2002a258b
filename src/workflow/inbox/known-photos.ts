import { resolve } from "node:path";
import type { KnownPhotos } from "../../adapt/sort-photos.ts";
import { stackRows } from "../../adapt/unit-rows.ts";
import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Report, WorkOptions } from "../../base/events.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { type Memory, readMemory } from "../../bundle/memory.ts";
import type { ModelView } from "../../bundle/model-view.ts";
import { readTrainingHashes } from "../../bundle/training-hashes.ts";
import type { ManifestRow } from "../../data/manifest.ts";
import { readManifest } from "../../data/read-manifest.ts";
import { viewPhotos } from "../view-photos.ts";

/** What an inbox is compared with. */
export interface KnownInbox extends KnownPhotos {
  /** Photos that the model learnt from, by their bytes. */
  readonly learnt: ReadonlySet<string>;
}

/**
 * The photos that a model folder remembers, and those of a labelled folder where one is given. Where one is, acceptance is
 * judged on it alone, without what the model learnt from. Throws E_BUNDLE where there is neither, E_DATA for a label that
 * the model does not know.
 */
export async function readKnown(
  folder: string,
  model: ModelView,
  { calibration, signal, report }: { calibration: string | undefined; report: Report } & WorkOptions,
): Promise<KnownInbox> {
  const memory = await readMemory(folder);
  const learnt = await learntHashes(folder, model, memory);
  if (calibration === undefined) return { ...rememberedPhotos(folder, memory), learnt };
  const { labels } = model.record;
  const manifest = await readManifest(calibration, { purpose: "use", signal, report });
  const rows = manifest.rows.filter(({ sha256, label }) => label !== null && !learnt.has(sha256));
  requireKnown(rows, labels, calibration);
  const viewed = await viewPhotos(model, { root: manifest.root, rows }, { signal, report });
  const given = Int32Array.from(viewed.rows, ({ label }) => labels.indexOf(label!));
  const logits = logarithms(viewed.probabilities);
  if (memory === null) return { features: viewed.features, labels: given, logits, learnt };
  return {
    features: stackRows(memory.features, viewed.features),
    labels: Int32Array.from([...new Int32Array(memory.labels.length).fill(-1), ...given]),
    logits: stackRows(memory.logits, logits),
    learnt,
  };
}

function rememberedPhotos(folder: string, memory: Memory | null): KnownPhotos {
  if (memory !== null && memory.hashes.length > 1) return memory;
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(folder)}: expected the memory of what it learnt from, got a folder without one.`,
    {
      hint: "Name a folder of labelled photos with --calibration, or make the model again without --no-memory.",
    },
  );
}

async function learntHashes(
  folder: string,
  { record }: ModelView,
  memory: Memory | null,
): Promise<ReadonlySet<string>> {
  const listed = (await readTrainingHashes(folder, record)) ?? [];
  return new Set([...listed, ...(memory?.hashes ?? []), ...(memory?.others.hashes ?? [])]);
}

function requireKnown(rows: readonly ManifestRow[], labels: readonly string[], path: string): void {
  const unknown = [...new Set(rows.map(({ label }) => label!))].filter((label) => !labels.includes(label));
  if (unknown.length > 0)
    throw new RootstockError(
      "E_DATA",
      `calibration ${JSON.stringify(resolve(path))}: the model does not know ${quoteList(unknown)}; it knows ${quoteList(labels)}.`,
      { hint: "Name the folders as the model's classes are named, or leave the others out." },
    );
  if (rows.length > 1) return;
  throw new RootstockError(
    "E_DATA",
    `calibration ${JSON.stringify(resolve(path))}: expected labelled photos that the model did not learn from, got ${rows.length}.`,
    { hint: "Keep some labelled photos out of training for this." },
  );
}

/** Logits whose softmax are the probabilities again. Shape: N x K. */
function logarithms({ rows, columns, data }: Matrix): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((p) => Math.log(Math.max(p, Number.MIN_VALUE))),
  );
}
