/** What the training of one network did. */
export interface Training {
  /** Ascending; epoch 0 is the start, which has validation figures alone. */
  readonly epochs: readonly EpochPoint[];
  /** The range test that chose the rate; empty where there was none. */
  readonly rateTest: readonly { readonly rate: number; readonly loss: number }[];
  readonly outcome: TrainingOutcome;
}

/** An epoch's figures. */
export interface EpochPoint {
  readonly epoch: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly loss?: number;
  readonly accuracy?: number;
  /** The last step's. */
  readonly rate?: number;
}

/** What became of it. */
export interface TrainingOutcome {
  /** Epochs made. */
  readonly epochs: number;
  /** The epoch that was kept; 0: the weights that training began with. */
  readonly bestEpoch: number;
  /** Examples seen, each as often as it was, those of the refit with them. */
  readonly imagesSeen: number;
  readonly stoppedBy: "epochs" | "patience" | "interruption";
  /** Whether it was trained once more, on all of its rows. */
  readonly isRefitted: boolean;
  /** Where its weights came from: "pretrained", or how like the pretrained network the untrained one was built. */
  readonly network: string;
  /** The last parameter group kept frozen, "none", or "all"; null for a network from random weights. */
  readonly frozenTo: string | null;
  /** Width and height of the pictures that it was built for, in pixels; null for the backbone's own. */
  readonly size: number | null;
}
