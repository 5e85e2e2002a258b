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
  /** By label, in the order of the model's labels; they sum to 1. */
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
