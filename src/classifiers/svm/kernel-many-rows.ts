import { plainAlgebra } from "../../base/algebra.ts";
import { type Matrix, selectRows } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";
import type { FoldScorer, Learned, TrainingSet } from "../learner.ts";
import { addToRows } from "../linear-model.ts";
import type { WithEngine } from "../many-rows/many-rows.ts";
import { manyRowsTolerance } from "../many-rows/solve-costs.ts";
import { tellPart } from "../tell-share.ts";
import { centreColumns } from "../transforms/centre-columns.ts";
import { kernelModel } from "./kernel-model.ts";
import { drawLandmarks, mapByLandmarks } from "./landmarks.ts";
import { solveManyRows } from "./svm-many-rows.ts";

/** What tells it from the linear machine. */
const machine = { name: "svm-rbf", isBiasPenalised: false };

/** Landmarks while candidates are told apart, and in the model. Rows of lesser number are landmarks all. */
export interface LandmarkCounts {
  readonly tuning: number;
  readonly fit: number;
}

/** The kernel SVM of many rows: landmarks' features, and squared hinge on them. */
export async function fitOnLandmarks(
  set: TrainingSet,
  parameters: HyperParameters,
  options: WithEngine & { readonly landmarks: LandmarkCounts },
): Promise<Learned> {
  const { centred, means } = centreColumns(set.features);
  const landmarks = await drawLandmarks(centred, options.landmarks.fit, options);
  const gamma = gammaOf(centred, parameters);
  await using mapping = await mapByLandmarks(landmarks, gamma, options);
  const mapped = { ...set, features: await mapping.map(centred) };
  const settings = { ...options, ...machine, tolerance: manyRowsTolerance.fit };
  const [model] = await solveManyRows(mapped, [parameters], settings);
  const count = landmarks.distances.rows;
  return {
    ...kernelModel({
      support: { rows: landmarks.rows.rows, offset: Float32Array.from(means) },
      coefficients: mapping.unmap(model!.weights),
      bias: model!.bias,
      gamma,
    }),
    remarks: { kernel: `approximated by ${count} landmarks` },
  };
}

/** Folds of many rows: for each gamma, all costs together on the features of the fold's own landmarks. Shape: N x D. */
export function scoreOnLandmarks(
  features: Matrix,
  shared: WithEngine & { readonly landmarks: LandmarkCounts },
): FoldScorer {
  const { centred } = centreColumns(features);
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const rows = selectRows(centred, train);
    const landmarks = await drawLandmarks(rows, shared.landmarks.tuning, options);
    const { algebra = plainAlgebra } = options;
    const scores = Array<Matrix>(candidates.length);
    const gammas = [...new Set(candidates.map(({ gamma }) => gamma))];
    for (const [g, given] of gammas.entries()) {
      const places = [...candidates.keys()].filter((c) => candidates[c]!["gamma"] === given);
      const settings = { ...options, engine: shared.engine, tell: tellPart(options.tell, g, gammas.length) };
      await using mapping = await mapByLandmarks(landmarks, gammaOf(rows, candidates[places[0]!]!), settings);
      const set = { features: await mapping.map(rows), labels, classCount };
      const models = await solveManyRows(
        set,
        places.map((c) => candidates[c]!),
        { ...settings, ...machine, tolerance: manyRowsTolerance.tuning },
      );
      const held = await mapping.map(selectRows(centred, test));
      for (const [i, { weights, bias }] of models.entries())
        scores[places[i]!] = addToRows(await algebra.multiplyTransposed(held, weights), bias);
    }
    return scores;
  };
}

/** γ = gamma / Σⱼ varⱼ of centred rows, whose mean square norm is Σⱼ varⱼ. */
function gammaOf({ rows, data }: Matrix, { gamma }: HyperParameters): number {
  const spread = data.reduce((sum, value) => sum + value * value, 0) / rows;
  return Math.fround(Number(gamma) / (spread || 1));
}
