import { reportWithin } from "../base/events.ts";
import { type Matrix, createMatrix, rowOf, selectRows } from "../base/matrix.ts";
import { createPause } from "../base/pause.ts";
import type { Fold } from "../data/folds.ts";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { denseLabels, presentClasses, restoreSpread, spreadClasses, spreadLogits } from "./absent-classes.ts";
import { requireLogitsShape } from "./check-logits.ts";
import { checkFeatures, checkTrainingSet, completeParameters } from "./check-training-set.ts";
import type { Classifier, FitOptions, FittedClassifier, HyperParameters } from "./classifier.ts";
import type { FoldScorer, LearnOptions, Learned, Learner } from "./learner.ts";
import { tellPart, tellShare } from "./tell-share.ts";
import { startOfClasses } from "./warm-start.ts";

/** A learner as a classifier: arguments checked, classes without a row taken care of, folds scored. */
export function defineClassifier(learner: Learner): Classifier {
  const { name, defaults, grid, byMoments } = learner;
  const complete = (given: HyperParameters): HyperParameters => {
    const parameters = completeParameters(given, defaults, name);
    learner.checkParameters?.(parameters);
    return parameters;
  };
  return {
    name,
    defaults,
    grid,
    ...(learner.firstStands && { firstStands: true }),
    fit: async (features, labels, given, options) => {
      const parameters = complete(given);
      checkTrainingSet(features, labels, { classCount: options.classCount, subject: name });
      const present = presentClasses(labels, name);
      const set = { features, labels: denseLabels(labels, present), classCount: present.length };
      const start = options.start && startOfClasses(options.start, present);
      const settings = learning({ ...options, start }, { stage: "fitting", name });
      const learned = await learner.fit(set, parameters, settings);
      return asFitted(name, parameters, spreadClasses(learned, present, options.classCount));
    },
    restore: (state, given) => {
      const parameters = complete(given);
      return asFitted(name, parameters, restoreSpread(state, learner.restore(state, parameters)));
    },
    ...(byMoments && {
      byMoments: {
        detail: byMoments.detail,
        fit: async (moments, given, options) => {
          const parameters = complete(given);
          return asFitted(name, parameters, await byMoments.fit(moments, parameters, options));
        },
      },
    }),
    outOfFold: async (features, labels, folds, given, options) => {
      const candidates = given.map(complete);
      checkTrainingSet(features, labels, { classCount: options.classCount, subject: name });
      return await scoreFolds(
        learner,
        { features, labels, folds, candidates },
        learning({ ...options, start: undefined, countSteps: undefined }, { stage: "tuning", name }),
      );
    },
  };
}

/** For each candidate the logits of every row, by the fold that held it out; NaN in rows that no fold tests. */
async function scoreFolds(
  learner: Learner,
  { features, labels, folds, candidates }: FoldedSet,
  options: LearnOptions,
): Promise<Matrix[]> {
  const shared = { ...options, labels, folds };
  const score = (await learner.shareFolds?.(features, shared, candidates)) ?? fitEach(learner, features);
  const out = candidates.map(() => emptyLogits(features.rows, options.classCount));
  for (const [f, { train, test }] of folds.entries()) {
    const trainLabels = train.map((row) => labels[row]!);
    const present = presentClasses(trainLabels, learner.name);
    const fold = { train, test, labels: denseLabels(trainLabels, present), classCount: present.length };
    const scores = await score(fold, candidates, {
      ...options,
      tell: tellPart(options.tell, f, folds.length),
    });
    scores.forEach((logits, c) => {
      requireLogitsShape(logits, { rows: test.length, columns: present.length }, `${learner.name}: logits`);
      scatterRows(out[c]!, spreadLogits(logits, present, options.classCount), test);
    });
  }
  return out;
}

interface FoldedSet {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly folds: readonly Fold[];
  readonly candidates: readonly HyperParameters[];
}

/** Throws at once when the signal has fired. */
function learning(
  options: FitOptions,
  { stage, name }: { stage: "tuning" | "fitting"; name: string },
): LearnOptions {
  options.signal?.throwIfAborted();
  return { ...options, pause: createPause(options.signal), tell: tellShare(stage, name, options) };
}

/** The scorer of a learner that shares nothing between folds: one fit per fold and candidate. */
function fitEach(learner: Learner, features: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const set = { features: selectRows(features, train), labels, classCount };
    const held = selectRows(features, test);
    const scores: Matrix[] = [];
    for (const [c, parameters] of candidates.entries()) {
      await options.pause();
      const learned = await learner.fit(set, parameters, ofCandidate(options, c, candidates.length));
      scores.push(learned.logits(held));
    }
    return scores;
  };
}

/** What the fit tells belongs to this candidate, counted from 1. */
function ofCandidate(options: LearnOptions, c: number, count: number): LearnOptions {
  const { report } = options;
  const telling = { ...options, tell: tellPart(options.tell, c, count) };
  return report === undefined ? telling : { ...telling, report: reportWithin(report, { candidate: c + 1 }) };
}

function asFitted(kind: string, parameters: HyperParameters, learned: Learned): FittedClassifier {
  return {
    ...learned,
    kind,
    parameters,
    logits: (features) => {
      checkFeatures(features, learned.dimensions, kind);
      return learned.logits(features);
    },
    ...(learned.score && {
      score: async (features, options) => {
        checkFeatures(features, learned.dimensions, kind);
        return await learned.score!(features, options);
      },
    }),
    toGraph: () => classifierGraph(kind, learned),
  };
}

function classifierGraph(kind: string, learned: Learned): Graph {
  const builder = createBuilder(kind);
  const features = builder.input("features", "float32", ["N", learned.dimensions]);
  builder.output(learned.appendTo(builder, features), "logits", "float32", ["N", learned.classCount]);
  return builder.graph();
}

function emptyLogits(rows: number, classCount: number): Matrix {
  const logits = createMatrix(rows, classCount);
  logits.data.fill(Number.NaN);
  return logits;
}

function scatterRows(to: Matrix, from: Matrix, rows: Int32Array): void {
  rows.forEach((row, i) => to.data.set(rowOf(from, i), row * to.columns));
}
