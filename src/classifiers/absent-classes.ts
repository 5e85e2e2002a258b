import { RootstockError } from "../base/errors.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import type { GraphBuilder } from "../graph/build.ts";
import { asIntegers, int64List } from "../graph/tensor.ts";
import type { Learned } from "./learner.ts";

/** How far below the least likely class of a row an absent class scores: a probability of at most exp(−20). */
const absentGap = 20;

/** The classes that have a row, ascending. Throws E_ONE_CLASS when there are fewer than two. */
export function presentClasses(labels: Int32Array, subject: string): Int32Array {
  const present = Int32Array.from(new Set(labels)).sort();
  if (present.length < 2)
    throw new RootstockError(
      "E_ONE_CLASS",
      `${subject}: expected rows of at least 2 classes, got ${present.length} in ${labels.length} rows.`,
      { hint: "Add images of a second class, or use fewer folds." },
    );
  return present;
}

/** Labels renumbered to positions in `present`. Shape: N -> N. */
export function denseLabels(labels: Int32Array, present: Int32Array): Int32Array {
  const position = new Map([...present].map((label, i) => [label, i]));
  return labels.map((label) => position.get(label)!);
}

/**
 * Columns of present classes spread over all K; an absent class gets the row's minimum − 20, so that it never wins
 * and every logit stays finite. Shapes: N x P -> N x K.
 */
export function spreadLogits(logits: Matrix, present: Int32Array, classCount: number): Matrix {
  if (present.length === classCount) return logits;
  const out = createMatrix(logits.rows, classCount);
  for (let i = 0; i < logits.rows; i += 1) {
    const row = rowOf(logits, i);
    const to = rowOf(out, i).fill(Math.min(...row) - absentGap);
    present.forEach((label, p) => (to[label] = row[p]!));
  }
  return out;
}

/** A value learned on present classes as one over all K; its state names them. */
export function spreadClasses(learned: Learned, present: Int32Array, classCount: number): Learned {
  if (present.length === classCount) return learned;
  return {
    ...learned,
    classCount,
    logits: (features) => spreadLogits(learned.logits(features), present, classCount),
    ...(learned.score && {
      score: async (features, options) =>
        spreadLogits(await learned.score!(features, options), present, classCount),
    }),
    appendTo: (builder, features) =>
      appendSpread(builder, learned.appendTo(builder, features), present, classCount),
    state: new Map([
      ...learned.state,
      ["present_classes", int64List([...present])],
      ["class_count", int64List([classCount])],
    ]),
  };
}

/** Undoes the state half of `spreadClasses`. */
export function restoreSpread(state: Learned["state"], learned: Learned): Learned {
  const present = state.get("present_classes");
  const classCount = state.get("class_count");
  if (present === undefined || classCount === undefined) return learned;
  return spreadClasses(learned, Int32Array.from(asIntegers(present)), asIntegers(classCount)[0]!);
}

function appendSpread(
  builder: GraphBuilder,
  logits: string,
  present: Int32Array,
  classCount: number,
): string {
  const least = builder.op("ReduceMin", [logits, builder.ints([1])], { keepdims: 1 });
  const absent = builder.op("Sub", [least, builder.scalar(absentGap)]);
  const joined = builder.op("Concat", [logits, absent], { axis: 1 });
  const source = Array.from({ length: classCount }, (_, label) => present.indexOf(label));
  const columns = builder.ints(source.map((p) => (p < 0 ? present.length : p)));
  return builder.op("Gather", [joined, columns], { axis: 1 });
}
