import { join, resolve } from "node:path";
import { type Report, type Run, type WorkOptions, startRun } from "../base/events.ts";
import { RootstockError } from "../base/errors.ts";
import type { LayoutOptions } from "../data/folders/read-folders.ts";
import type { SkippedImage } from "../data/manifest.ts";
import { lockFile } from "../files/lock-file.ts";
import { requirePlace } from "../files/require-place.ts";
import { openTrainingFolder } from "../runs/training-folder.ts";
import { digestOf, taskKey } from "../runs/task.ts";
import type { EpochFigures } from "../training/training-plan.ts";
import { tell } from "../words/fact.ts";
import { defaultSeed } from "./defaults.ts";
import { openBackbones } from "./plan.ts";
import { readFinished, removeFinished, writeFinished } from "./pretraining/finished-pretraining.ts";
import {
  type PretrainingSettings,
  defaultArchitecture,
  defaultSize,
  planPretraining,
  requireArchitecture,
  requireSize,
} from "./pretraining/plan-pretraining.ts";
import { type PretrainingFiles, pretrainingFiles } from "./pretraining/pretraining-files.ts";
import { readPretrainingPhotos } from "./pretraining/pretraining-photos.ts";
import { measureDelivered } from "./pretraining/measure-delivered.ts";
import { type PretrainingWork, openPhotos, pretrainingTask } from "./pretraining/pretraining-work.ts";
import { trainAndDeliver } from "./pretraining/train-and-deliver.ts";
import { cacheOf, scanCacheOf } from "./study.ts";
import { type EngineOptions, useEngine } from "./use-engine.ts";

export { type PretrainingSettings, pretrainedArchitectures } from "./pretraining/plan-pretraining.ts";

/** What is pretrained, on what, and where the backbone goes. */
export interface PretrainOptions
  extends WorkOptions, EngineOptions, PretrainingSettings, Pick<LayoutOptions, "splitFolders"> {
  /** The .onnx file to write, or the folder for it. */
  readonly out: string;
  /** A backbone by name or file; its features and what a linear softmax makes of them are taught as well. */
  readonly teacher?: string | undefined;
  /** Pull the teacher where it is missing; default: refuse. */
  readonly download?: boolean | undefined;
  /** A data set whose photos validate; default: the data's own split, else one photo in 20. */
  readonly validation?: string | undefined;
  /** Folders of photos that only the teacher speaks of. */
  readonly unlabelled?: readonly string[] | undefined;
  /** Width and height of the pictures on the card; default: twice the size that it is trained on. */
  readonly input?: number | undefined;
  /** On the card; default: that nobody has stated it. */
  readonly licence?: string | undefined;
  /** On the card: what was typed. */
  readonly command?: string | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** The cache folder, for decoded photos and the teacher's features; null: they go when the training is done. */
  readonly cache?: string | null | undefined;
  /** Begin anew, and write over what is there; default: go on with what an earlier run of the same command kept. */
  readonly restart?: boolean | undefined;
}

/** `pretrain --json` */
export interface PretrainResult {
  /** "checked": it was trained before, and measured once more. */
  readonly status: "trained" | "checked";
  readonly backbone: string;
  readonly card: string;
  /** From the trunk's maps to the classes, as it was trained. */
  readonly head: string;
  /** The first filters as a picture. */
  readonly filters: string;
  /** The folder with `metrics.jsonl` and the TensorBoard event file. */
  readonly figures: string;
  readonly architecture: string;
  /** Trained on, those without a label among them. */
  readonly images: number;
  readonly unlabelled: number;
  readonly validationImages: number;
  readonly classes: readonly string[];
  readonly skipped: readonly SkippedImage[];
  readonly teacher: { readonly name: string; readonly sha256: string; readonly top1: number | null } | null;
  /** Of the two files, on the validation photos. */
  readonly top1: number;
  /** Wall time of the training, over all its runs. */
  readonly seconds: number;
  readonly history: readonly EpochFigures[];
}

/**
 * Trains an architecture from random weights on a large labelled set and writes it as a backbone, with its card, the head
 * it was trained with and a picture of its first filters. Photos are streamed: memory does not grow with their number
 * beyond the list of them. The same call goes on after a stop or a kill, and ends at the same bits; once it is done, it
 * measures the files again and trains nothing.
 */
