import { RootstockError } from "../../base/errors.ts";
import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import { asIntegers, floatTensor, int64List } from "../../graph/tensor.ts";
import { centreColumns } from "../transforms/centre-columns.ts";
import { requireWord } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import { gramMatrix, selectBlock } from "../gram.ts";
import type { Learned, Learner } from "../learner.ts";
import {
  type ReferenceRows,
  appendDistances,
  distancesFromGram,
  distancesTo,
  referenceState,
  restoreReferences,
} from "./reference-rows.ts";
import { requireState } from "../state.ts";

/**
 * k nearest neighbours by Euclidean distance (after `l2`, by cosine).
 * logit c = log ((k vᴄ + 1/K) / (k + 1)), vᴄ the share of votes of class c: smoothed, so that it stays finite.
 * `weights`: "uniform", one vote each; "distance", votes exp(−2 d² / d²ₖ) with dₖ the farthest neighbour's distance.
 * A k above the number of rows means all of them. Witness: scikit-learn's KNeighborsClassifier (vote shares).
 */
const nearestNeighboursLearner: Learner = {
  name: "knn",
  defaults: { k: 5, weights: "uniform" },
  grid: [25, 15, 9, 5, 3, 1].flatMap((k) => ["uniform", "distance"].map((weights) => ({ k, weights }))),
  checkParameters: (parameters) => {
    const { k } = parameters;
    if (!Number.isInteger(k) || Number(k) < 1)
      throw new RootstockError("E_OPTION", `knn: expected k to be a whole number from 1 on, got ${k}.`);
    requireWord(parameters, "weights", { subject: "knn", words: ["uniform", "distance"] });
  },
  fit: async ({ features, labels, classCount }, parameters) => {
    const { centred, means } = centreColumns(features);
    const references = { rows: centred, offset: Float32Array.from(means) };
    return neighboursModel({ references, labels, classCount, parameters });
  },
  restore: (state, parameters) =>
    neighboursModel({
      references: restoreReferences(state),
      labels: Int32Array.from(asIntegers(requireState(state, "labels", 1))),
      classCount: asIntegers(requireState(state, "voting_classes", 1))[0]!,
      parameters,
    }),
  shareFolds: async (features, { algebra }) => {
    const distances = distancesFromGram(await gramMatrix(centreColumns(features).centred, algebra));
    return async ({ train, test, labels, classCount }, candidates, { pause }) => {
      const block = selectBlock(distances, test, train);
      const scores: Matrix[] = [];
      for (const parameters of candidates) {
        await pause();
        scores.push(voteShares(block, { labels, classCount, parameters }));
      }
      return scores;
    };
  },
};

/** k nearest neighbours as a classifier: `knn`. */
export const nearestNeighbours = defineClassifier(nearestNeighboursLearner);

interface Voters {
  /** Class of each reference row. Shape: M. */
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly parameters: HyperParameters;
}

/** Keeps the vote of the farthest neighbour defined where all distances are zero. */
const leastSquare = 1e-30;

function neighboursModel(model: Voters & { references: ReferenceRows }): Learned {
  const { references, labels, classCount } = model;
  return {
    classCount,
    dimensions: references.rows.columns,
    logits: (features) => voteShares(distancesTo(references, features), model),
    appendTo: (builder, features) =>
      appendVotes(builder, appendDistances(builder, features, references), model),
    state: new Map([
      ...referenceState(references),
      ["labels", int64List([...labels])],
      ["voting_classes", int64List([classCount])],
    ]),
  };
}

/** Shapes: N x M squared distances -> N x K. */
function voteShares(distances: Matrix, { labels, classCount, parameters }: Voters): Matrix {
  const k = Math.min(Number(parameters["k"]), distances.columns);
  const out = createMatrix(distances.rows, classCount);
  for (let i = 0; i < distances.rows; i += 1) {
    const row = rowOf(distances, i);
    const nearest = Array.from(row.keys())
      .sort((a, b) => row[a]! - row[b]! || a - b)
      .slice(0, k);
    const farthest = Math.max(row[nearest[k - 1]!]!, leastSquare);
    const votes = new Float64Array(classCount);
    for (const at of nearest)
      votes[labels[at]!]! += parameters["weights"] === "uniform" ? 1 : Math.exp((-2 * row[at]!) / farthest);
    const total = votes.reduce((sum, vote) => sum + vote, 0);
    rowOf(out, i).set(votes.map((vote) => Math.log(((k * vote) / total + 1 / classCount) / (k + 1))));
  }
  return out;
}

function appendVotes(
  builder: GraphBuilder,
  distances: string,
  { labels, classCount, parameters }: Voters,
): string {
  const k = Math.min(Number(parameters["k"]), labels.length);
  const [nearest, indices] = builder.ops("TopK", [distances, builder.ints([k])], 2, { axis: 1, largest: 0 });
  const memberships = new Float32Array(labels.length * classCount);
  labels.forEach((label, i) => (memberships[i * classCount + label] = 1));
  const table = builder.constant(floatTensor([labels.length, classCount], memberships));
  const ballots = builder.op("Gather", [table, indices!], { axis: 0 });
  const weighted =
    parameters["weights"] === "uniform"
      ? ballots
      : builder.op("Mul", [ballots, appendWeights(builder, nearest!)]);
  const votes = builder.op("ReduceSum", [weighted, builder.ints([1])], { keepdims: 0 });
  const total = builder.op("ReduceSum", [votes, builder.ints([1])], { keepdims: 1 });
  const share = builder.op("Mul", [builder.op("Div", [votes, total]), builder.scalar(k)]);
  const smoothed = builder.op("Add", [share, builder.scalar(1 / classCount)]);
  return builder.op("Log", [builder.op("Div", [smoothed, builder.scalar(k + 1)])]);
}

/** exp(−2 d² / d²ₖ) with a third axis for the classes. Shapes: N x k -> N x k x 1. */
function appendWeights(builder: GraphBuilder, nearest: string): string {
  const farthest = builder.op("ReduceMax", [nearest, builder.ints([1])], { keepdims: 1 });
  const safe = builder.op("Max", [farthest, builder.scalar(leastSquare)]);
  const exponent = builder.op("Mul", [builder.op("Div", [nearest, safe]), builder.scalar(-2)]);
  return builder.op("Unsqueeze", [builder.op("Exp", [exponent]), builder.ints([2])]);
}
