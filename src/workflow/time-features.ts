import type { WorkOptions } from "../base/events.ts";
import { runModel } from "../bundle/run-model.ts";
import type { Engine } from "../engine/engine.ts";
import { drawTrialPictures } from "../image/draw-trial-pictures.ts";
import { type FeatureUse, useKey } from "./plan.ts";
import { standIn } from "./require-deliverable.ts";

/** Runs that are timed, after one that is not. */
const runs = 3;

/** Times taken in this process: recipes on one backbone share them. */
const taken = new WeakMap<Engine, Map<string, Promise<number>>>();

/**
 * Seconds from a decoded photo of 256 x 256 to the joined features, one photo at a time: the median of three runs of what
 * would be delivered, preprocessing included, and not what the cache made of it.
 */
export async function timeFeatures(
  uses: readonly FeatureUse[],
  options: WorkOptions & { engine: Engine },
): Promise<number> {
  const known = taken.get(options.engine) ?? new Map<string, Promise<number>>();
  taken.set(options.engine, known);
  let sum = 0;
  for (const use of uses) {
    const time = known.get(useKey(use)) ?? timeUse(use, options);
    known.set(useKey(use), time);
    sum += await time;
  }
  return sum;
}

async function timeUse(
  use: FeatureUse,
  { engine, signal }: WorkOptions & { engine: Engine },
): Promise<number> {
  await using session = await engine.load(standIn(use), { signal });
  const [picture] = drawTrialPictures().values();
  await runModel(session, picture!, { signal });
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await runModel(session, picture!, { signal });
    times.push((performance.now() - started) / 1000);
  }
  return times.toSorted((a, b) => a - b)[runs >> 1]!;
}
