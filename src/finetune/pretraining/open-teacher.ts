import { crossEntropy } from "../../autodiff/losses.ts";
import { adamW } from "../../autodiff/optimizers.ts";
import { createMatrix, softmaxRows } from "../../base/matrix.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { Engine } from "../../engine/engine.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { CheckpointStore } from "../../training/checkpoint.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import { schedules } from "../../training/schedule.ts";
import { trainNetwork } from "../../training/train-network.ts";
import { work } from "../../words/fact.ts";
import { headGraph, randomHead } from "../head.ts";
import { teacherTemperature } from "./pretraining-plan.ts";
import type { Teacher } from "./step-batches.ts";
import { type VectorPack, openVectorPack } from "./vector-pack.ts";
import type { TeacherFeatures } from "./teacher-outputs.ts";

/** What a teacher's answers are made from. */
export interface TeacherOptions extends WorkOptions {
  readonly engine: Engine;
  /** Class index of each row; -1: it has no label. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** Rows that teach the teacher's classifier: those with a label. */
  readonly labelled: Int32Array;
  readonly validation: Int32Array;
  readonly seed: number;
  /** Of the classifier's training. */
  readonly checkpoints: CheckpointStore;
  /** A file for the answers that belongs to this training alone: labels and seed are in it. */
  readonly answers: string;
}

/** A teacher that has learnt the classes. */
export interface TrainedTeacher extends Teacher, AsyncDisposable {
  /** Of its classifier, on the validation rows; null where there are none. */
  readonly accuracy: number | null;
}

/** Rows whose mean and deviation standardise the features. */
const measuredRows = 20_000;
/** Keeps a feature that never moves from being divided by nothing. */
const leastDeviation = 1e-3;

/**
 * A backbone as a teacher: its features standardised, and a linear softmax fitted on those of the labelled rows, whose
 * logits for every photo are computed once and kept. AdamW, 8 epochs of 512 rows, the best on the validation.
 */
export async function openTeacher(
  features: TeacherFeatures,
  options: TeacherOptions,
): Promise<TrainedTeacher> {
  const { classCount, labels, answers } = options;
  const source = await standardised(features, options.labelled);
  const { graph, accuracy } = await fitClassifier(source, features, options);
  const logits = await openVectorPack(answers, { count: labels.length, width: classCount });
  try {
    await fillAnswers(logits, { ...options, graph, source });
  } catch (error) {
    await logits[Symbol.asyncDispose]();
    throw error;
  }
  return {
    width: features.pack.width,
    accuracy,
    load: async (rows) => {
      const [own, scores] = [await source.load(rows, null), await logits.load(rows)];
      const matrix = { ...createMatrix(rows.length, classCount), data: scores };
      return { features: own, softened: softmaxRows(matrix, teacherTemperature).data };
    },
    [Symbol.asyncDispose]: async () => await logits[Symbol.asyncDispose](),
  };
}

/** The features less their means, over their deviations, both of some of the labelled rows. Shapes: n rows -> n x D. */
async function standardised({ pack }: TeacherFeatures, labelled: Int32Array): Promise<ExampleSource> {
  const step = Math.max(1, Math.floor(labelled.length / measuredRows));
  const rows = labelled.filter((_, i) => i % step === 0);
  const { means, deviations } = await momentsOf(rows, pack.width, pack.load);
  return {
    dims: [pack.width],
    load: async (wanted) => {
      const values = await pack.load(wanted);
      for (let i = 0; i < values.length; i += 1) {
        const d = i % pack.width;
        values[i] = (values[i]! - means[d]!) / deviations[d]!;
      }
      return values;
    },
  };
}

async function momentsOf(
  rows: Int32Array,
  width: number,
  load: (rows: Int32Array) => Promise<Float32Array>,
): Promise<{ means: Float64Array; deviations: Float64Array }> {
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  for (let at = 0; at < rows.length; at += rowsAtATime) {
    const values = await load(rows.subarray(at, at + rowsAtATime));
    for (let i = 0; i < values.length; i += 1) {
      sums[i % width]! += values[i]!;
      squares[i % width]! += values[i]! ** 2;
    }
  }
  const means = sums.map((sum) => sum / rows.length);
  const deviations = squares.map(
    (square, d) => Math.sqrt(Math.max(0, square / rows.length - means[d]! ** 2)) + leastDeviation,
  );
  return { means, deviations };
}

/** Rows read at a time where all of them are gone through. */
const rowsAtATime = 512;

async function fitClassifier(
  source: ExampleSource,
  { pack, backbone }: TeacherFeatures,
  options: TeacherOptions,
): Promise<{ graph: Graph; accuracy: number | null }> {
  const { classCount, labelled, validation, seed } = options;
  const shape = { dimensions: pack.width, hidden: [], classCount, dropout: 0 };
  const plan = {
    trainable: new Set(["head.0.weight", "head.0.bias"]),
    loss: crossEntropy(),
    optimizer: adamW({ weightDecay: 0.01 }),
    batchSize: Math.min(rowsAtATime, labelled.length),
    epochs: 8,
    patience: null,
    rate: 2e-3,
    schedule: schedules.cosine,
  };
  const { stage } = work("teacher", { backbone: backbone.name });
  const given = { ...options, source, training: labelled, validation, seed, stage };
  const { graph, history, bestEpoch } = await trainNetwork(
    headGraph(shape, randomHead(shape, seed)),
    plan,
    given,
  );
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  return { graph, accuracy: best?.validationAccuracy ?? null };
}

/**
 * The classifier's logits of every row that has none yet. Always by the same blocks: a product of other rows beside them
 * may round a row differently, and a run that was stopped must end at the same bits.
 */
async function fillAnswers(
  logits: VectorPack,
  { graph, source, labels, engine, signal }: TeacherOptions & { graph: Graph; source: ExampleSource },
): Promise<void> {
  await using session = await engine.load(createModel(graph), { signal });
  for (let at = 0; at < labels.length; at += rowsAtATime) {
    const rows = Int32Array.from({ length: Math.min(rowsAtATime, labels.length - at) }, (_, i) => at + i);
    if ((await logits.missing(rows)).length === 0) continue;
    const features = floatTensor([rows.length, ...source.dims], await source.load(rows, null));
    const { logits: scores } = await session.run({ features }, { signal, transfer: true });
    const values = asFloat32(scores!);
    for (const [i, row] of rows.entries())
      await logits.put(row, values.subarray(i * logits.width, (i + 1) * logits.width));
  }
}
