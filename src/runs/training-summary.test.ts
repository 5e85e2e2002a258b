import { expect, test } from "vitest";
import type { MeasuredRecipe } from "./run-record.ts";
import { trainingSummary } from "./training-summary.ts";

function summaryOf(
  chosen: MeasuredRecipe["chosen"],
  more: Partial<Pick<MeasuredRecipe, "pretrained" | "resolved">> = {},
): ReturnType<typeof trainingSummary> {
  const training = chosen.map(() => ({ epochs: [], rateTest: [] }));
  const seconds = { features: 0, fit: 1, predict: 0, total: 1 };
  return trainingSummary({ chosen, training, seconds, resolved: {}, ...more } as unknown as MeasuredRecipe);
}

test("trainingSummary: a hand-made bank is not called pretrained, nor all of it trained where the head alone was", () => {
  expect(summaryOf([{ frozenTo: "all" }], { pretrained: false })!.network).toBe(
    "hand-made, not pretrained, all of it kept, the head alone trained",
  );
  expect(summaryOf([{ frozenTo: "none" }])!.network).toBe("pretrained, all trained");
  expect(summaryOf([{ frozenTo: "fire7", refit: true }], { pretrained: true })!.network).toBe(
    "pretrained, kept up to fire7, refitted",
  );
});

test("trainingSummary: cut short is what used up its epochs in most folds and was to go on until it stops improving", () => {
  const folds = (...stoppedBy: string[]): MeasuredRecipe["chosen"] =>
    stoppedBy.map((word) => ({ stoppedBy: word, network: "graph" }));
  const scratch = { resolved: { kind: "scratch", patience: 12 } };
  expect(summaryOf(folds("epochs", "epochs", "patience"), scratch)!.isCutShort).toBe(true);
  expect(summaryOf(folds("epochs", "patience", "patience"), scratch)!.isCutShort).toBe(false);
  const planned = { resolved: { kind: "fine-tune", patience: null } };
  expect(summaryOf(folds("epochs", "epochs"), planned)!.isCutShort).toBe(false);
  expect(summaryOf(folds("epochs"), { resolved: { kind: "fine-tune", patience: 5 } })!.isCutShort).toBe(true);
});
