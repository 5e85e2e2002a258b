import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-write.ts";
import type { Graph } from "../graph/graph.ts";
import { type RateTest, findRate, tellCurve } from "../training/find-rate.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type FitNetworkOptions, trainingKey } from "./fit-network.ts";

/**
 * The rate that a range test finds for a training. Kept beside the training's checkpoint, so that a resumed one does
 * not test again; its curve is told again then. Throws what `findRate` throws, E_DISK_FULL and E_FILE.
 */
export async function testedRate(
  forward: Graph,
  plan: TrainingPlan,
  options: FitNetworkOptions,
): Promise<number> {
  const { data, split } = options;
  const { engine, labels } = data;
  const stage = `${options.stage} rate test`;
  const key = trainingKey({ ...options, stage });
  const path = data.checkpoints && join(data.checkpoints, `${key.slice(0, 16)}.json`);
  const kept = path && (await readKept(path, key));
  if (kept) {
    tellCurve(kept, { ...options, stage });
    return kept.rate;
  }
  const test = await findRate(forward, plan, { ...options, ...split, engine, labels, stage });
  if (path) await writeFileAtomic(path, JSON.stringify({ key, ...test }));
  return test.rate;
}

/** Null where there is none of this training; it is made again then. */
async function readKept(path: string, key: string): Promise<RateTest | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const kept = JSON.parse(text) as RateTest & { key: string };
  return kept.key === key ? kept : null;
}
