import { RootstockError } from "../../base/errors.ts";
import { type Matrix, rowOf, selectRows } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import { warmUpCosine } from "../../training/schedule.ts";
import { standardise } from "../transforms/affine-columns.ts";
import { requireBetween } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import {
  type Layers,
  appendLayers,
  layerLogits,
  layersState,
  randomLayers,
  restoreLayers,
} from "./layers.ts";
import type { Learned, Learner, TrainingSet } from "../learner.ts";
import { trainLayers } from "./train-layers.ts";
import type { FittedTransform } from "../transforms/transform.ts";

/**
 * A multilayer perceptron: fully connected layers with ReLU between, on standardised columns, trained by AdamW.
 * `hidden`: sizes of the hidden layers, "128" or "256,64". `epochs` is fixed: the rate falls to nearly nothing at the last,
 * so that the end is the epoch meant, and no rows are taken from the few for early stopping; weight decay, tuned on the
 * inner folds, is what holds it back.
 * Needs an engine (E_ENGINE without one). Rows are taken in an order of their own values, so their order does not matter.
 * Witnesses: PyTorch for the steps, scikit-learn's MLPClassifier for the accuracy.
 */
const mlpLearner: Learner = {
  name: "mlp",
  defaults: { hidden: "64", weightDecay: 1, epochs: 20, rate: 2e-3 },
  grid: [10, 1, 0.1].map((weightDecay) => ({ weightDecay })),
  checkParameters: (parameters) => {
    hiddenSizes(parameters);
    const ranges = { epochs: [0, 10_001], rate: [0, 10], weightDecay: [-Number.MIN_VALUE, 1e3] } as const;
    requireBetween(parameters, "mlp", ranges);
  },
  fit: async (given, parameters, options) => {
    const engine = requireEngine(options.engine);
    const set = inOrderOfValues(given);
    const scaler = await standardise.fit(set.features, [set.features.columns], options);
    const sizes = [set.features.columns, ...hiddenSizes(parameters), set.classCount];
    const plan = {
      batchSize: batchSizeOf(set.labels.length),
      epochs: Math.ceil(Number(parameters["epochs"])),
      rate: Number(parameters["rate"]),
      schedule: warmUpCosine(),
      weightDecay: Number(parameters["weightDecay"]),
      engine,
    };
    const features = scaler.apply(set.features);
    const start = randomLayers(sizes, options.seed ?? 0);
    const { layers } = await trainLayers(start, { ...set, features }, plan, options);
    return perceptron(scaler, layers);
  },
  restore: (state) => {
    const layers = restoreLayers(state);
    return perceptron(standardise.restore(state, [layers[0]!.weights.columns]), layers);
  },
};

/** The multilayer perceptron as a classifier: `mlp`. */
export const mlp = defineClassifier(mlpLearner);

function perceptron(scaler: FittedTransform, layers: Layers): Learned {
  return {
    classCount: layers.at(-1)!.bias.length,
    dimensions: layers[0]!.weights.columns,
    logits: (features) => layerLogits(layers, scaler.apply(features)),
    appendTo: (builder, features) => appendLayers(builder, scaler.appendTo(builder, features), layers),
    state: new Map([...scaler.state, ...layersState(layers)]),
  };
}

/** About sixteen steps an epoch, so that few rows get as many steps as many; 8 to 64 rows a step. */
function batchSizeOf(rows: number): number {
  return Math.min(rows, 64, Math.max(8, Math.round(rows / 16)));
}

/** Throws E_OPTION unless `hidden` lists whole numbers. */
function hiddenSizes({ hidden }: HyperParameters): number[] {
  if (/^[1-9]\d{0,4}(,[1-9]\d{0,4})*$/.test(String(hidden))) return String(hidden).split(",").map(Number);
  throw new RootstockError(
    "E_OPTION",
    `mlp: expected hidden to be sizes like "128" or "256,64", got ${JSON.stringify(hidden)}.`,
  );
}

function requireEngine(engine: Engine | undefined): Engine {
  if (engine !== undefined) return engine;
  throw new RootstockError("E_ENGINE", "mlp: expected an engine to train on, got none.", {
    hint: "Give `engine` in the options: await openEngine(), or openWasmEngine() in a browser.",
  });
}

/** The same rows, sorted by their values, then by label: equal for every order that they may come in. */
function inOrderOfValues({ features, labels, classCount }: TrainingSet): TrainingSet {
  const order = Int32Array.from(labels.keys()).sort(
    (a, b) => compareRows(features, a, b) || labels[a]! - labels[b]!,
  );
  return { features: selectRows(features, order), labels: order.map((row) => labels[row]!), classCount };
}

function compareRows(features: Matrix, a: number, b: number): number {
  const [left, right] = [rowOf(features, a), rowOf(features, b)];
  const at = left.findIndex((value, j) => value !== right[j]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}
