import { expect, test } from "vitest";
import { sampleRun } from "../../../test/fixtures/sample-run.ts";
import type { LabelCurve } from "../../runs/run-record.ts";
import { renderPage } from "../render-report.ts";

const estimate = (mean: number, half: number): { mean: number; low: number; high: number } => ({
  mean,
  low: mean - half,
  high: mean + half,
});
const curve = (gain: number, half: number): LabelCurve => ({
  recipe: "svm",
  photos: 300,
  classes: 2,
  judged: 60,
  draws: 10,
  points: [25, 50, 75].map((labels, i) => ({
    labels,
    queue: estimate(0.7 + i / 20, 0.04),
    random: estimate(0.7 + i / 40, 0.05),
    gain: estimate((i * gain) / 2, half),
  })),
});
const pageOf = (labelCurve: LabelCurve, lang?: "zh"): string =>
  renderPage({ ...sampleRun(), labelCurve }, new Map(), { lang });

test("the curve is a chart with a text alternative and a table with every figure and its interval", () => {
  const page = pageOf(curve(0.05, 0.02));
  expect(page).toContain("with 75 labels 80.0 % in the queue’s order and 75.0 % in random order");
  expect(page.match(/class="whisker (?:queue|random)"/g)).toHaveLength(6);
  for (const words of ["80.0 %", "76.0 % to 84.0 %", "70.0 % to 80.0 %", "3.0 to 7.0"])
    expect(page).toContain(words);
});

test("a gain, a loss and what chance could explain are told apart", () => {
  expect(pageOf(curve(0.05, 0.02))).toContain("the queue’s order gains 5.0 points");
  expect(pageOf(curve(-0.05, 0.02))).toContain("label at random here");
  expect(pageOf(curve(0.01, 0.02))).toContain("which chance could explain");
  expect(pageOf(curve(0.05, 0.02), "zh")).toContain("队列顺序的增益为 5.0 个百分点");
});

test("where it was not measured the page says why, and an older run has no such section", () => {
  expect(pageOf({ skipped: "few photos" })).toContain("Not measured: it takes 60 photos");
  expect(renderPage(sampleRun(), new Map())).not.toContain("label-curve");
});
