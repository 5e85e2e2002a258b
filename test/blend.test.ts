import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CompareOptions, compare, loadModel, train } from "../src/index.ts";
import { decodeModel } from "../src/graph/onnx/decode-model.ts";
import type { MeasuredRecipe, RunRecord } from "../src/runs/run-record.ts";
import { fitBlend } from "../src/workflow/blend/fit-blend.ts";
import { deliverModel } from "../src/workflow/deliver-model.ts";
import { openPlans } from "../src/workflow/open-plans.ts";
import { openStudy } from "../src/workflow/study.ts";
import { useEngine } from "../src/workflow/use-engine.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// The recipes of a comparison, averaged: measured as any recipe, delivered as one graph.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let options: CompareOptions & { backbones: string[]; folds: number };
const at = (name: string): string => join(folder.path, name);
beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("photos"), 9);
  const network = await writeSmallNetwork(folder.path);
  options = {
    backbones: [network],
    recipes: ["lda", "knn", "bayes", "blend"],
    folds: 3,
    threads: 1,
    cache: at("cache"),
  };
});
afterAll(async () => await folder[Symbol.asyncDispose]());

const recordOf = async (directory: string): Promise<RunRecord> =>
  JSON.parse(await readFile(join(directory, "run.json"), "utf8")) as RunRecord;

/** What a row says, times aside. */
function figuresOf(record: RunRecord): unknown {
  return record.recipes.map((row) => ({ ...row, seconds: null }));
}

test("a blend is a row like others; stopped before it, the run goes on to the same figures", async () => {
  const whole = await compare(at("photos"), { ...options, out: at("whole") }).result;
  const record = await recordOf(whole.runDirectory);
  const row = record.recipes.at(-1)!;
  expect(row).toMatchObject({ name: "blend", blend: { members: expect.any(Array) as unknown } });
  const { blend } = row as MeasuredRecipe;
  expect(blend!.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  const controller = new AbortController();
  const stopped = compare(at("photos"), { ...options, out: at("parts"), signal: controller.signal });
  for await (const event of stopped)
    if (event.type === "progress" && event.stage === "blend") controller.abort();
  await expect(stopped.result).rejects.toMatchObject({ name: "AbortError" });
  const worked: unknown[] = [];
  const second = await compare(at("photos"), {
    ...options,
    out: at("parts"),
    executor: async function* (tasks, work) {
      worked.push(...tasks);
      for (const task of tasks) yield await work(task);
    },
  }).result;
  expect(worked).toEqual([]); // what the members answered is kept, and nothing is fitted again
  expect(figuresOf(await recordOf(second.runDirectory))).toEqual(figuresOf(record));
});

test("a delivered blend gives the weighted mean of its members' probabilities, and runs their network once", async () => {
  await using inUse = await useEngine({ threads: 1 });
  const { engine } = inUse;
  const plans = await openPlans(options.recipes!, options, () => undefined);
  const study = await openStudy(at("photos"), plans, { ...options, engine, report: () => undefined });
  const common = { engine, seed: 42, metrics: null };
  const members = [
    { recipe: "lda", weight: 0.75 },
    { recipe: "bayes", weight: 0.25 },
  ];
  const keepOf = () => ({ folder: at("kept"), keyOf: () => "" });
  await deliverModel(
    at("blend"),
    { plan: plans.at(-1)!, study },
    {
      ...common,
      fit: async () => await fitBlend({ members, temperature: 1 }, { ...common, study, plans, keepOf }),
    },
  );
  await using blend = await loadModel(at("blend"), { threads: 1 });
  const photo = join(at("photos"), "down", "1.png");
  const { probabilities } = await blend.predict(photo);
  const sum: Record<string, number> = {};
  for (const { recipe, weight } of members) {
    await deliverModel(at(recipe), { plan: plans.find(({ name }) => name === recipe)!, study }, common);
    await using member = await loadModel(at(recipe), { threads: 1 });
    for (const [label, value] of Object.entries((await member.predict(photo)).probabilities))
      sum[label] = (sum[label] ?? 0) + weight * value;
  }
  for (const [label, value] of Object.entries(probabilities)) expect(value).toBeCloseTo(sum[label]!, 4);
  const convolutions = async (name: string): Promise<number> => {
    const { graph } = decodeModel(await readFile(join(at(name), "onnx", "model.onnx")));
    return graph.nodes.filter(({ operator }) => operator === "Conv").length;
  };
  expect(await convolutions("blend")).toBe(await convolutions("lda"));
});

test("a blend alone, of one recipe, of members that do not run, or to be trained is refused, with what to type", async () => {
  const refused = async (recipes: string[]): Promise<void> => {
    const run = compare(at("photos"), { ...options, recipes, out: at("refused") });
    await expect(run.result).rejects.toMatchObject({
      code: "E_OPTION",
      message: expect.stringContaining("two recipes or more") as string,
      hint: expect.stringContaining("--recipes svm,lda,blend") as string,
    });
  };
  await refused(["blend"]);
  await refused(["lda", "blend"]);
  const trained = train(at("photos"), { recipe: "blend", backbones: options.backbones, out: at("model") });
  await expect(trained.result).rejects.toMatchObject({ code: "E_OPTION" });
});
