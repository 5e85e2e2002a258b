import { expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { type Words, english } from "../words/en/en.ts";
import { beginning, tell, work } from "../words/fact.ts";
import { wordsOf } from "../words/words.ts";
import { hasColour } from "./progress-line.ts";
import { createProgress } from "./progress.ts";

/** A clock and a stream under the test's hand. */
interface Setting {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly isQuiet?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly words?: Words;
}

function stage(setting: Setting = {}) {
  let written = "";
  let nowMs = 0;
  let beat: () => void = () => undefined;
  const view = createProgress(
    { isTTY: setting.isTTY ?? false, columns: setting.columns ?? 80, write: (text) => (written += text) },
    {
      isQuiet: setting.isQuiet ?? false,
      environment: setting.environment ?? {},
      words: setting.words ?? english,
      now: () => nowMs,
      every: (_, work) => ((beat = work), () => (beat = () => undefined)),
    },
  );
  const after = (ms: number, work: () => void): string => {
    nowMs = ms;
    written = "";
    work();
    return written;
  };
  return {
    at: (ms: number, event: WorkEvent) => after(ms, () => view.report(event)),
    /** What a second without events draws. */
    beat: (ms: number) => after(ms, () => beat()),
    end: () => after(nowMs, () => view[Symbol.dispose]()),
  };
}

const progress = (done: number): WorkEvent => ({
  type: "progress",
  stage: "features",
  done,
  total: 1000,
  unit: "images",
});

test("a terminal gets one line that is drawn over: bar, count, rate, time left", () => {
  const { at, end } = stage({ isTTY: true, environment: { NO_COLOR: "1" } });
  expect(at(0, progress(0))).toBe("features  ░░░░░░░░░░░░░░░░░░░░░░░░  0 of 1,000 images");
  expect(at(2000, progress(250))).toBe(
    "\r\u001b[2Kfeatures  ██████░░░░░░░░░░░░░░░░░░  250 of 1,000 images · 125/s · 6.0 s left",
  );
  expect(at(2010, progress(251))).toBe("");
  expect(at(8000, progress(1000))).toBe("\r\u001b[2Kfeatures: 1,000 images in 8.0 s (125/s)\n");
  expect(end()).toBe("");
});

test("a file gets a plain line for a stage of over 2 s, one each 10 s then, and one at the end of the stage", () => {
  const { at } = stage();
  expect(at(0, progress(1))).toBe("");
  expect(at(1000, progress(50))).toBe("");
  expect(at(5000, progress(100))).toBe("features: 10.0 %, 100 of 1,000 images · 35/s · 26 s left\n");
  expect(at(10_000, progress(150))).toBe("");
  expect(at(15_000, progress(200))).toMatch(/^features: 20.0 %, 200 of 1,000 images/);
  expect(at(50_000, progress(1000))).toBe("features: 1,000 images in 50 s (20/s)\n");
});

test("a stage that is over at once gets one line, not its first picture and its last", () => {
  const { at } = stage();
  expect(at(0, { ...progress(1), total: 300 } as WorkEvent)).toBe("");
  expect(at(900, { ...progress(300), total: 300 } as WorkEvent)).toBe(
    "features: 300 images in 900 ms (333/s)\n",
  );
  const one: WorkEvent = { type: "progress", stage: "predict", done: 1, total: 1, unit: "images" };
  expect(at(1000, one)).toBe("predict: 1 image in 0 ms\n");
});

test("work that tells nothing is not silent for over two seconds: in a file a line, on a terminal its seconds", () => {
  const file = stage();
  expect(file.beat(1000)).toBe("");
  expect(file.beat(2000)).toBe("starting · 2.0 s\n");
  expect(file.at(3000, { type: "stage", stage: "model", message: "fit svm" })).toBe("model: fit svm\n");
  expect(file.beat(9000)).toBe("");
  expect(file.beat(13_000)).toBe("model: fit svm · 10 s\n");
  const terminal = stage({ isTTY: true, environment: { NO_COLOR: "1" } });
  terminal.at(0, { ...progress(0), stage: "svm", total: 5, unit: "folds" } as WorkEvent);
  expect(terminal.beat(3000)).toContain("svm  ░░░░░░░░░░░░░░░░░░░░░░░░  0 of 5 folds · 3.0 s");
  terminal.at(10_000, { ...progress(1), stage: "svm", total: 5, unit: "folds" } as WorkEvent);
  expect(terminal.beat(15_000)).toContain("1 of 5 folds · 6.0/min · 35 s left");
});

test("a terminal is silent for a second and a quarter at most, a beat that comes a little early or late included", () => {
  let [nowMs, drawnAtMs, longestMs, beatMs] = [0, 0, 0, Number.NaN];
  let beat: () => void = () => undefined;
  const write = (text: string): void => {
    if (text.includes("\r")) return; // clears, and draws in the same moment
    longestMs = Math.max(longestMs, nowMs - drawnAtMs);
    drawnAtMs = nowMs;
  };
  using view = createProgress(
    { isTTY: true, columns: 80, write },
    {
      environment: {},
      now: () => nowMs,
      every: (ms, work) => (([beatMs, beat] = [ms, work]), () => undefined),
    },
  );
  view.report({ type: "stage", stage: "model", message: "" });
  for (let i = 1; i < 200; i += 1) {
    nowMs = i * beatMs + (i % 3) - 1;
    beat();
  }
  expect(longestMs).toBeLessThanOrEqual(1250);
  expect(nowMs - drawnAtMs).toBeLessThanOrEqual(1250);
  expect(longestMs).toBeGreaterThan(0);
});

test("of warnings of one kind five are told, the others counted at the end", () => {
  const { at, end } = stage();
  const told = Array.from({ length: 12 }, (_, i) =>
    at(0, { type: "warning", code: "E_CLASS_TOO_SMALL", message: `class ${i}` }),
  );
  expect(told.join("").trim().split("\n")).toHaveLength(5);
  expect(end()).toBe("warning: 7 more of the kind [E_CLASS_TOO_SMALL]\n");
});

test("a warning is wrapped at the terminal's width", () => {
  const { at } = stage({ isTTY: true, columns: 40, environment: { NO_COLOR: "1" } });
  const message = "classes: one has many pictures for training, another has few";
  const lines = at(0, { type: "warning", code: "E_IMBALANCE", message }).trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});

test("features from the cache are told as that, and do not make the rest look fast", () => {
  const { at } = stage();
  const features = (done: number, cached: number): WorkEvent => ({
    type: "progress",
    stage: "features mobilenetv2",
    done,
    total: 300,
    unit: "images",
    values: { cached },
  });
  expect(at(0, features(300, 300))).toBe("features mobilenetv2: 300 images, all from the cache\n");
  at(1000, features(200, 200));
  expect(at(11_000, features(300, 200))).toBe(
    "features mobilenetv2: 300 images, 200 from the cache, in 10 s (10/s)\n",
  );
});

test("bytes are told as sizes of files are", () => {
  const { at } = stage();
  const download = (done: number): WorkEvent => ({
    type: "progress",
    stage: "pull alexnet",
    done,
    total: 233 * 2 ** 20,
    unit: "bytes",
  });
  at(0, download(0));
  expect(at(10_000, download(50 * 2 ** 20))).toBe(
    "pull alexnet: 21.5 %, 50.0 MiB of 233 MiB · 5.0 MiB/s · 37 s left\n",
  );
  expect(at(20_000, download(233 * 2 ** 20))).toBe("pull alexnet: 233 MiB in 20 s (11.7 MiB/s)\n");
});

test("colour only on a terminal without NO_COLOR", () => {
  expect(stage({ isTTY: true }).at(0, progress(500))).toContain("\u001b[32m█");
  expect(stage({ isTTY: true, environment: { NO_COLOR: "1" } }).at(0, progress(500))).not.toContain(
    "\u001b[3",
  );
});

test("colour is for terminals, and not under NO_COLOR or TERM=dumb", () => {
  expect(hasColour({ isTTY: true }, {})).toBe(true);
  expect(hasColour({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(hasColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(hasColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(hasColour({}, {})).toBe(false);
});

test("--quiet shows warnings alone", () => {
  const { at } = stage({ isQuiet: true });
  expect(at(0, progress(10))).toBe("");
  expect(at(0, { type: "notice", message: "hello" })).toBe("");
  expect(at(0, { type: "warning", code: "E_IMAGE", message: "broken.jpg is empty" })).toBe(
    "warning: broken.jpg is empty [E_IMAGE]\n",
  );
});

test("a file name in a warning cannot steer the terminal, and a long stage never wraps", () => {
  const { at } = stage({ isTTY: true, environment: { NO_COLOR: "1" } });
  expect(at(0, { type: "warning", code: "E_IMAGE", message: "\u001b[2J" })).toBe(
    "warning: \\u001b[2J [E_IMAGE]\n",
  );
  const line = at(1000, { type: "progress", stage: "x".repeat(200), done: 1, total: 2, unit: "folds" });
  expect(line).toHaveLength(79);
});

test("stages that take turns keep their own rates; slow ones read per minute", () => {
  const { at } = stage({ isTTY: true, environment: { NO_COLOR: "1" } });
  const fold = (done: number): WorkEvent => ({
    type: "progress",
    stage: "svm",
    done,
    total: 5,
    unit: "folds",
  });
  at(0, fold(0));
  at(100, progress(0));
  at(1100, progress(100));
  expect(at(10_000, fold(1))).toContain("1 of 5 folds · 6.0/min · 40 s left");
  expect(at(10_100, progress(1000))).toContain("1,000 images in 10 s");
});

test("the bar gives way to the numbers where the terminal is narrow; one that says 0 columns counts as 80", () => {
  const at = (columns: number) => {
    const view = stage({ isTTY: true, columns, environment: { NO_COLOR: "1" } });
    view.at(0, progress(0));
    return view.at(2000, progress(250)).replace("\r\u001b[2K", "");
  };
  expect(at(60)).toBe("features  █░░░░░░  250 of 1,000 images · 125/s · 6.0 s left");
  expect(at(55)).toBe("features  250 of 1,000 images · 125/s · 6.0 s left");
  expect(at(30)).toBe("features  250 of 1,000 image…");
  expect(at(0)).toContain("█");
  expect(at(0)).toContain("6.0 s left");
});

const training = (done: number, more: { epoch: number; fold?: number }): WorkEvent => ({
  type: "progress",
  stage: "fine-tune",
  place: { recipe: "fine-tune", part: "training", fold: more.fold ?? 2, of: 5 },
  done,
  total: 100,
  unit: "steps",
  values: { epoch: more.epoch, epochs: 10, loss: 0.41234 },
});
type Step = Extract<WorkEvent, { type: "progress" }>;
const validated: WorkEvent = {
  type: "metric",
  stage: "fine-tune",
  place: { recipe: "fine-tune", part: "training", fold: 2, of: 5 },
  values: { epoch: 2, validationLoss: 0.3, validationAccuracy: 0.875 },
};
const trained: WorkEvent = {
  type: "progress",
  stage: "fine-tune",
  place: { recipe: "fine-tune", part: "training", fold: 2, of: 5 },
  done: 60,
  total: 60,
  unit: "steps",
  values: { epochs: 6, bestEpoch: 4, validationLoss: 0.2, validationAccuracy: 0.9 },
};

test("a training shows fold, epoch, loss, validation, and the time left over all folds", () => {
  const { at } = stage({ isTTY: true, columns: 130, environment: { NO_COLOR: "1" } });
  at(0, training(10, { epoch: 1 }));
  at(900, validated);
  expect(at(1000, training(20, { epoch: 3 }))).toBe(
    "\r\u001b[2Kfine-tune fold 2 of 5  ████░░░░░░░░░░░░░░░░░░░░  " +
      "epoch 3 of 10 · loss 0.412 · validation 87.5 % · 38 s left · 10 steps/s",
  );
  expect(at(2000, trained)).toBe(
    "\r\u001b[2Kfine-tune fold 2 of 5: 6 epochs in 2.0 s, epoch 4 kept, validation 90.0 %\n",
  );
  at(3000, training(10, { epoch: 1, fold: 3 }));
  // 9 s of this fold, and two more of 6 s each, since the last one stopped after 60 of its 100 steps
  expect(at(4000, training(20, { epoch: 2, fold: 3 }))).toContain("epoch 2 of 10 · loss 0.412 · 20 s left");
});

test("the time left of a training counts its refit, and the refits of the folds to come", () => {
  const { at } = stage({ isTTY: true, columns: 130, environment: { NO_COLOR: "1" } });
  const first = (done: number): WorkEvent => ({
    ...step(done),
    values: { ...step(done).values, stepsAfter: 120 },
  });
  const step = (done: number) => ({ ...(training(done, { epoch: 1, fold: 4 }) as Step) });
  at(0, first(10));
  expect(at(1000, first(20))).toContain("42 s left"); // 80 + 120 here, 100 + 120 in fold 5, ten a second
  at(2000, { ...(trained as Step), place: { recipe: "fine-tune", part: "training", fold: 4, of: 5 } });
  const refit = (done: number): WorkEvent => ({
    ...step(done),
    stage: "fine-tune refit",
    place: { recipe: "fine-tune", part: "refit", fold: 4, of: 5 },
    total: 80,
  });
  at(3000, refit(10));
  expect(at(4000, refit(20))).toContain("20 s left"); // 60 here, 60 + 80 in fold 5
});

test("a file gets a training as one plain line now and then; a narrow terminal loses the bar first", () => {
  const plain = stage();
  plain.at(0, training(10, { epoch: 1 }));
  plain.at(9000, validated);
  expect(plain.at(10_000, training(20, { epoch: 2 }))).toBe(
    "fine-tune fold 2 of 5: epoch 2 of 10, loss 0.412, validation 87.5 %, 6 min 20 s left, 1.0 steps/s\n",
  );
  const narrow = stage({ isTTY: true, columns: 74, environment: { NO_COLOR: "1" } });
  narrow.at(0, validated);
  expect(narrow.at(0, training(10, { epoch: 1 }))).toBe(
    "fine-tune fold 2 of 5  epoch 1 of 10 · loss 0.412 · validation 87.5 %",
  );
});

test("in Chinese: stages and counts by their facts, a training by its place, warnings in full", () => {
  const { at } = stage({ words: wordsOf("zh") });
  const features = (done: number): WorkEvent => ({
    type: "progress",
    ...work("features", { backbone: "alexnet" }),
    done,
    total: 1000,
    unit: "images",
  });
  at(0, features(0));
  expect(at(4000, features(500))).toBe(
    "提取特征 alexnet：50.0 %，500 / 1,000 张图片 · 125 张/秒 · 还需 4.0 秒\n",
  );
  expect(at(8000, features(1000))).toBe("提取特征 alexnet：1,000 张图片，用时 8.0 秒（125 张/秒）\n");
  const place = { recipe: "fine-tune", part: "refit", fold: 2, of: 5 } as const;
  const values = { epoch: 3, epochs: 10, loss: 0.4, bestEpoch: 3, validationAccuracy: 0.875 };
  const trained = { stage: "fine-tune refit", done: 30, total: 30, unit: "steps", place, values } as const;
  expect(at(9000, { type: "progress", ...trained })).toBe(
    "fine-tune 重新拟合 第 2/5 折：10 轮，保留第 3 轮，验证 87.5 %\n",
  );
  expect(at(9100, { type: "warning", code: "W_NOT_TUNED", ...tell("notTuned", { name: "lda" }) })).toBe(
    "警告：lda：图片太少，无法调参；使用第一组候选值，不作概率校准。 [W_NOT_TUNED]\n",
  );
  at(9200, beginning("model", { recipe: "svm", images: 300 }));
  expect(at(13_000, { type: "metric", stage: "x", values: {} })).toBe("");
});
