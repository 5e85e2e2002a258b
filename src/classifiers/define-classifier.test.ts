import { expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { createMatrix } from "../base/matrix.ts";
import { defineClassifier } from "./define-classifier.ts";
import type { Learner } from "./learner.ts";

/** Learns nothing, and tells something while it does. */
const talkative: Learner = {
  name: "talkative",
  defaults: { C: 1 },
  grid: [{ C: 1 }, { C: 10 }],
  fit: async (_, { C }, { report }) => {
    report?.({ type: "notice", message: `C ${C}` });
    return {
      classCount: 2,
      dimensions: 1,
      logits: ({ rows }) => createMatrix(rows, 2),
      appendTo: (_builder, features) => features,
      state: new Map(),
    };
  },
  restore: () => {
    throw new Error("not asked for");
  },
};

test("outOfFold: what a fit tells says to which candidate it belongs, counted from 1", async () => {
  const features = createMatrix(4, 1, Float32Array.from([0, 1, 2, 3]));
  const labels = Int32Array.from([0, 1, 0, 1]);
  const folds = [{ train: Int32Array.from([0, 1]), test: Int32Array.from([2, 3]) }];
  const events: WorkEvent[] = [];
  const classifier = defineClassifier(talkative);
  await classifier.outOfFold(features, labels, folds, talkative.grid, {
    classCount: 2,
    report: (event) => void events.push(event),
  });
  expect(events).toEqual([
    { type: "notice", message: "C 1", place: { candidate: 1 } },
    { type: "notice", message: "C 10", place: { candidate: 2 } },
  ]);
});
