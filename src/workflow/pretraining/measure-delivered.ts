import type { WorkOptions } from "../../base/events.ts";
import type { Engine } from "../../engine/engine.ts";
import { readModelFile } from "../../engine/read-model-file.ts";
import { chainGraphs } from "../../graph/edit/join-graphs.ts";
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
  const [input] = trunk.graph.inputs;
  const resized = { ...trunk.graph, inputs: [{ ...input!, dims: ["N", ...options.source.dims] }] };
  const maps = { ...resized, outputs: resized.outputs.map((output) => ({ ...output, dims: undefined })) };
  const whole = chainGraphs(maps, scores.graph, { [scores.graph.inputs[0]!.name]: maps.outputs[0]!.name });
  const score = await scoreValidation(whole, options);
  return score!.validationAccuracy;
}
