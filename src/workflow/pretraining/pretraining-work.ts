import { join } from "node:path";
import { imagenetPreprocessing } from "../../backbones/architectures/finish-architecture.ts";
import type { Backbone } from "../../backbones/backbone.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { Engine } from "../../engine/engine.ts";
import { openPhotoPack } from "../../finetune/pretraining/photo-pack.ts";
import type { PretrainingPlan } from "../../finetune/pretraining/pretraining-plan.ts";
import { pixelSource } from "../../finetune/pixel-store.ts";
import type { Preprocessing } from "../../graph/preprocessing.ts";
import { pretrainingAugmentation } from "../../image/augment.ts";
import { type Task, machineOf } from "../../runs/task.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import type { PretrainingFiles } from "./pretraining-files.ts";
import type { PretrainingPhotos } from "./pretraining-photos.ts";

/** A pretraining that is about to begin: everything is read and nothing is computed. */
export interface PretrainingWork extends Pick<WorkOptions, "signal"> {
  /** What was said of the data, for the card. */
  readonly data: string;
  readonly files: PretrainingFiles;
  /** `metrics.jsonl`, event files and state lie here. */
  readonly folder: string;
  readonly photos: PretrainingPhotos;
  readonly plan: PretrainingPlan;
  readonly teacher: Backbone | null;
  readonly engine: Engine;
  readonly seed: number;
  /** The cache folder; null: packs are kept in `folder` until the end. */
  readonly cache: string | null;
}

/** Everything that decides the weights. */
export function pretrainingTask({ photos, plan, teacher, engine, seed }: PretrainingWork): Task {
  return {
    data: photos.digest,
    recipe: plan,
    uses: teacher === null ? [] : [{ sha256: teacher.sha256, card: teacher.card }],
    fold: "model",
    seed,
    stage: "",
    machine: machineOf(engine),
  };
}

/** Where decoded photos and a teacher's features are packed. */
export function packFolder({ cache, folder }: PretrainingWork): string {
  return cache === null ? join(folder, "packs") : join(cache, "pretraining");
}

/** The photos as examples. */
export interface OpenPhotos extends AsyncDisposable {
  /** Of width and height `side`: varied with an epoch, plain without. */
  sourceOf(side: number): ExampleSource;
}

/** Photos are kept at the size of the end; those of the sizes before are cut from them. */
export async function openPhotos(work: PretrainingWork): Promise<OpenPhotos> {
  const { photos, plan, seed } = work;
  const pack = await openPhotoPack(photos.photos, {
    ...work,
    folder: packFolder(work),
    preprocessing: squared(plan.size),
  });
  return {
    sourceOf: (side) => {
      const store = { preprocessing: squared(side), imageAt: pack.imageAt };
      return pixelSource(store, { augmentation: pretrainingAugmentation, seed });
    },
    [Symbol.asyncDispose]: async () => await pack[Symbol.asyncDispose](),
  };
}

/** The whole short side, the middle of the long one. */
export function squared(side: number): Preprocessing {
  return imagenetPreprocessing(side, { resize: { kind: "shortSide", size: side } });
}
