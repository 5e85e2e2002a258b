import type { Algebra } from "../../base/algebra.ts";
import { RootstockError } from "../../base/errors.ts";
import { type Matrix, argmax, createMatrix, rowOf, selectRows, softmaxRows } from "../../base/matrix.ts";
import type { Classifier } from "../../classifiers/classifier.ts";
import { defineClassifier } from "../../classifiers/define-classifier.ts";
import type { LearnOptions, Learner, TrainingSet } from "../../classifiers/learner.ts";
import { linearModel, restoreLinearModel } from "../../classifiers/linear-model.ts";
import { stackRows } from "../unit-rows.ts";
import { type SoftRows, fitSoft } from "./fit-soft.ts";
import { graphColumns } from "./graph-columns.ts";
import { neighbourGraph, spreadLabels } from "./spread-labels.ts";

/** How labels come to photos that have none. */
export const semiSupervisedNames = ["self-training", "propagation"] as const;
/** One of them. */
export type SemiSupervisedName = (typeof semiSupervisedNames)[number];

/** Of the ridge regression, on rows of length 1. */
const penalty = 0.3;
/** Neighbours that a photo is joined with. */
const neighbours = 8;
/** Shares of the photos of each class, the surest first, that self-training takes in, round after round. */
const takenIn = [0.2, 0.4, 0.6];
/** Makes ridge scores, which lie between 0 and 1, into probabilities. */
const sharpness = 0.06;

/**
 * A ridge regression that learns from photos without labels too, each counting `weight` times its surety.
 * `propagation`: labels spread over a graph of nearest neighbours. `self-training`: in three rounds, of each class the photos
 * that the regression is surest of and that the graph calls the same.
 * Weight 0 is the regression on labelled photos alone, and stands first among the candidates: the unlabelled photos are taken
 * in only where inner folds, whose labels neither saw, find that surely better (`isSurelyBetter`). That is the veto.
 * `unlabelled`: rows of length 1, as the features have to be. Shape: M x D.
 */
export function semiSupervised(name: SemiSupervisedName, unlabelled: Matrix): Classifier {
  let columns: Promise<(features: Matrix) => Matrix> | null = null;
  const pseudo = async (set: TrainingSet, options: LearnOptions): Promise<Matrix> => {
    const { algebra, pause } = options;
    const place = await (columns ??= graphColumns(unlabelled, { seed: 0, algebra, pause }));
    const graph = await neighbourGraph(stackRows(place(set.features), place(unlabelled)), {
      k: neighbours,
      algebra,
      pause,
    });
    const labels = Int32Array.from([...set.labels, ...new Int32Array(unlabelled.rows).fill(-1)]);
    const { classCount } = set;
    const spread = spreadLabels(graph, labels, { classCount });
    const guessed = createMatrix(
      unlabelled.rows,
      classCount,
      spread.data.slice(set.labels.length * classCount),
    );
    return name === "propagation" ? guessed : await selfTrained(set, { unlabelled, graph: guessed, algebra });
  };
  const learner: Learner = {
    name,
    defaults: { weight: 0.5 },
    grid: [0, 0.5].map((weight) => ({ weight })),
    firstStands: true,
    checkParameters: ({ weight }) => {
      if (Number(weight) >= 0 && Number(weight) <= 1) return;
      throw new RootstockError("E_OPTION", `${name}: expected weight from 0 to 1, got ${weight}.`);
    },
    fit: async (set, { weight }, options) => {
      const own = {
        rows: set.features,
        targets: oneHot(set.labels, set.classCount),
        weights: ones(set.labels.length),
      };
      if (Number(weight) === 0) return linearModel(await fitSoft(own, { penalty, algebra: options.algebra }));
      const guesses = await pseudo(set, options);
      return linearModel(
        await fitSoft(joined(own, { guesses, unlabelled, weight: Number(weight) }), {
          penalty,
          algebra: options.algebra,
        }),
      );
    },
    restore: restoreLinearModel,
  };
  return defineClassifier(learner);
}

/** Labelled rows with the guessed ones below; a row about which nothing is guessed is left out. */
function joined(
  own: SoftRows,
  { guesses, unlabelled, weight }: { guesses: Matrix; unlabelled: Matrix; weight: number },
): SoftRows {
  const sure = Float64Array.from({ length: guesses.rows }, (_, i) => weight * Math.max(...rowOf(guesses, i)));
  const kept = Int32Array.from(sure.keys()).filter((row) => sure[row]! > 0);
  return {
    rows: stackRows(own.rows, selectRows(unlabelled, kept)),
    targets: stackRows(own.targets, selectRows(guesses, kept)),
    weights: Float64Array.from([...own.weights, ...Array.from(kept, (row) => sure[row]!)]),
  };
}

/**
 * In each round, of every class that the model of the round before and the graph both name, the surest share takes that
 * label. Shapes: M x K graph -> M x K.
 */
async function selfTrained(
  { features, labels, classCount }: TrainingSet,
  { unlabelled, graph, algebra }: { unlabelled: Matrix; graph: Matrix; algebra?: Algebra | undefined },
): Promise<Matrix> {
  const own = { rows: features, targets: oneHot(labels, classCount), weights: ones(labels.length) };
  const most = Math.ceil(unlabelled.rows / classCount);
  let guesses = createMatrix(unlabelled.rows, classCount);
  for (const share of takenIn) {
    const model = linearModel(
      await fitSoft(joined(own, { guesses, unlabelled, weight: 0.5 }), { penalty, algebra }),
    );
    const probabilities = softmaxRows(model.logits(unlabelled), sharpness);
    const agreed = agreedRows(probabilities, graph);
    guesses = createMatrix(unlabelled.rows, classCount);
    for (const [label, rows] of agreed.entries())
      for (const { row } of rows.slice(0, Math.ceil(share * Math.min(rows.length, most))))
        guesses.data[row * classCount + label] = 1;
  }
  return guesses;
}

/** Rows of each class that both name, the surest first. Shapes: M x K, M x K -> K lists. */
function agreedRows(model: Matrix, graph: Matrix): { row: number; surety: number }[][] {
  const lists = Array.from({ length: model.columns }, (): { row: number; surety: number }[] => []);
  for (let row = 0; row < model.rows; row += 1) {
    const [said, spread] = [rowOf(model, row), rowOf(graph, row)];
    const label = argmax(said);
    if (spread[label]! > 0 && argmax(spread) === label)
      lists[label]!.push({ row, surety: said[label]! * spread[label]! });
  }
  for (const list of lists) list.sort((a, b) => b.surety - a.surety || a.row - b.row);
  return lists;
}

function oneHot(labels: Int32Array, classCount: number): Matrix {
  const out = createMatrix(labels.length, classCount);
  labels.forEach((label, i) => (out.data[i * classCount + label] = 1));
  return out;
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);
