import { expect, test } from "vitest";
import type { TrainedNetwork } from "../training/train-network.ts";
import { type Course, type CourseOptions, trainAndRefit } from "./refit.ts";

const rows = Int32Array.of(0, 1, 2, 3);
const split = { training: rows.slice(0, 3), validation: rows.slice(3) };

function trained(stoppedBy: TrainedNetwork["stoppedBy"]): TrainedNetwork {
  const graph = { inputs: [], outputs: [], nodes: [], initializers: new Map() } as never;
  return { graph, bestEpoch: 3, start: null, history: [], imagesSeen: 0, stoppedBy };
}

/** A course that notes what it is given, and ends as it is told to. */
function recorded(ends: readonly (TrainedNetwork["stoppedBy"] | Error)[]) {
  const given: CourseOptions<Course>[] = [];
  const course = async (options: CourseOptions<Course>): Promise<Course> => {
    const end = ends[given.push(options) - 1]!;
    if (end instanceof Error) throw end;
    return { last: { rate: 0.1, curve: [], trained: trained(end) } };
  };
  return { given, course };
}

test("trainAndRefit: the inner split first, then all rows with what was found", async () => {
  const { given, course } = recorded(["patience", "epochs"]);
  const { found, refit, isInterrupted } = await trainAndRefit(course, {
    rows,
    split,
    refit: true,
  });
  const all = { training: rows, validation: new Int32Array() };
  expect(given).toEqual([
    { part: "training", split, found: null, refitRows: 4 },
    { part: "refit", split: all, found, refitRows: 0 },
  ]);
  expect([refit?.stoppedBy, isInterrupted]).toEqual(["epochs", false]);
});

test("trainAndRefit: none where none is asked for, or where the first was stopped", async () => {
  const once = recorded(["patience"]);
  const plain = await trainAndRefit(once.course, { rows, split, refit: false });
  expect([once.given.length, plain.refit, plain.isInterrupted]).toEqual([1, null, false]);
  const stopped = recorded(["interruption"]);
  const first = await trainAndRefit(stopped.course, { rows, split, refit: true });
  expect([stopped.given.length, first.refit, first.isInterrupted]).toEqual([1, null, true]);
});

test("trainAndRefit: a refit that the user stops leaves the first network; one that fails is an error", async () => {
  const options = { rows, split, refit: true };
  const signal = AbortSignal.abort();
  for (const end of ["interruption", new Error("aborted")] as const) {
    const { found, refit, isInterrupted } = await trainAndRefit(recorded(["patience", end]).course, {
      ...options,
      signal,
    });
    expect([found.last.trained.stoppedBy, refit, isInterrupted]).toEqual(["patience", null, true]);
  }
  const failing = recorded(["patience", new Error("disk full")]);
  await expect(trainAndRefit(failing.course, options)).rejects.toThrow("disk full");
});
