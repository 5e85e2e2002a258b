import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import { type Tensor, asFloat32, floatTensor } from "../../graph/tensor.ts";
import { type LinearModel, linearModel } from "../linear-model.ts";
import { matrixTensor, stateMatrix, stateVector } from "../state.ts";

/** Fully connected layers, a ReLU between two: each a linear model. The last gives one logit a class. */
export type Layers = readonly LinearModel[];

/**
 * Layers to begin with: N(0, 2 / fan-in) in hidden ones (He et al. 2015), N(0, 0.01²) in the last, so that training
 * starts from nearly equal scores; biases 0. `sizes`: D, hidden sizes, K. Each layer has its own stream of the seed, named
 * by `stream` and its number.
 */
export function randomLayers(sizes: readonly number[], seed: number, stream = "layer "): Layers {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!;
    const deviation = i < sizes.length - 2 ? Math.sqrt(2 / inputs) : 0.01;
    const random = createRandom(seed).fork(`${stream}${i}`);
    const weights = Float32Array.from({ length: outputs * inputs }, () => deviation * random.normal());
    return { weights: createMatrix(outputs, inputs, weights), bias: new Float32Array(outputs) };
  });
}

/** W max(0, ... max(0, W x + b) ...) + b. Shapes: N x D -> N x K. */
export function layerLogits(layers: Layers, features: Matrix): Matrix {
  return layers.reduce((x, layer, i) => linearModel(layer).logits(i === 0 ? x : positivePart(x)), features);
}

/** The same function in a graph. */
export function appendLayers(builder: GraphBuilder, features: string, layers: Layers): string {
  return layers.reduce(
    (x, layer, i) => linearModel(layer).appendTo(builder, i === 0 ? x : builder.op("Relu", [x])),
    features,
  );
}

/** Layers from weight, bias, weight, bias, ... Shapes: out x in, out, ... */
export function layersFrom(tensors: readonly Tensor[]): Layers {
  return Array.from({ length: tensors.length / 2 }, (_, i) => {
    const [weight, bias] = [tensors[2 * i]!, tensors[2 * i + 1]!];
    const [outputs, inputs] = weight.dims as [number, number];
    return { weights: createMatrix(outputs, inputs, asFloat32(weight)), bias: asFloat32(bias) };
  });
}

/** `layer.0.weight` [out, in], `layer.0.bias` [out], ... */
export function layersState(layers: Layers): [string, Tensor][] {
  return layers.flatMap(({ weights, bias }, i): [string, Tensor][] => [
    [`layer.${i}.weight`, matrixTensor(weights)],
    [`layer.${i}.bias`, floatTensor([bias.length], bias)],
  ]);
}

/** Undoes `layersState`. Throws E_SHAPE when a tensor is missing or of another shape. */
export function restoreLayers(state: ReadonlyMap<string, Tensor>): Layers {
  const count = [...state.keys()].filter((name) => /^layer\.\d+\.weight$/.test(name)).length;
  return Array.from({ length: Math.max(1, count) }, (_, i) => ({
    weights: stateMatrix(state, `layer.${i}.weight`),
    bias: stateVector(state, `layer.${i}.bias`),
  }));
}

function positivePart({ rows, columns, data }: Matrix): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => Math.max(0, value)),
  );
}
