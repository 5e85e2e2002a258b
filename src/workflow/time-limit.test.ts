import { expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { type Executor, type FitResult, type FitTask, inTurn } from "../evaluate/executor.ts";
import { createMatrix } from "../base/matrix.ts";
import { openPace } from "./pace.ts";
import { LeftOut, limitPlan, requireTimeLimit } from "./time-limit.ts";

const none = Int32Array.of();
const tasks = [1, 2, 3].map((fold): FitTask => ({ fold, of: 3, train: none, test: none, seed: 0 }));
const result: FitResult = { logits: createMatrix(0, 2), chosen: {}, seconds: { fit: 0, predict: 0 } };

/** How many folds were done of a recipe that expects `known` seconds for one, beside what it ended with. */
async function measure(
  seconds: number,
  { known = 0, isNeeded = false, work = async (): Promise<FitResult> => result } = {},
): Promise<{ done: number; error: unknown; events: WorkEvent[] }> {
  const pace = openPace(new Map([["svm", { kind: "classifier", cost: 1 }]]), { folds: 3, hasHoldout: false });
  if (known > 0) pace.learn("svm", known);
  const events: WorkEvent[] = [];
  using fitting = limitPlan("svm", {
    executor: inTurn,
    limit: { startedAtMs: performance.now(), seconds },
    pace,
    isNeeded,
    report: (event) => void events.push(event),
  });
  let done = 0;
  const executor: Executor = fitting.executor;
  const stop = new Promise<never>((_, reject) =>
    fitting.signal!.addEventListener("abort", () => reject(fitting.signal!.reason as Error)),
  );
  stop.catch(() => undefined);
  try {
    for await (const one of executor(tasks, async () => await Promise.race([work(), stop])))
      done += Number(one === result);
    return { done, error: null, events };
  } catch (error) {
    return { done, error: fitting.cut() ?? error, events };
  }
}

/** Stands for a fold of at least a hundredth of a second. */
async function slowFold(): Promise<FitResult> {
  const start = performance.now();
  while (performance.now() - start < 10) await new Promise(setImmediate);
  return result;
}

test("a recipe that fits is done to its end", async () => {
  expect(await measure(60)).toMatchObject({ done: 3, error: null });
});

test("a recipe whose first fold is known to take too long does not begin; one that is needed does", async () => {
  const { done, error } = await measure(5, { known: 20 });
  expect(done).toBe(0);
  expect(error).toBeInstanceOf(LeftOut);
  expect((error as LeftOut).record).toMatchObject({ code: "E_TIME", fact: { values: { seconds: 60 } } });
  expect(await measure(5, { known: 20, isNeeded: true })).toMatchObject({ done: 3, error: null });
});

test("the first fold tells that the others will not fit: it is left out with what it would take", async () => {
  const { done, error } = await measure(0.025, { work: slowFold }); // three take 0.03 s and more
  expect(done).toBe(0);
  const { seconds } = (error as LeftOut).expected;
  expect(seconds).toBeGreaterThan(0.03);
});

test("a first fold that is not done when the time is over is stopped", async () => {
  const { done, error } = await measure(0.02, {
    work: async () => await new Promise<never>(() => undefined),
  });
  expect(done).toBe(0);
  expect((error as LeftOut).expected).toMatchObject({ isLeast: true, limit: 0.02 });
});

test("a recipe that was found to fit runs to its end, further rounds too, when the time is over", async () => {
  const pace = openPace(new Map([["svm", { kind: "classifier", cost: 1 }]]), {
    folds: 3,
    rounds: 2,
    hasHoldout: false,
  });
  const limit = { startedAtMs: performance.now(), seconds: 0.05 };
  using fitting = limitPlan("svm", { executor: inTurn, limit, pace, isNeeded: false });
  for await (const _ of fitting.executor(tasks, async () => result));
  while (performance.now() - limit.startedAtMs < 60) await new Promise(setImmediate);
  let done = 0;
  for await (const _ of fitting.executor(tasks, async () => result)) done += 1;
  expect(done).toBe(3);
  expect(fitting.cut()).toBeNull();
});

test("after the first fold of a long recipe its time and the whole run's are told", async () => {
  const { events } = await measure(Infinity, { known: 20 });
  expect(events).toEqual([]); // the fold itself was quick: that counts
  const pace = openPace(
    new Map([
      ["svm", { kind: "classifier", cost: 1 }],
      ["lda", { kind: "classifier", cost: 1e6 }],
    ]),
    {
      folds: 3,
      hasHoldout: false,
    },
  );
  const told: WorkEvent[] = [];
  using fitting = limitPlan("svm", {
    executor: inTurn,
    limit: { startedAtMs: performance.now(), seconds: Infinity },
    pace,
    isNeeded: false,
    report: (event) => void told.push(event),
  });
  for await (const _ of fitting.executor(tasks, slowFold));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ type: "notice", fact: { name: "estimate", values: { recipe: "svm" } } });
});

test("requireTimeLimit: no time, and work that others do as well, are refused with the next step", () => {
  expect(() => requireTimeLimit({})).not.toThrow();
  for (const timeSeconds of [0, -1, Number.NaN, Infinity])
    expect(() => requireTimeLimit({ timeSeconds })).toThrow(/more than 0 seconds/);
  expect(() => requireTimeLimit({ timeSeconds: 5, queue: "redis://x" })).toThrow(/got a queue/);
  expect(() => requireTimeLimit({ timeSeconds: 5, executor: inTurn })).toThrow(/got an executor/);
});
