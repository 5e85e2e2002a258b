import type { Graph } from "../graph/graph.ts";
import { appendGradients } from "./append-gradients.ts";
import type { Expressions } from "./expressions.ts";
import { gradientPath } from "./gradient-path.ts";
import { clipByGlobalNorm } from "./optimizers.ts";
import type { TrainingForm } from "./training-form.ts";
import type { TrainingOptions } from "./training-options.ts";
import { withoutUnits } from "./training-state.ts";

/** What is written of a step when its gradients are to be: the forward nodes, and the loss's gradient by the logits. */
export interface WrittenForward extends Pick<TrainingForm, "nodes" | "known"> {
  /** Network output -> the loss's gradient by it. */
  readonly seeds: ReadonlyMap<string, string>;
}

/**
 * The gradient of every trained parameter as the optimiser takes it: without unit axes, the joint norm limited where
 * `clipNorm` says so; `norm` is the one before, and absent where there is no limit.
 */
export function parameterGradients(
  e: Expressions,
  { nodes, known, seeds }: WrittenForward,
  { forward, options }: { forward: Graph; options: TrainingOptions },
): { gradients: ReadonlyMap<string, string>; norm?: string } {
  const { trainable, clipNorm } = options;
  const path = gradientPath(
    { nodes },
    { trained: trainable, outputs: [...seeds.keys()], typeOf: known.typeOf },
  );
  const written = appendGradients(e, path, { known, seeds, wanted: trainable });
  const gradients = new Map(
    [...written].map(([name, x]) => [name, withoutUnits(e, x, forward.initializers.get(name)!.dims)]),
  );
  return clipNorm === undefined ? { gradients } : clipByGlobalNorm(e, gradients, clipNorm);
}
