import { expect, test } from "vitest";
import { sampleRun } from "../../test/fixtures/sample-run.ts";
import { chooseThumbnails, thumbnailLimits } from "./choose-thumbnails.ts";
import { type Point, meanCurve } from "./curve-panel.ts";
import { escapeHtml, html } from "./html.ts";
import { renderPage } from "./render-report.ts";
import { judgedImages } from "./report-view.ts";
import { type RunRecord, isMeasured } from "../runs/run-record.ts";
import { chooseWinner, judgeRecipes } from "../runs/verdict.ts";

const run = sampleRun();
const manyImages = sampleRun({
  classes: ["a", "b", "c"],
  paths: ["a", "b", "c"].map((name) => Array.from({ length: 150 }, (_, i) => `${name}/${i}.jpg`)),
});

test("html escapes text and attributes, keeps markup, joins lists, shows nothing for null", () => {
  const list = ["<a>", "b"].map((text) => html`<li>${text}</li>`);
  expect(html`<p title="${`"'&`}">${list}${null}${7}</p>`.markup).toBe(
    '<p title="&quot;&#39;&amp;"><li>&lt;a&gt;</li><li>b</li>7</p>',
  );
  expect(escapeHtml("a\0b\u001b\u202e")).toBe(String.raw`a\u0000b\u001b\u202e`);
});

test("the page is the same text each time and loads nothing from elsewhere", () => {
  const page = renderPage(run, new Map());
  expect(renderPage(run, new Map())).toBe(page);
  expect(page).not.toMatch(/(?:src|href|action)="(?!data:)/);
  expect(page).not.toMatch(/url\(|@import|https?:\/\//);
  expect(page).toContain("default-src &#39;none&#39;");
});

test("the page holds the numbers of every recipe, the skipped files with their codes, and the way to repeat", () => {
  const page = renderPage(run, new Map());
  for (const recipe of run.recipes.filter(isMeasured))
    expect(page).toContain(`${(recipe.accuracy.mean * 100).toFixed(1)} %`);
  for (const words of [
    "Failed: softmax: expected the loss to fall",
    "E_IMAGE_TRUNCATED",
    "E_LABEL_CONFLICT",
    "10 belong to 5 groups",
    run.dataset.digest,
    "--seed 42",
  ])
    expect(page).toContain(words);
});

test("no text of a run becomes markup", () => {
  const page = renderPage(run, new Map());
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain("<img src=x");
  expect(page).not.toContain("<b>0</b>");
});

test("a run without a finished recipe still gives a page that says what failed", () => {
  const failed: RunRecord = {
    ...run,
    recipes: run.recipes.filter((recipe) => !isMeasured(recipe)),
    winner: null,
    model: null,
  };
  const page = renderPage(failed, new Map());
  expect(page).toContain("<h1>No recipe finished</h1>");
  expect(page).toContain("E_FIT");
  expect(page).toContain("Data health");
});

test("many classes are listed as mix-ups in place of a matrix", () => {
  const classes = Array.from({ length: 40 }, (_, i) => `class ${i}`);
  const page = renderPage(sampleRun({ classes }), new Map());
  expect(page).toContain("the most frequent mix-ups are listed");
  expect(page.length).toBeLessThan(400_000);
});

test("with many classes the page carries photos of the listed mix-ups alone, and of many skipped files the first thousand", () => {
  const classes = Array.from({ length: 40 }, (_, i) => `class ${i}`);
  const many = sampleRun({ classes });
  const skipped = Array.from({ length: 3000 }, (_, i) => ({
    ...run.dataset.skipped[0]!,
    path: `lost/${i}.jpg`,
  }));
  const page = renderPage({ ...many, dataset: { ...many.dataset, skipped } }, new Map());
  const carried = JSON.parse(/id="photos-data">(.*?)<\/script>/s.exec(page)![1]!) as { cells: object[] };
  const buttons = page.matchAll(/data-recipe="0"\s+data-label="(\d+)"\s+data-predicted="(\d+)"/g);
  const listed = new Set(Array.from(buttons, ([, label, predicted]) => `${label} ${predicted}`));
  expect(listed.size).toBeGreaterThan(0);
  expect(Object.keys(carried.cells[0]!).filter((cell) => !listed.has(cell))).toEqual([]);
  expect(page).toContain("Show the first 1,000 of 3,000; run.json names them all");
  expect([page.includes("lost/999.jpg"), page.includes("lost/1000.jpg")]).toEqual([true, false]);
});

test("chooseThumbnails: at most 150, each once, the worst mistakes of the winner first, no cell left empty", () => {
  const chosen = chooseThumbnails(manyImages);
  expect(chosen).toHaveLength(thumbnailLimits.all);
  expect(new Set(chosen).size).toBe(chosen.length);
  const winner = chooseWinner(manyImages.recipes)!;
  const judged = judgedImages(manyImages, winner);
  const mistakes = judged.filter(({ label, predicted }) => label !== predicted);
  expect(chosen.slice(0, 12)).toEqual(mistakes.slice(0, 12).map(({ image }) => image));
  const cells = new Map(judged.map((entry) => [`${entry.label} ${entry.predicted}`, false]));
  for (const { image, label, predicted } of judged)
    if (chosen.includes(image)) cells.set(`${label} ${predicted}`, true);
  expect([...cells.values()].every(Boolean)).toBe(true);
});

test("judgeRecipes counts copies as one and leaves out images that no fold judged", () => {
  const images = run.images.map(({ label, group }) => ({ label, group }));
  const recipes = run.recipes.map((recipe) =>
    isMeasured(recipe)
      ? { ...recipe, predictions: recipe.predictions.map((entry, i) => (i === 0 ? null : entry)) }
      : recipe,
  );
  const verdict = judgeRecipes(recipes, images, { classes: run.dataset.classes });
  expect(verdict.winner).toBe(run.winner);
  expect(verdict.text).toContain(`Judged on ${run.images.length - 1} images`);
});

test("the training section: what a fold took, and every chart said in words", () => {
  const page = renderPage(run, new Map());
  expect(page).toMatch(
    /<td class="number">22<\/td>\s*<td class="number">[\d.]+<\/td>\s*<td class="number">2,112<\/td>/,
  );
  expect(page).toContain("batch normalisation put back behind every convolution, at 96 pixels");
  expect(page).toMatch(
    /<title id="course-0-loss">\s*scratch, loss by epoch, mean over the folds: training from 1\.\d/,
  );
  expect(page).toMatch(/<title id="course-0-rate">\s*scratch, range test: .*0\.01 was chosen/);
  const untrained = { ...run, recipes: run.recipes.filter(({ name }) => name !== "scratch") };
  expect(renderPage(untrained, new Map())).not.toContain('id="training"');
});

test("meanCurve goes on while more than half of the folds do", () => {
  const folds = [3, 2, 2, 0].map((last) => Array.from({ length: last + 1 }, (_, x): Point => [x, x + last]));
  expect(meanCurve(folds)).toEqual([
    [0, 7 / 4],
    [1, 10 / 3],
    [2, 13 / 3],
  ]);
});

test("a page in Chinese has no English sentence but names and originals, whatever happened in the run", () => {
  const page = renderPage(run, new Map(), { lang: "zh", folder: "runs/sample" });
  const text = page
    .replaceAll(/<(script|style)>[^]*?<\/\1>|<pre>[^]*?<\/pre>/g, "")
    .replaceAll(/<[^>]+>/g, "\n")
    .split("\n")
    .filter((line) => /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/i.test(line) && !line.includes("英文原文："));
  expect(text.filter((line) => !line.includes("the very long name of a cla"))).toEqual([]);
  expect(page).toMatch(/保留的轮次 \d+/);
  expect(page).toContain("随机权重，沿用文件自己的计算图");
});
