import { expect, test } from "vitest";
import { wordsOf } from "../words/words.ts";
import { accuracyInterval } from "./accuracy-interval.ts";
import { type Contender, judge } from "./verdict.ts";

type ContenderOptions = { rows?: number; shift?: number } & Partial<
  Pick<Contender, "seconds" | "complexity" | "isCutShort">
>;

/** A contender that is right on the first `right` of `rows` images, from image `shift` on. */
function contender(
  name: string,
  right: number,
  { rows = 200, shift = 0, seconds = 1, ...more }: ContenderOptions = {},
): Contender {
  const correct = Array.from({ length: rows }, (_, i) => ((i + shift) % rows < right ? 1 : 0));
  return { name, correct, seconds, ...more, accuracy: accuracyInterval(correct) };
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
    "No measurable difference: take the cheapest, svm (measured in 5.0 s; fine-tune measured in 1 min).",
  );
  expect(verdict.text).toContain("fine-tune is clearly better than bayes.");
});

test("of equal accuracies the simpler wins, then the first by name, however long each took", () => {
  for (const seconds of [1, 9]) {
    const simple = contender("z", 150, { seconds, complexity: [0, 710, 2] });
    const others = [
      contender("a", 150, { seconds: 2, complexity: [0, 710, 5] }),
      contender("b", 150, { seconds: 3, complexity: [1, 12, 1] }),
    ];
    const verdict = judge([...others, simple]);
    expect(verdict.winner).toBe("z");
    expect(verdict.comparisons.map(({ against }) => against)).toEqual(["a", "b"]);
    expect(judge([contender("b", 150, { seconds }), contender("a", 150, { seconds: 5 })]).winner).toBe("a");
  }
  expect(judge([contender("slow", 150), contender("fast", 150)]).text).toContain(
    "no clear difference between fast and slow: they are level.",
  );
});

test("equal runs that took other times have the same winner and the same order", () => {
  const orders = [1, 2, 3].map((turn) => {
    const contenders = ["svm", "lda", "ridge", "knn"].map((name, i) =>
      contender(name, i === 3 ? 120 : 150, { seconds: ((i + turn) % 4) + 1 }),
    );
    const { winner, comparisons } = judge(contenders);
    return [winner, ...comparisons.map(({ against }) => against)];
  });
  expect(new Set(orders.map(String)).size).toBe(1);
});

test("a method that was stopped while it still learnt is called cut short, neither better nor worse", () => {
  const cut = contender("scratch", 60, { isCutShort: true });
  const two = judge([contender("svm", 180), cut]);
  expect(two.headline).toBe("svm comes first with 90.0 % of the images right");
  expect(two.text).toContain(
    "scratch was cut short: in most folds the epochs were used up before it was seen to improve no more",
  );
  expect(two.text).not.toMatch(/clear|beats/);
  expect(two.comparisons[0]!.isCutShort).toBe(true);
  const three = judge([contender("svm", 180), contender("lda", 120), cut]);
  expect(three.text).toContain("It beats lda, the next best");
  expect(three.text).not.toContain("the others by more");
  expect(judge([{ ...contender("scratch", 180), isCutShort: true }]).text).toContain("scratch was cut short");
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

test("the verdict in Chinese says the same: every kind of sentence", () => {
  const words = wordsOf("zh");
  const said = (...contenders: Contender[]): string => {
    const { headline, text } = judge(contenders, { words, baseline: { label: "tulips", accuracy: 0.9 } });
    return `${headline}。${text}`;
  };
  const fast = { seconds: 1 };
  expect(said({ ...contender("svm", 180), holdout: 0.92 })).toBe(
    "svm 的准确率为 90.0 %。在 200 张图片上评判，每一张都没有被它学过：答对 90.0 %（95 % 区间 85.1 % 到 93.4 %）。" +
      '在一直留到最后的图片上，svm 的准确率为 92.0 %。请注意：总是回答 "tulips" 也能答对 90.0 %，而 svm 并不明显好于此。',
  );
  expect(said(contender("svm", 180), contender("lda", 150), contender("bayes", 120))).toMatch(
    /^svm 明显最好，准确率为 90\.0 %。.*它领先第二名 lda 15\.0 个百分点（95 % 区间 .* 到 .*），差别明显；领先其余做法更多。/,
  );
  expect(said(contender("slow", 150, { seconds: 30 }), contender("fast", 150, fast))).toMatch(
    /fast 和 slow 之间没有明显差别：不相上下。|slow 和 fast 之间没有明显差别/,
  );
  const tied = [
    contender("a", 151, { seconds: 40 }),
    contender("b", 150, fast),
    contender("c", 150, { seconds: 9 }),
  ];
  expect(said(...tied)).toMatch(
    /a、b 和 c 之间没有明显差别：单凭偶然也可能如此。测不出差别：取最省的 b（测量用时 1\.0 秒；a：测量用时 40 秒）。/,
  );
  expect(said(contender("svm", 180), { ...contender("cut", 120), isCutShort: true })).toContain(
    "cut 没有训练完：",
  );
  expect(judge([], { words }).headline).toBe("没有一种做法完成");
});
