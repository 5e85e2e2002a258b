import { expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import type { Job, Stage } from "./job.ts";
import { doShare, doShareAndWait } from "./shard.ts";

const jobs = Array.from({ length: 10 }, (_, chunk): Job => ({
  id: `job ${chunk}`,
  data: { kind: "features", use: 0, chunk },
}));

/** A stage in memory: the outcomes that are there, and what this process did of them. */
function openStage(there: Set<string> = new Set()): Stage & { did: string[]; told: WorkEvent[] } {
  const did: string[] = [];
  const told: WorkEvent[] = [];
  return {
    kind: "features",
    did,
    told,
    report: (event) => told.push(event),
    done: async (asked) => new Set(asked.map(({ id }) => id).filter((id) => there.has(id))),
    perform: async ({ id }) => {
      did.push(id);
      there.add(id);
    },
  };
}

test("doShare: the shares of all indices are all jobs, each once", async () => {
  const there = new Set<string>();
  const stages = [0, 1, 2].map(() => openStage(there));
  const missing: number[] = [];
  for (const [index, stage] of stages.entries())
    missing.push(await doShare({ index, count: 3 })(jobs, stage));
  expect(missing).toEqual([6, 3, 0]);
  const did = stages.flatMap((stage) => stage.did);
  expect(did.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
});

test("doShare: what is done already is not done again", async () => {
  const stage = openStage(new Set(["job 0", "job 4"]));
  await doShare({ index: 0, count: 2 })(jobs, stage);
  expect(stage.did).toEqual(["job 2", "job 6", "job 8"]);
});

test("doShareAndWait: as long as outcomes of others come, none of theirs is done here", async () => {
  const there = new Set<string>();
  const stage = openStage(there);
  const others = ["job 1", "job 3", "job 5", "job 7", "job 9"];
  let looks = 0;
  const done: Stage["done"] = async (asked) => {
    if (asked.length === jobs.length && (looks += 1) > 1) there.add(others.shift() ?? "job 9");
    return await stage.done(asked);
  };
  const wait = doShareAndWait({ index: 0, count: 2 }, { patienceMs: 10_000, lookMs: 1 });
  expect(await wait(jobs, { ...stage, done })).toBe(0);
  expect(stage.did).toEqual(["job 0", "job 2", "job 4", "job 6", "job 8"]);
});

test("doShareAndWait: where none comes, the others' are done here, and that is told", async () => {
  const stage = openStage();
  const wait = doShareAndWait({ index: 1, count: 2 }, { patienceMs: 5, lookMs: 1 });
  expect(await wait(jobs, stage)).toBe(0);
  expect(stage.did.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  const notices = stage.told.flatMap((event) => (event.type === "notice" ? [event.fact?.name] : []));
  expect(notices).toEqual(["waitsForShards", "doesOthersJobs"]);
});

test("doShare: the signal ends it before the next job", async () => {
  const controller = new AbortController();
  const stage = openStage();
  const perform: Stage["perform"] = async (job, options) => {
    await stage.perform(job, options);
    controller.abort();
  };
  const share = doShare({ index: 0, count: 1 })(jobs, { ...stage, perform, signal: controller.signal });
  await expect(share).rejects.toMatchObject({ name: "AbortError" });
  expect(stage.did).toEqual(["job 0"]);
});
