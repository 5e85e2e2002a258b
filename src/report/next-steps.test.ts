import { expect, test } from "vitest";
import { catalogue } from "../backbones/catalogue.ts";
import { nextSteps, suggestedBackbone } from "./next-steps.ts";

const at = { folder: "runs/2026 a", opener: "xdg-open" };
const whatOf = (recipes: { pretrained?: boolean }[], winner: string | null = "svm"): string[] =>
  nextSteps({ winner, recipes, dataset: { path: "my photos" } }, at).map(({ what }) => what);

test("nextSteps: look, predict and ship after a run; a pretrained backbone where all were hand-made", () => {
  expect(whatOf([{ pretrained: true }])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([{}])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([{ pretrained: false }, { pretrained: true }])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([{ pretrained: false }])).toEqual(["look", "predict", "ship", "improve"]);
  expect(whatOf([{ pretrained: false }], null)).toEqual(["look"]);
});

test("nextSteps: the lines can be typed, with blanks in paths quoted, and what they name can be pulled", () => {
  const steps = nextSteps(
    { winner: "svm", recipes: [{ pretrained: false }], dataset: { path: "my photos" } },
    at,
  );
  expect(steps.flatMap(({ commands }) => commands)).toEqual([
    "xdg-open 'runs/2026 a/report.html'",
    "rootstock predict 'runs/2026 a/model' PHOTO",
    "rootstock verify 'runs/2026 a/model'",
    `rootstock backbones pull ${suggestedBackbone}`,
    `rootstock compare 'my photos' --backbone ${suggestedBackbone}`,
  ]);
  expect(catalogue.map(({ name }) => name)).toContain(suggestedBackbone);
});
