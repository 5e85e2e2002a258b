import { createMatrix, rowOf } from "../../base/matrix.ts";
import { type LastLayer, lastLayerOf } from "../../bundle/last-layer.ts";
import { headOf } from "../../bundle/model-parts.ts";
import type { PipelineRecord } from "../../classifiers/pipeline.ts";
import type { WarmStart } from "../../classifiers/warm-start.ts";
import type { ClassMap } from "./class-changes.ts";
import type { VersionPhoto } from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";

/** What a fit anew is about. */
export interface FitAnew {
  /** In the order of the rows. */
  readonly photos: readonly VersionPhoto[];
  readonly labels: readonly string[];
  readonly map: ClassMap;
}

/**
 * The model's own weights as a start for the classes of now: of a class renamed as they are, of classes merged their mean, of a
 * new one zeros. Null where the classifier has none to begin from: it is no linear one that iterates, or `pca`, fitted
 * anew, turns its columns about.
 */
export function warmStartOf(
  { network, record, memory }: OpenedModel,
  { photos, labels, map }: FitAnew,
): WarmStart | null {
  const { pipeline } = memory!;
  const layer = canBegin(pipeline) ? lastLayerOf(headOf(network).graph) : null;
  if (layer === null || layer.weights.rows !== record.labels.length) return null;
  const place = new Map(memory!.hashes.map((hash, row) => [hash, row]));
  const isKnown = ({ sha256, label }: VersionPhoto): boolean => {
    const row = place.get(sha256);
    return row !== undefined && map.get(record.labels[memory!.labels[row]!]!) === label;
  };
  return {
    ...layerFor(layer, labels, { before: record.labels, map }),
    known: Uint8Array.from(photos, (photo) => (isKnown(photo) ? 1 : 0)),
  };
}

/** Whether the classifier takes a start: `svm` with squared hinge, `softmax`; none behind `pca`. */
function canBegin({ classifier, parameters, transforms }: PipelineRecord): boolean {
  if (transforms.some((spec) => typeof spec !== "string")) return false;
  return classifier === "softmax" || (classifier === "svm" && parameters["loss"] !== "hinge");
}

function layerFor(
  { weights, bias }: LastLayer,
  labels: readonly string[],
  { before, map }: { readonly before: readonly string[]; readonly map: ClassMap },
): LastLayer {
  const next = createMatrix(labels.length, weights.columns);
  const nextBias = new Float32Array(labels.length);
  for (const [k, label] of labels.entries()) {
    const sources = [...before.keys()].filter((row) => map.get(before[row]!) === label);
    for (const source of sources) {
      const row = rowOf(next, k);
      rowOf(weights, source).forEach((value, j) => (row[j]! += value / sources.length));
      nextBias[k]! += bias[source]! / sources.length;
    }
  }
  return { weights: next, bias: nextBias };
}
