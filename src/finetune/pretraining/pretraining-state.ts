import type { Tensor } from "../../graph/tensor.ts";
import type { StateFile } from "../../training/state-file.ts";
import type { EpochFigures } from "../../training/training-plan.ts";

/** All that a pretraining needs to go on, after any of its steps. */
export interface PretrainingState {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Wall time of the training until then, over all its runs. */
  readonly seconds: number;
  /** Of the epoch under way. */
  readonly sums: EpochSums;
  readonly history: readonly EpochFigures[];
  /** Parameters, statistics, optimiser state and averages by name; empty before the first step. */
  readonly variables: ReadonlyMap<string, Tensor>;
}

/** What an epoch's figures are made of. */
export interface EpochSums {
  readonly steps: number;
  readonly loss: number;
  readonly correct: number;
  /** Rows with a label. */
  readonly labelled: number;
}

/** At the beginning of an epoch. */
export const noSums: EpochSums = { steps: 0, loss: 0, correct: 0, labelled: 0 };

/** Before the first step. */
export const startState: PretrainingState = {
  step: 0,
  seconds: 0,
  sums: noSums,
  history: [],
  variables: new Map(),
};

/** The state as a state file keeps it; the start where it keeps none. */
export async function loadState(file: StateFile | undefined): Promise<PretrainingState> {
  const found = (await file?.load()) ?? null;
  if (found === null) return startState;
  return { ...(found.state as Omit<PretrainingState, "variables">), variables: found.tensors };
}

/** Throws E_DISK_FULL and E_FILE. */
export async function saveState(file: StateFile | undefined, state: PretrainingState): Promise<void> {
  const { variables, ...rest } = state;
  await file?.save({ tensors: variables, state: rest });
}
