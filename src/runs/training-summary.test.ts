import { expect, test } from "vitest";
import type { TrainingOutcome } from "../evaluate/training.ts";
import type { MeasuredRecipe } from "./run-record.ts";
import { trainingSummary } from "./training-summary.ts";

function summaryOf(
  outcomes: readonly Partial<TrainingOutcome>[],
  more: Partial<Pick<MeasuredRecipe, "pretrained" | "resolved">> = {},
): ReturnType<typeof trainingSummary> {
  const training = outcomes.map((outcome) => ({ epochs: [], rateTest: [], outcome }));
  const seconds = { features: 0, fit: 1, predict: 0, total: 1 };
  const recipe = { chosen: [], training, seconds, resolved: {}, ...more };
  return trainingSummary(recipe as unknown as MeasuredRecipe);
}

test("trainingSummary: a hand-made bank is not called pretrained, nor all of it trained where the head alone was", () => {
  expect(summaryOf([{ frozenTo: "all" }], { pretrained: false })!.network).toBe(
    "hand-made, not pretrained, all of it kept, the head alone trained",
  );
  expect(summaryOf([{ frozenTo: "none" }])!.network).toBe("pretrained, all trained");
  expect(summaryOf([{ frozenTo: "fire7", isRefitted: true }], { pretrained: true })!.network).toBe(
    "pretrained, kept up to fire7, refitted",
  );
});

test("trainingSummary: cut short is what used up its epochs in most folds and was to go on until it stops improving", () => {
  const folds = (...words: TrainingOutcome["stoppedBy"][]): Partial<TrainingOutcome>[] =>
    words.map((stoppedBy) => ({ stoppedBy, network: "graph", frozenTo: null, size: null }));
  const scratch = { resolved: { kind: "scratch", patience: 12 } };
  expect(summaryOf(folds("epochs", "epochs", "patience"), scratch)!.isCutShort).toBe(true);
  expect(summaryOf(folds("epochs", "patience", "patience"), scratch)!.isCutShort).toBe(false);
  const planned = { resolved: { kind: "fine-tune", patience: null } };
  expect(summaryOf(folds("epochs", "epochs"), planned)!.isCutShort).toBe(false);
  expect(summaryOf(folds("epochs"), { resolved: { kind: "fine-tune", patience: 5 } })!.isCutShort).toBe(true);
});
