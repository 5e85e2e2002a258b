import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import { matrixFrom } from "../base/matrix.ts";
import { type Executor, type FitResult, type FitTask, type FitWork, inTurn } from "../evaluate/executor.ts";
import { keepResults } from "./kept-results.ts";
import { type Task, machineOf } from "./task.ts";

const pieces = [1, 2, 3].map((fold): FitTask => ({
  fold,
  of: 3,
  train: Int32Array.of(0),
  test: Int32Array.of(1),
  seed: fold,
}));
const outcome = {
  epochs: 1,
  bestEpoch: 1,
  imagesSeen: 8,
  stoppedBy: "epochs",
  isRefitted: false,
  network: "pretrained",
  frozenTo: "none",
  size: null,
} as const;

/** Awkward numbers, to come back to the bit. */
function resultOf({ fold }: FitTask): FitResult {
  const epochs = [{ epoch: 0, validationLoss: 0.1 + 0.2, validationAccuracy: 1 / 3 }];
  return {
    logits: matrixFrom([[Math.PI * Number(fold), -1e-30, 0.1]]),
    chosen: { C: 0.1, kernel: "rbf" },
    training: { epochs, rateTest: [{ rate: 1e-5, loss: 2 / 3 }], outcome },
    seconds: { fit: 1, predict: 2 },
  };
}

const task: Task = {
  data: "data",
  recipe: "recipe",
  uses: [],
  fold: "model",
  seed: 1,
  stage: "fit",
  machine: machineOf({ version: "1", threads: 1 }),
};
const taskOf = ({ fold, of }: FitTask): Task => ({
  ...task,
  fold: typeof fold === "number" ? { fold, of } : fold,
});

/** Every result that comes, until the work ends or fails, and the folds that were really worked on. */
async function gather(executor: Executor, work: FitWork) {
  const worked: FitTask["fold"][] = [];
  const results: FitResult[] = [];
  let failure: unknown = null;
  const noted: FitWork = async (piece, given) => {
    worked.push(piece.fold);
    return await work(piece, given);
  };
  try {
    for await (const result of executor(pieces, noted)) results.push(result);
  } catch (error) {
    failure = error;
  }
  return { worked, results, failure };
}

test("keepResults: a measurement that was killed goes on with the folds that are not done, to the same results", async () => {
  await using folder = await temporaryFolder();
  const executor = keepResults(inTurn, { folder: folder.path, taskOf });
  const first = await gather(executor, async (piece, given) => {
    if (piece.fold === 3) throw new Error("killed");
    expect(given?.keep?.folder).toContain(folder.path);
    return resultOf(piece);
  });
  expect([first.worked, first.results.length, String(first.failure)]).toEqual([
    [1, 2, 3],
    2,
    "Error: killed",
  ]);
  const second = await gather(executor, async (piece) => resultOf(piece));
  expect(second.worked).toEqual([3]);
  expect(second.results).toEqual(pieces.map(resultOf));
});

test("keepResults: what was kept of another question, or is damaged, is made again", async () => {
  await using folder = await temporaryFolder();
  const work: FitWork = async (piece) => resultOf(piece);
  await gather(keepResults(inTurn, { folder: folder.path, taskOf }), work);
  const other = keepResults(inTurn, {
    folder: folder.path,
    taskOf: (piece) => ({ ...taskOf(piece), data: "a label corrected" }),
  });
  expect((await gather(other, work)).worked).toEqual([1, 2, 3]);
  const results = join(folder.path, "results");
  for (const name of await readdir(results)) {
    const text = await readFile(join(results, name), "utf8");
    await writeFile(join(results, name), text.slice(0, 40));
  }
  expect((await gather(other, work)).worked).toEqual([1, 2, 3]);
});

test("keepResults: an executor may do the missing ones as it likes, results come in the order of the tasks", async () => {
  await using folder = await temporaryFolder();
  const atOnce: Executor = async function* (tasks, work) {
    yield* await Promise.all(tasks.map(async (piece) => await work(piece)));
  };
  await gather(keepResults(inTurn, { folder: folder.path, taskOf }), async (piece) => {
    if (piece.fold === 2) throw new Error("killed");
    return resultOf(piece);
  });
  const all = await gather(keepResults(atOnce, { folder: folder.path, taskOf }), async (piece) =>
    resultOf(piece),
  );
  expect([all.worked, all.results]).toEqual([[2, 3], pieces.map(resultOf)]);
});

test("keepResults: each stage of a fit has its own key", async () => {
  await using folder = await temporaryFolder();
  const keys = new Set<string>();
  await gather(keepResults(inTurn, { folder: folder.path, taskOf }), async (piece, given) => {
    for (const stage of ["training", "rate test", "refit"]) keys.add(given!.keep!.keyOf(stage));
    return resultOf(piece);
  });
  expect(keys.size).toBe(9);
});
