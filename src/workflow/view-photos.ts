import { join } from "node:path";
import { mapInOrder } from "../base/concurrency.ts";
import { isAbort, toErrorRecord } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix, softmaxRows } from "../base/matrix.ts";
import type { ModelView, PictureView } from "../bundle/model-view.ts";
import type { ManifestRow, SkippedImage } from "../data/manifest.ts";
import { work } from "../words/fact.ts";

/** What a model makes of the pictures of a data set. */
export interface ViewedPhotos {
  /** Those that could be used, in their order. */
  readonly rows: readonly ManifestRow[];
  /** Shape: M x D. */
  readonly features: Matrix;
  /** Calibrated. Shape: M x K. */
  readonly probabilities: Matrix;
  readonly skipped: readonly SkippedImage[];
}

/** Pictures decoded ahead while the network works. */
const decodeAhead = 4;

/** Looks at every picture with a model; one that cannot be used is named, and no reason to lose the rest. */
export async function viewPhotos(
  model: ModelView,
  { root, rows }: { root: string; rows: readonly ManifestRow[] },
  { signal, report }: WorkOptions,
): Promise<ViewedPhotos> {
  const used: ManifestRow[] = [];
  const views: PictureView[] = [];
  const skipped: SkippedImage[] = [];
  const seen = mapInOrder(rows, decodeAhead, async (row) => {
    try {
      signal?.throwIfAborted();
      return { row, view: await model.view(join(root, row.path), { signal }) };
    } catch (error) {
      if (isAbort(error)) throw error;
      return { row, error: toErrorRecord(error) };
    }
  });
  for await (const { row, ...outcome } of seen) {
    if ("error" in outcome) skipped.push({ path: row.path, ...outcome.error });
    else {
      used.push(row);
      views.push(outcome.view);
    }
    const done = used.length + skipped.length;
    report?.({ type: "progress", ...work("look"), done, total: rows.length, unit: "images" });
  }
  return {
    rows: used,
    features: stack(views.map(({ features }) => features)),
    probabilities: softmaxRows(stack(views.map(({ logits }) => logits))),
    skipped,
  };
}

/** Shapes: M vectors of length D -> M x D. */
function stack(vectors: readonly Float32Array[]): Matrix {
  const out = createMatrix(vectors.length, vectors[0]?.length ?? 0);
  vectors.forEach((vector, i) => out.data.set(vector, i * out.columns));
  return out;
}
