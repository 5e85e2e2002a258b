import type { Engine } from "../engine/engine.ts";
import type { FitTask } from "../evaluate/executor.ts";
import { type Task, machineOf } from "../runs/task.ts";
import type { Plan } from "./plan.ts";
import type { Study } from "./study.ts";

/** A plan's fit on all training rows of a study as a task: the model that is delivered. */
export function planTask(
  { recipe, uses }: Plan,
  { digest }: Pick<Study, "digest">,
  { engine, seed }: { engine: Pick<Engine, "version" | "threads">; seed: number },
): Task {
  return {
    data: digest,
    recipe,
    uses: uses.map(({ backbone, layer, pooling, views }) => [
      backbone.sha256,
      backbone.card,
      layer,
      pooling,
      ...(views === undefined ? [] : [views]),
    ]),
    fold: "model",
    seed,
    stage: "fit",
    machine: machineOf(engine),
  };
}

/** A fit of a plan's measurement as a task of its own. */
export function pieceTask(task: Task, { fold, of }: Pick<FitTask, "fold" | "of">): Task {
  return { ...task, fold: typeof fold === "number" ? { fold, of } : fold };
}
