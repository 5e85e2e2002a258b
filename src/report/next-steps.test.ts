import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { catalogue } from "../backbones/catalogue.ts";
import { betterBackbone } from "../backbones/embedded.ts";
import { nextSteps } from "./next-steps.ts";

const at = { folder: "runs/2026 a", opener: "xdg-open" };
const whatOf = (rows: string[][], winner: string | null = "svm"): string[] => {
  const recipes = rows.map((backbones) => ({ backbones }));
  return nextSteps({ winner, recipes, dataset: { path: "my photos" } }, at).map(({ what }) => what);
};

test("nextSteps: look, predict and ship after a run; a better network where all were the package's own", () => {
  expect(whatOf([["mobilenet_v2"]])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([["gabor-bank"], ["squeezenet1_1"]])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([["vgg-mini", "mine"]])).toEqual(["look", "predict", "ship"]);
  expect(whatOf([["gabor-bank"]])).toEqual(["look", "predict", "ship", "improve"]);
  expect(whatOf([["alexnet-mini", "vgg-mini"], ["gabor-bank"]])).toEqual([
    "look",
    "predict",
    "ship",
    "improve",
  ]);
  expect(whatOf([["gabor-bank"]], null)).toEqual(["look"]);
});

test("nextSteps: what to pull is told with its size and what it gained, as measured", async () => {
  const { name, megabytes, flowers, embeddedFlowers } = betterBackbone;
  const entry = catalogue.find((one) => one.name === name)!;
  expect(Math.round(entry.sizeMebibytes! * 1.048576)).toBe(megabytes);
  const recipes = [{ backbones: ["vgg-mini"] }];
  const [improve] = nextSteps({ winner: "svm", recipes, dataset: { path: "photos" } }, at).slice(-1);
  const [best, embedded] = [flowers, embeddedFlowers].map((share) => `${(100 * share).toFixed(1)} %`);
  expect(improve!.why).toMatch(new RegExp(`${name} \\(${megabytes} MB\\).* ${best}, .* ${embedded}$`));
  const results = await readFile("bench/RESULTS.md", "utf8");
  expect(results).toContain(`\`${name}\` ${best}, the best of the embedded networks ${embedded}`);
});

test("nextSteps: the lines can be typed, with blanks in paths quoted, and what they name can be pulled", () => {
  const steps = nextSteps(
    { winner: "svm", recipes: [{ backbones: ["gabor-bank"] }], dataset: { path: "my photos" } },
    at,
  );
  expect(steps.flatMap(({ commands }) => commands)).toEqual([
    "xdg-open 'runs/2026 a/report.html'",
    "rootstock predict 'runs/2026 a/model' PHOTO",
    "rootstock verify 'runs/2026 a/model'",
    `rootstock backbones pull ${betterBackbone.name}`,
    `rootstock compare 'my photos' --backbone ${betterBackbone.name}`,
  ]);
});
