import type { WorkOptions } from "../base/events.ts";
import { type Matrix, argmax, rowOf } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import type { Graph } from "../graph/graph.ts";
import type { ExampleSource } from "./example-source.ts";
import { networkOutputs } from "./network-outputs.ts";

/** How a network does on rows that it does not learn from. */
export interface ValidationScore {
  /** Mean -log softmax at the label, or what `judge` makes of the logits. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** What a network is validated on, and by what. */
export interface ValidationOptions extends WorkOptions {
  readonly engine: Engine;
  readonly source: ExampleSource;
  /** Class index of each row of the data set. Shape: N. */
  readonly labels: Int32Array;
  /** The rows that are scored. */
  readonly validation: Int32Array;
  /** What is lowest in the best epoch, of validation logits and labels; default: the cross-entropy. Shapes: n x K, n. */
  readonly judge?: ((logits: Matrix, labels: Int32Array) => number) | undefined;
}

/** A network on the validation rows; null where there are none. */
export async function scoreValidation(
  forward: Graph,
  options: ValidationOptions,
): Promise<ValidationScore | null> {
  const { source, validation: rows, judge = meanCrossEntropy } = options;
  if (rows.length === 0) return null;
  const logits = await networkOutputs(forward, { source, rows }, options);
  const labels = rows.map((row) => options.labels[row]!);
  return {
    validationLoss: judge(logits, labels),
    validationAccuracy: labels.filter((label, i) => argmax(rowOf(logits, i)) === label).length / rows.length,
  };
}

function meanCrossEntropy(logits: Matrix, labels: Int32Array): number {
  return labels.reduce((sum, label, i) => sum + crossEntropyOf(rowOf(logits, i), label), 0) / labels.length;
}

/** log Σ exp z - z at the label, shifted by the largest. */
function crossEntropyOf(scores: Float32Array, label: number): number {
  const max = scores[argmax(scores)]!;
  return Math.log(scores.reduce((sum, z) => sum + Math.exp(z - max), 0)) - (scores[label]! - max);
}
