import { type Matrix, selectRows } from "../base/matrix.ts";
import type { WorkOptions } from "../base/events.ts";
import { lda } from "../classifiers/lda/lda.ts";
import { fitTemperature } from "../classifiers/temperature.ts";
import type { Engine } from "../engine/engine.ts";
import { type Tensor, asFloat32, floatTensor } from "../graph/tensor.ts";
import type { InnerSplit } from "./inner-split.ts";

/** A head to begin with; its weights are divided by the temperature already. */
export interface StartingHead {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly temperature: number;
}

/** What a head in closed form is solved from, beside features and labels. */
export interface ClosedFormOptions extends WorkOptions {
  readonly split: InnerSplit;
  readonly classCount: number;
  readonly engine: Engine;
  /** Null: the one that fits the validation rows best. */
  readonly temperature: number | null;
}

/**
 * The linear head that needs no training: shrinkage LDA on the training rows, its scores divided by a temperature. Plain pictures only: the variations of one picture are no independent rows, and
 * the estimate of the shrinkage would take them for such. Returns null where a class has no training row: such a head
 * has no weights for it. Shapes: N x D, N.
 */
export async function closedFormHead(
  features: Matrix,
  labels: Int32Array,
  { split, classCount, engine, signal, temperature: given }: ClosedFormOptions,
): Promise<StartingHead | null> {
  const { training, validation } = split;
  const own = training.map((row) => labels[row]!);
  if (new Set(own).size < classCount) return null;
  const options = { classCount, algebra: engine.algebra, signal };
  const fitted = await lda.fit(selectRows(features, training), own, { shrinkage: "auto" }, options);
  const held = validation.map((row) => labels[row]!);
  const temperature =
    given ??
    fitTemperature(fitted.logits(selectRows(features, validation)), held, Int32Array.from(held.keys()));
  const weights = new Map([
    ["head.0.weight", divided(fitted.state.get("weight")!, temperature)],
    ["head.0.bias", divided(fitted.state.get("bias")!, temperature)],
  ]);
  return { weights, temperature };
}

function divided(tensor: Tensor, by: number): Tensor {
  return floatTensor(
    tensor.dims,
    asFloat32(tensor).map((value) => value / by),
  );
}
