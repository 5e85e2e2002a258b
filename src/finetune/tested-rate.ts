import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-write.ts";
import type { Graph } from "../graph/graph.ts";
import { type RateTest, findRate, tellCurve } from "../training/find-rate.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type FitNetworkOptions, toldAs } from "./fit-network.ts";

/**
 * The range test that finds the rate of a training. Kept beside the training's checkpoint, so that a resumed one does not
 * test again; its curve is told again then. Throws what `findRate` throws, E_DISK_FULL and E_FILE.
 */
export async function testedRate(
  forward: Graph,
  plan: TrainingPlan,
  options: FitNetworkOptions,
): Promise<RateTest> {
  const { data, split, keep } = options;
  const { engine, labels } = data;
  const part = options.part === "head" ? "head rate test" : "rate test";
  const told = toldAs(part, options);
  const key = keep?.keyOf(part);
  const path = keep && join(keep.folder, `${key!.slice(0, 16)}.json`);
  const kept = path && (await readKept(path, key!));
  if (kept) {
    tellCurve(kept, told);
    return kept;
  }
  const { rate, curve } = await findRate(forward, plan, { ...options, ...split, ...told, engine, labels });
  if (path) await writeFileAtomic(path, JSON.stringify({ key, rate, curve }));
  return { rate, curve };
}

/** Null where there is none of this training; it is made again then. */
async function readKept(path: string, key: string): Promise<RateTest | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const kept = JSON.parse(text) as RateTest & { key: string };
  return kept.key === key ? kept : null;
}
