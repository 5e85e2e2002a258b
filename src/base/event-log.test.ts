import { expect, test } from "vitest";
import { openEventLog } from "./event-log.ts";
import { type WorkEvent, startRun } from "./events.ts";

type Event = { readonly name: string; readonly kind: "kept" | "passing" | "latest" };
const event = (name: string, kind: Event["kind"] = "kept"): Event => ({ name, kind });
const openLog = () =>
  openEventLog<Event>(({ name, kind }) => (kind === "latest" ? { latest: name[0]! } : kind));

async function readAll(events: AsyncIterable<Event>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of events) names.push(name);
  return names;
}

/** Lets everyone who waits read what there is. */
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test("openEventLog: everyone who follows gets every event, in order, and from the beginning", async () => {
  const log = openLog();
  const early = readAll(log.follow());
  log.add(event("a"));
  log.add(event("b"));
  await turn();
  const late = readAll(log.follow());
  log.add(event("c"));
  await turn();
  log.end();
  expect(await early).toEqual(["a", "b", "c"]);
  expect(await late).toEqual(["a", "b", "c"]);
  expect(await readAll(log.follow())).toEqual(["a", "b", "c"]);
});

test("openEventLog: of each kind of progress a late follower sees the last, one who keeps up sees all", async () => {
  const log = openLog();
  const early = readAll(log.follow());
  for (const name of ["p1", "kept", "q1", "p2", "p3", "q2"]) {
    log.add(event(name, name === "kept" ? "kept" : "latest"));
    await turn();
  }
  log.end();
  expect(await early).toEqual(["p1", "kept", "q1", "p2", "p3", "q2"]);
  expect(await readAll(log.follow())).toEqual(["kept", "p3", "q2"]);
});

test("openEventLog: what passes waits for the first follower, goes to all who follow then, and is forgotten", async () => {
  const log = openLog();
  log.add(event("x1", "passing"));
  log.add(event("a"));
  const both = [readAll(log.follow()), readAll(log.follow())];
  await turn();
  log.add(event("x2", "passing"));
  await turn();
  const late = readAll(log.follow());
  await turn();
  log.add(event("x3", "passing"));
  log.add(event("b"));
  await turn();
  log.end();
  expect(await both[0]).toEqual(["x1", "a", "x2", "x3", "b"]);
  expect(await both[1]).toEqual(["a", "x2", "x3", "b"]);
  expect(await late).toEqual(["a", "x3", "b"]);
  expect(await readAll(log.follow())).toEqual(["a", "b"]);
});

test("openEventLog: a follower who stops holds nobody up", async () => {
  const log = openLog();
  for await (const { name } of ((): AsyncIterable<Event> => {
    log.add(event("a"));
    return log.follow();
  })())
    if (name === "a") break;
  log.add(event("x", "passing"));
  const rest = readAll(log.follow());
  await turn();
  log.end();
  expect(await rest).toEqual(["a", "x"]);
  expect(await readAll(log.follow())).toEqual(["a"]);
});

test("startRun: 200,000 steps of progress leave one event, and two listeners see the same end", async () => {
  const run = startRun(async (report: (event: WorkEvent) => void) => {
    report({ type: "stage", stage: "train", message: "" });
    for (let done = 1; done <= 200_000; done += 1)
      report({
        type: "progress",
        stage: "train",
        done,
        total: 200_000,
        unit: "steps",
        place: { fold: (done % 2) + 1 },
      });
    report({ type: "notice", message: "done" });
    return 7;
  });
  expect(await run.result).toBe(7);
  for (const _ of [1, 2]) {
    const seen: string[] = [];
    for await (const one of run) seen.push(one.type === "progress" ? String(one.done) : one.type);
    expect(seen).toEqual(["stage", "199999", "200000", "notice"]);
  }
});

test("startRun: a failure ends the iteration, and is thrown by the result", async () => {
  const run = startRun(async (report: (event: WorkEvent) => void) => {
    report({ type: "notice", message: "soon" });
    throw new Error("broken");
  });
  const seen: string[] = [];
  for await (const { type } of run) seen.push(type);
  expect(seen).toEqual(["notice"]);
  await expect(run.result).rejects.toThrow("broken");
});
