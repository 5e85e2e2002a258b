import { RootstockError } from "../../base/errors.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import { asIntegers, floatTensor, int64List } from "../../graph/tensor.ts";
import { centreColumns } from "../transforms/centre-columns.ts";
import { requireWord } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import type { Learned, Learner } from "../learner.ts";
import type { ScoreOptions } from "../score-blocks.ts";
import { type Nearest, type RowSet, emptyNearest, keepNearest, nearestRows } from "./nearest-rows.ts";
import {
  type ReferenceRows,
  appendDistances,
  distancesTo,
  referenceState,
  restoreReferences,
  shiftRows,
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
  shareFolds: async (features) => {
    const { centred } = centreColumns(features);
    return async ({ train, test, labels, classCount }, candidates, { algebra, pause }) => {
      const k = Math.max(...candidates.map((parameters) => Number(parameters["k"])));
      const scores = candidates.map(() => createMatrix(test.length, classCount));
      const [queries, references] = [test, train].map((rows) => ({ matrix: centred, rows }));
      for await (const { from, rows, nearest } of nearestRows(queries!, references!, { k, algebra, pause }))
        for (const [c, parameters] of candidates.entries()) {
          await pause();
          const votes = voteShares(nearest, rows, { labels, classCount, parameters });
          scores[c]!.data.set(votes.data, from * classCount);
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

/** Distances that are held at a time without an engine. */
const blockDistances = 2 ** 22;
/** Keeps the vote of the farthest neighbour defined where all distances are zero. */
const leastSquare = 1e-30;

function neighboursModel(model: Voters & { references: ReferenceRows }): Learned {
  const { references, labels, classCount } = model;
  return {
    classCount,
    dimensions: references.rows.columns,
    logits: (features) => votesOf(model, features),
    score: async (features, options) => await scoreVotes(model, features, options),
    appendTo: (builder, features) =>
      appendVotes(builder, appendDistances(builder, features, references), model),
    state: new Map([
      ...referenceState(references),
      ["labels", int64List([...labels])],
      ["voting_classes", int64List([classCount])],
    ]),
  };
}

/** Block by block of rows, whose distances to all references are then few enough. Shapes: N x D -> N x K. */
function votesOf(model: Voters & { references: ReferenceRows }, features: Matrix): Matrix {
  const { references, classCount, parameters } = model;
  const { columns } = features;
  const out = createMatrix(features.rows, classCount);
  const step = Math.max(1, Math.floor(blockDistances / references.rows.rows));
  for (let from = 0; from < features.rows; from += step) {
    const rows = Math.min(step, features.rows - from);
    const block = createMatrix(
      rows,
      columns,
      features.data.subarray(from * columns, (from + rows) * columns),
    );
    const nearest = emptyNearest(rows, Math.min(Number(parameters["k"]), references.rows.rows));
    keepNearest(nearest, distancesTo(references, block), 0);
    out.data.set(voteShares(nearest, rows, model).data, from * classCount);
  }
  return out;
}

async function scoreVotes(
  model: Voters & { references: ReferenceRows },
  features: Matrix,
  { algebra, pause }: ScoreOptions,
): Promise<Matrix> {
  const { references, classCount, parameters } = model;
  const out = createMatrix(features.rows, classCount);
  const queries = allRows(shiftRows(features, references.offset));
  const settings = { k: Number(parameters["k"]), algebra, pause };
  for await (const { from, rows, nearest } of nearestRows(queries, allRows(references.rows), settings))
    out.data.set(voteShares(nearest, rows, model).data, from * classCount);
  return out;
}

function allRows(matrix: Matrix): RowSet {
  return { matrix, rows: Int32Array.from({ length: matrix.rows }, (_, row) => row) };
}

/** Of lists that may be longer than k: the k nearest vote. Shapes: n lists -> n x K. */
function voteShares(nearest: Nearest, rows: number, { labels, classCount, parameters }: Voters): Matrix {
  const k = Math.min(Number(parameters["k"]), nearest.k);
  const isUniform = parameters["weights"] === "uniform";
  const out = createMatrix(rows, classCount);
  const votes = new Float64Array(classCount);
  for (let i = 0; i < rows; i += 1) {
    const at = i * nearest.k;
    const farthest = Math.max(nearest.distances[at + k - 1]!, leastSquare);
    votes.fill(0);
    let total = 0;
    for (let n = at; n < at + k; n += 1) {
      const vote = isUniform ? 1 : Math.exp((-2 * nearest.distances[n]!) / farthest);
      votes[labels[nearest.indices[n]!]!]! += vote;
      total += vote;
    }
    for (let c = 0; c < classCount; c += 1)
      out.data[i * classCount + c] = Math.log(((k * votes[c]!) / total + 1 / classCount) / (k + 1));
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
