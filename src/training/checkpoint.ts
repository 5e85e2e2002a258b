import { partOf, prefixed } from "../graph/named-tensors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type StateFileOptions, stateFile } from "./state-file.ts";
import type { EpochFigures } from "./training-plan.ts";
import type { ValidationScore } from "./validation-score.ts";

/** All that training needs to go on after an epoch. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** How the weights that training began with score; null without validation rows. */
  readonly start: ValidationScore | null;
  readonly best: BestEpoch;
  readonly history: readonly EpochFigures[];
  /** Parameters, statistics and optimiser state, by name. */
  readonly variables: ReadonlyMap<string, Tensor>;
}

/** The epoch that is kept so far. */
export interface BestEpoch {
  /** 0: the weights that training began with; then `weights` is empty. */
  readonly epoch: number;
  readonly score: ValidationScore | null;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Where one training keeps its state. */
export interface CheckpointStore {
  /** The state after the last epoch that was kept; null where there is none. Throws E_CHECKPOINT. */
  load(): Promise<TrainingState | null>;
  /** Throws E_DISK_FULL and E_FILE; what was kept before stays whole. */
  save(state: TrainingState): Promise<void>;
  remove(): Promise<void>;
}

/** Checkpoints in a state file (see `stateFile`): tensors `variables/...` and `best/...`, the rest as JSON. */
export function checkpointFile(path: string, options: StateFileOptions): CheckpointStore {
  const file = stateFile(path, options);
  return {
    load: async () => {
      const found = await file.load();
      if (found === null) return null;
      const { best, ...rest } = found.state as Omit<TrainingState, "variables">;
      return {
        ...rest,
        variables: partOf(found.tensors, "variables/"),
        best: { ...best, weights: partOf(found.tensors, "best/") },
      };
    },
    save: async ({ variables, best, ...rest }) => {
      const { weights, ...figures } = best;
      const tensors = [...prefixed(variables, "variables/"), ...prefixed(weights, "best/")];
      await file.save({ tensors: new Map(tensors), state: { ...rest, best: figures } });
    },
    remove: file.remove,
  };
}
