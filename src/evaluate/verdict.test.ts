import { expect, test } from "vitest";
import { accuracyInterval } from "./accuracy-interval.ts";
import { type Contender, judge } from "./verdict.ts";

/** A contender that is right on the first `right` of `rows` images, from image `shift` on. */
function contender(
  name: string,
  right: number,
  { rows = 200, shift = 0, seconds = 1 }: { rows?: number; shift?: number; seconds?: number } = {},
): Contender {
  const correct = Array.from({ length: rows }, (_, i) => ((i + shift) % rows < right ? 1 : 0));
  return { name, correct, seconds, accuracy: accuracyInterval(correct) };
}

test("a clear winner is called clearly best, with the difference and its interval", () => {
  const verdict = judge([contender("bayes", 120), contender("svm", 180), contender("lda", 150)]);
  expect(verdict.winner).toBe("svm");
  expect(verdict.headline).toBe("svm is clearly best: 90.0 % of the images right");
  expect(verdict.text).toContain("Judged on 200 images it had not learned from, it is right on 90.0 %");
  expect(verdict.text).toContain("It beats lda, the next best, by 15.0 points (95 % interval ");
  expect(verdict.text).toContain("a clear difference, and the others by more.");
  expect(verdict.comparisons.map(({ against, isClear }) => [against, isClear])).toEqual([
    ["lda", true],
    ["bayes", true],
  ]);
});

test("a lead that chance explains is not called better", () => {
  const verdict = judge([contender("svm", 171), contender("lda", 170, { shift: 20 })]);
  expect(verdict.headline).toBe("svm comes first with 85.5 % of the images right");
  expect(verdict.text).toContain(
    "There is no clear difference between svm and lda: svm leads by 0.5 points (95 % interval −",
  );
  expect(verdict.text).not.toContain("clearly");
});

test("a method within chance and much faster is named as the cheaper choice", () => {
  const verdict = judge([
    contender("fine-tune", 171, { seconds: 60 }),
    contender("svm", 170, { seconds: 5, shift: 20 }),
    contender("bayes", 20, { seconds: 0.1 }),
  ]);
  expect(verdict.text).toContain(
    "svm is 12 times faster (5.0 s against 1 min), so it may be the better choice.",
  );
  expect(verdict.text).toContain("fine-tune is clearly better than bayes.");
});

test("of equal accuracies the faster wins, and they are called level", () => {
  const verdict = judge([contender("slow", 150, { seconds: 9 }), contender("fast", 150, { seconds: 1 })]);
  expect(verdict.winner).toBe("fast");
  expect(verdict.text).toContain("no clear difference between fast and slow: they are level.");
});

test("several rivals within chance are named together, a long list is counted", () => {
  const names = ["b", "c", "d", "e", "f"];
  const verdict = judge([contender("a", 151), ...names.map((name) => contender(name, 150))]);
  expect(verdict.text).toContain("between a, b, c and 3 more: chance alone could explain it.");
});

test("one method alone gets its share and interval, and no comparison", () => {
  const verdict = judge([contender("svm", 180)]);
  expect(verdict.headline).toBe("svm gets 90.0 % of the images right");
  expect(verdict.comparisons).toEqual([]);
});

test("a winner no better than always answering the most common class comes with a warning", () => {
  const weak = judge([contender("svm", 105)], { baseline: { label: "tulips", accuracy: 0.5 } });
  expect(weak.text).toContain(
    'Be careful: always answering "tulips" would be right on 50.0 %, and svm is not clearly better than that.',
  );
  const strong = judge([contender("svm", 180)], { baseline: { label: "tulips", accuracy: 0.5 } });
  expect(strong.text).not.toContain("careful");
});

test("the holdout is told apart from the folds", () => {
  const verdict = judge([{ ...contender("svm", 180), holdout: 0.92 }]);
  expect(verdict.text).toContain("On the images kept aside until the end, svm is right on 92.0 %.");
});

test("copies of few photos make no clear difference out of many rows", () => {
  const groups = Array.from({ length: 200 }, (_, i) => `photo ${Math.floor(i / 50)}`);
  const contenders = [contender("svm", 150), contender("lda", 100)];
  expect(judge(contenders).comparisons[0]!.isClear).toBe(true);
  expect(judge(contenders, { groups }).comparisons[0]!.isClear).toBe(false);
});

test("no finished recipe gives no winner", () => {
  expect(judge([])).toMatchObject({ winner: null, headline: "No recipe finished" });
});
