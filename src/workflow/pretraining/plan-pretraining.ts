import { RootstockError, quoteList } from "../../base/errors.ts";
import { suggestWord } from "../../base/nearest-word.ts";
import type { PretrainingPlan } from "../../finetune/pretraining/pretraining-plan.ts";

/** Architectures that can be pretrained: small enough for it on a processor. */
export const pretrainedArchitectures = ["alexnet-mini", "vgg-mini"] as const;
/** One of them. */
export type PretrainedArchitecture = (typeof pretrainedArchitectures)[number];

/** What a caller may say about the training; absent: the default. */
export interface PretrainingSettings {
  readonly arch?: string | undefined;
  /** Factor on its number of channels; default 1. */
  readonly width?: number | undefined;
  /** Passes over the photos; default 30. */
  readonly epochs?: number | undefined;
  /** Width and height of the photos at the end, a multiple of 8; default 64. */
  readonly size?: number | undefined;
  /** Whether it begins with smaller photos; default true. */
  readonly grow?: boolean | undefined;
  /** Photos a step; default 128, or all where there are fewer. */
  readonly batchSize?: number | undefined;
  /** The highest learning rate; default 0.12 for a batch of 128, in proportion for others. */
  readonly rate?: number | undefined;
  /** Default 5e-4. */
  readonly weightDecay?: number | undefined;
  /** Default 0.1, with a teacher 0: its answers are soft already. */
  readonly labelSmoothing?: number | undefined;
  /** α; default 0. */
  readonly mixup?: number | undefined;
}

/** The quicker of the two. */
export const defaultArchitecture = "alexnet-mini";
/** Pixels. */
export const defaultSize = 64;
const [fullBatch, fullBatchRate] = [128, 0.12];
/** Batch statistics need more than one photo. */
const leastBatch = 2;

/** The settings with their defaults. Throws E_OPTION for those that cannot be meant. */
export function planPretraining(
  settings: PretrainingSettings,
  { rows, hasTeacher }: { rows: number; hasTeacher: boolean },
): PretrainingPlan {
  const {
    arch = defaultArchitecture,
    width = 1,
    epochs = 30,
    size = defaultSize,
    grow = true,
    weightDecay = 5e-4,
    mixup = 0,
  } = settings;
  const { batchSize = Math.min(fullBatch, rows), labelSmoothing = hasTeacher ? 0 : 0.1 } = settings;
  const { rate = (fullBatchRate * batchSize) / fullBatch } = settings;
  requireBatch(batchSize, rows);
  return {
    architecture: requireArchitecture(arch),
    width,
    epochs,
    size,
    isGrowing: grow,
    batchSize,
    rate,
    weightDecay,
    labelSmoothing,
    mixup,
  };
}

/** Throws E_OPTION for a network that is not pretrained here. */
export function requireArchitecture(arch: string): PretrainedArchitecture {
  const found = pretrainedArchitectures.find((name) => name === arch);
  if (found !== undefined) return found;
  throw new RootstockError(
    "E_OPTION",
    `arch: expected ${quoteList(pretrainedArchitectures)}, got ${JSON.stringify(arch)}.`,
    { hint: `${suggestWord(arch, pretrainedArchitectures)}Choose one of them with --arch.` },
  );
}

/** Throws E_OPTION for a size that the pools do not divide. */
export function requireSize(size: number, what: "size" | "input"): void {
  if (size % 8 === 0 && size >= 32) return;
  throw new RootstockError("E_OPTION", `${what}: expected a multiple of 8 from 32 on, got ${size}.`, {
    hint: "Networks are trained on 64 pixels and used on 128 by default.",
  });
}

function requireBatch(batchSize: number, rows: number): void {
  if (batchSize >= leastBatch && batchSize <= rows) return;
  throw new RootstockError(
    "E_OPTION",
    `batch: expected ${leastBatch} photos a step at least, and at most the ${rows} that are trained on, got ${batchSize}.`,
    { hint: "Choose another --batch, or leave it out: it then fits the data." },
  );
}