export function pretrain(data: string, options: PretrainOptions): Run<PretrainResult> {
  return startRun(async (report) => {
    const files = await requireSense(options);
    const folder = `${files.backbone}.training`;
    await using inUse = await useEngine(options);
    const work = await openWork(data, { ...options, files, folder, engine: inUse.engine, report });
    const { input, licence } = options;
    const key = digestOf([taskKey(pretrainingTask(work)), input ?? null, licence ?? null]);
    if (options.restart === true) await removeFinished(folder);
    else {
      const finished = await readFinished<PretrainResult>(folder, files, { key });
      if (finished !== null) return await checkAgain(finished, work, report);
    }
    return await trainAnew(work, options, { key, report });
  });
}

/** Everything that can be wrong with an option or a place is wrong here, before any work. */
async function requireSense(options: PretrainOptions): Promise<PretrainingFiles> {
  const { arch = defaultArchitecture, size = defaultSize, input, teacher, unlabelled = [] } = options;
  const files = pretrainingFiles(options.out, requireArchitecture(arch));
  requireSize(size, "size");
  if (input !== undefined) requireSize(input, "input");
  if (unlabelled.length > 0 && teacher === undefined)
    throw new RootstockError(
      "E_OPTION",
      "unlabelled: expected a teacher for photos without a label, got none.",
      {
        hint: "Name a backbone that knows images with --teacher.",
      },
    );
  await requirePlace(files.backbone, "file");
  return files;
}

/** The teacher and the photos, read; and what follows from their number. */
async function openWork(
  data: string,
  options: PretrainOptions &
    Pick<PretrainingWork, "files" | "folder" | "engine"> & { readonly report: Report },
): Promise<PretrainingWork> {
  const { files, folder, engine, report, signal, download, splitFolders } = options;
  const { seed = defaultSeed, validation = null, unlabelled = [] } = options;
  const names = options.teacher === undefined ? [] : [options.teacher];
  const [teacher = null] = await openBackbones(names, { layers: ["default"], download, signal, report });
  const cache = cacheOf(options);
  const places = { validation, unlabelled, seed, splitFolders, scanCache: scanCacheOf(cache) };
  const photos = await readPretrainingPhotos(data, { ...places, signal, report });
  const hasTeacher = teacher !== null;
  const plan = planPretraining(options, { rows: photos.training.length, hasTeacher });
  return { data: resolve(data), files, folder, photos, plan, teacher, engine, seed, cache, signal };
}

async function trainAnew(
  work: PretrainingWork,
  options: PretrainOptions,
  { key, report }: { key: string; report: Report },
): Promise<PretrainResult> {
  const { files, photos, plan } = work;
  const { input = 2 * plan.size, licence = "not stated", command = "pretrain" } = options;
  await using _alone = await lockFile(join(work.folder, "lock"));
  const task = pretrainingTask(work);
  const isResumed = options.restart !== true;
  const folder = await openTrainingFolder(files.backbone, { isResumed, isImplied: true, task, report });
  const made = await trainAndDeliver(work, folder, { input, licence, command, report }).catch(
    async (error: unknown) => {
      await folder.tellHowToResume();
      throw error;
    },
  );
  const { backbone, card, head, filters } = files;
  const result: PretrainResult = {
    status: "trained",
    backbone,
    card,
    head,
    filters,
    figures: work.folder,
    architecture: plan.architecture,
    images: photos.training.length,
    unlabelled: photos.training.length - photos.labelled.length,
    validationImages: photos.validation.length,
    classes: photos.classes,
    skipped: photos.skipped,
    ...made,
  };
  await writeFinished(work.folder, files, { key, result });
  await folder.close();
  return result;
}

/** The files are measured once more; the rest is what the training said of itself. */
async function checkAgain(
  finished: PretrainResult,
  work: PretrainingWork,
  report: Report,
): Promise<PretrainResult> {
  const { files, photos, plan } = work;
  report({ type: "notice", ...tell("alreadyTrained", { path: files.backbone }) });
  await using opened = await openPhotos(work);
  const source = opened.sourceOf(plan.size);
  return {
    ...finished,
    status: "checked",
    top1: await measureDelivered(files, { ...work, ...photos, source }),
  };
}
