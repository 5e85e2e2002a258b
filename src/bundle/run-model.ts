import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { argmax, createMatrix, softmaxRows } from "../base/matrix.ts";
import type { Session } from "../engine/engine.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import type { Image } from "../image/image.ts";

/** What a model says of one image. */
export interface Prediction {
  readonly label: string;
  /** Of `label`, calibrated, 0 to 1. */
  readonly probability: number;
  /**
   * By label; they sum to 1. An object lists keys like "10" first, whatever their place: the model's own order is that
   * of its `labels`, and `predictionJson` writes them so.
   */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** An image as the model's input: RGB 0 to 255, planes instead of pixels. Shapes: H x W x 3 -> 1 x 3 x H x W. */
export function pixelValues({ width, height, data }: Image): Float32Array {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let i = 0; i < size; i += 1)
    for (let channel = 0; channel < 3; channel += 1) planes[channel * size + i] = data[3 * i + channel]!;
  return planes;
}

/** The logits of one picture. Shape: K. */
export async function runModel(
  session: Session,
  image: Image,
  { signal }: WorkOptions,
): Promise<Float32Array> {
  const pixels = floatTensor([1, 3, image.height, image.width], pixelValues(image));
  const { logits } = await session.run({ pixel_values: pixels }, { signal, transfer: true });
  return asFloat32(logits!);
}

/** Throws E_BUNDLE unless there is one logit for each label. `model` names it in the message. */
export function requireLabelled(
  logits: Float32Array,
  labels: readonly string[],
  model: string,
): Float32Array {
  if (logits.length === labels.length) return logits;
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(model)}: expected one logit for each of ${labels.length} labels, got ${logits.length}.`,
    { hint: "Its files do not belong together; copy the folder again, or train the model again." },
  );
}

/** Logits as a prediction: their softmax is the probability. Shapes: K labels, K logits. */
export function toPrediction(labels: readonly string[], logits: Float32Array): Prediction {
  const { data } = softmaxRows(createMatrix(1, logits.length, logits));
  const best = argmax(data);
  return {
    label: labels[best]!,
    probability: data[best]!,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, data[i]!])),
  };
}
