import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CardPretraining } from "../../backbones/card.ts";
import { type Report, reportWithin } from "../../base/events.ts";
import { type TrainedTeacher, openTeacher } from "../../finetune/pretraining/open-teacher.ts";
import { type PretrainedNetwork, pretrainNetwork } from "../../finetune/pretraining/pretrain-network.ts";
import { openTeacherFeatures } from "../../finetune/pretraining/teacher-outputs.ts";
import type { TrainingFolder } from "../../runs/training-folder.ts";
import { checkpointFile } from "../../training/checkpoint.ts";
import { stateFile } from "../../training/state-file.ts";
import { beginning, work as workOf } from "../../words/fact.ts";
import { writeCard, writeTrunkAndHead } from "./deliver-backbone.ts";
import { measureDelivered } from "./measure-delivered.ts";
import { type OpenPhotos, type PretrainingWork, openPhotos, packFolder } from "./pretraining-work.ts";

/** What the card says beside what was measured. */
export interface DeliveryFacts {
  /** Width and height of the pictures on the card. */
  readonly input: number;
  readonly licence: string;
  readonly command: string;
}

/** A backbone that was trained and written. */
export interface DeliveredBackbone extends Pick<PretrainedNetwork, "history" | "seconds"> {
  readonly teacher: CardPretraining["teacher"];
  readonly top1: number;
}

/** Trains, or goes on with it; then writes the backbone's files and measures them. */
export async function trainAndDeliver(
  work: PretrainingWork,
  folder: TrainingFolder,
  { report, ...facts }: DeliveryFacts & { report: Report },
): Promise<DeliveredBackbone> {
  const { files, photos, plan, seed } = work;
  await using opened = await openPhotos(work);
  await using teacher = await taught(work, folder, report);
  const network = await train(work, { folder, opened, teacher, report });
  const { classes } = photos;
  const source = `Rootstock, pretrained on ${basename(work.data)}`;
  const card = await writeTrunkAndHead(files, { plan, weights: network.weights, classes, source, ...facts });
  const top1 = await measureDelivered(files, {
    ...work,
    ...photos,
    source: opened.sourceOf(plan.size),
  });
  const told = work.teacher && {
    name: work.teacher.name,
    sha256: work.teacher.sha256,
    top1: teacher?.accuracy ?? null,
  };
  await writeCard(files, card, {
    data: basename(work.data),
    photos: photos.training.length,
    classes: classes.length,
    unlabelled: photos.training.length - photos.labelled.length,
    command: facts.command,
    epochs: plan.epochs,
    hours: Number((network.seconds / 3600).toPrecision(3)),
    teacher: told,
    top1,
    validationPhotos: photos.validation.length,
    size: plan.size,
    seed,
  });
  if (work.cache === null) await rm(packFolder(work), { recursive: true, force: true });
  return { history: network.history, seconds: network.seconds, teacher: told, top1 };
}

async function train(
  work: PretrainingWork,
  {
    folder,
    opened,
    teacher,
    report,
  }: { folder: TrainingFolder; opened: OpenPhotos; teacher: TrainedTeacher | null; report: Report },
): Promise<PretrainedNetwork> {
  const { photos, plan, engine, seed, signal } = work;
  const key = folder.keep!.keyOf("training");
  const fact = { architecture: plan.architecture, images: photos.training.length };
  const { stage } = workOf("pretrain", fact);
  report(beginning("pretrain", fact));
  return await pretrainNetwork(plan, {
    ...photos,
    engine,
    seed,
    signal,
    teacher,
    stage,
    classCount: photos.classes.length,
    sourceOf: opened.sourceOf,
    report: reportWithin(folder.listen(report), {
      recipe: plan.architecture,
      part: "training",
      fold: "model",
    }),
    checkpoints: stateFile(join(folder.keep!.folder, "state.safetensors"), { key }),
  });
}

/** The teacher's features of all photos, and the classifier on them; null without a teacher. */
async function taught(
  work: PretrainingWork,
  folder: TrainingFolder,
  report: Report,
): Promise<TrainedTeacher | null> {
  const { photos, teacher: backbone, engine, signal } = work;
  if (backbone === null) return null;
  const place = { engine, folder: packFolder(work), signal, report };
  const features = await openTeacherFeatures(photos.photos, backbone, place);
  try {
    const state = folder.keep!.folder;
    const teacher = await openTeacher(features, {
      ...photos,
      ...work,
      classCount: photos.classes.length,
      report: reportWithin(folder.listen(report), {
        recipe: backbone.name,
        part: "head",
        fold: "model",
      }),
      checkpoints: checkpointFile(join(state, "teacher.safetensors"), { key: folder.keep!.keyOf("teacher") }),
      answers: join(state, "teacher.answers"),
    });
    const dispose = async (): Promise<void> => {
      await teacher[Symbol.asyncDispose]();
      await features[Symbol.asyncDispose]();
    };
    return { ...teacher, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await features[Symbol.asyncDispose]();
    throw error;
  }
}
