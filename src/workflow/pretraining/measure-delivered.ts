import type { WorkOptions } from "../../base/events.ts";
import type { Engine } from "../../engine/engine.ts";
import { readModelFile } from "../../engine/read-model-file.ts";
import { chainGraphs } from "../../graph/edit/join-graphs.ts";
import type { Graph } from "../../graph/graph.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import { scoreValidation } from "../../training/validation-score.ts";
import type { PretrainingFiles } from "./pretraining-files.ts";

/** On what a delivered network is measured. */
export interface MeasureOptions extends WorkOptions {
  readonly engine: Engine;
  /** Photos of the size that it was trained on. */
  readonly source: ExampleSource;
  readonly labels: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Top-1 on the validation photos of the two files as they lie on the disk, the trunk's float16 weights and all: what a
 * card says is what its file does.
 */
export async function measureDelivered(
  { backbone, head }: Pick<PretrainingFiles, "backbone" | "head">,
  options: MeasureOptions,
): Promise<number> {
  const [trunk, scores] = [await readModelFile(backbone), await readModelFile(head)];
  const whole = classifierOf(trunk.graph, scores.graph, options.source.dims);
  const score = await scoreValidation(whole, options);
  return score!.validationAccuracy;
}

/** A trunk for pictures of a size that is not its card's, and the head that it was trained with behind it. */
export function classifierOf(trunk: Graph, head: Graph, dims: readonly number[]): Graph {
  const [input] = trunk.inputs;
  const resized = { ...trunk, inputs: [{ ...input!, dims: ["N", ...dims] }] };
  const maps = { ...resized, outputs: resized.outputs.map((output) => ({ ...output, dims: undefined })) };
  return chainGraphs(maps, head, { [head.inputs[0]!.name]: maps.outputs[0]!.name });
}
