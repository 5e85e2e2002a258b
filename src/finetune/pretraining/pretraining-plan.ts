import {
  type Loss,
  crossEntropy,
  smoothL1,
  softCrossEntropy,
  weightedLosses,
} from "../../autodiff/losses.ts";
import { hintOutput } from "./student.ts";

/** How a network is pretrained, as data: everything but its photos and its seed. */
export interface PretrainingPlan {
  /** Of `buildArchitecture`. */
  readonly architecture: string;
  /** Factor on the network's number of channels. */
  readonly width: number;
  /** Width and height of the photos at the end, a multiple of 8. */
  readonly size: number;
  /** Whether it begins with smaller photos (see `sizePhases`). */
  readonly isGrowing: boolean;
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate. */
  readonly rate: number;
  /** Of weights; biases and normalisations have none. */
  readonly weightDecay: number;
  /** ε of the label smoothing, in [0, 1). */
  readonly labelSmoothing: number;
  /** α of the Beta(α, α) by which pairs of photos are mixed; 0: they are not. */
  readonly mixup: number;
}

/** What a teacher adds, by the targets' names in a loss: soft labels, and features to be met. */
export const teacherTargets = { softened: "teacher", features: "teacher features" } as const;

/** τ: what the teacher's and the student's logits are divided by before they are compared. */
export const teacherTemperature = 2;
/** Weights of the three parts of the loss. */
const shares = { labels: 0.5, teacher: 0.5, features: 3 };
/** Highest decay of the moving average that is validated and delivered. */
export const averageDecay = 0.999;
/** Nesterov's μ. */
export const momentum = 0.9;

/**
 * Without a teacher the cross-entropy against the labels; with one
 * L = ½ CE + ½ τ² KL(teacher ‖ student) at τ = 2 + 3 smooth L1 from the hint to the teacher's standardised features. A
 * photo without a label has no part in the first. Source: Hinton et al. 2015; Romero et al. 2015, FitNets.
 */
export function pretrainingLoss(
  { labelSmoothing, mixup }: Pick<PretrainingPlan, "labelSmoothing" | "mixup">,
  hintWidth: number | null,
): Loss {
  // mixed labels are distributions, and these come smoothed already: rows without a label must stay empty
  const labels = mixup > 0 ? softCrossEntropy() : crossEntropy({ labelSmoothing });
  if (hintWidth === null) return labels;
  const { softened, features } = teacherTargets;
  return weightedLosses([
    { weight: shares.labels, loss: labels },
    { weight: shares.teacher, loss: softCrossEntropy({ temperature: teacherTemperature, target: softened }) },
    { weight: shares.features, loss: smoothL1({ output: hintOutput, target: features, width: hintWidth }) },
  ]);
}
