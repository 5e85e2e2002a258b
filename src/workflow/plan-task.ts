import type { Engine } from "../engine/engine.ts";
import { dataDigest } from "../runs/data-digest.ts";
import { type Task, type TaskFold, machineOf } from "../runs/task.ts";
import type { Plan } from "./plan.ts";
import type { Study } from "./study.ts";

/** A plan's fit on a study as a task. */
export function planTask(
  { recipe, uses }: Plan,
  { manifest }: Pick<Study, "manifest">,
  { engine, seed, fold }: { engine: Pick<Engine, "version" | "threads">; seed: number; fold: TaskFold },
): Task {
  return {
    data: dataDigest(manifest),
    recipe,
    uses: uses.map(({ backbone, layer, pooling }) => [backbone.sha256, backbone.card, layer, pooling]),
    fold,
    seed,
    stage: "fit",
    machine: machineOf(engine),
  };
}
