import type { Preprocessing } from "../graph/preprocessing.ts";

/** A place in a network where features can be taken. */
export interface CardLayer {
  /** The name people use: "conv5", "pool5", "fc6". */
  readonly name: string;
  /** The graph value that carries it. */
  readonly value: string;
  /** Without the batch: a map [C, H, W], tokens [T, D] or a vector [D]. */
  readonly shape: readonly number[];
  /**
   * Parameter group for freezing: "conv1", ..., "fc8". Groups come in order from the input; a group holds the
   * parameters that this layer needs and no layer of an earlier group does (see `parameterGroups`).
   */
  readonly group?: string;
}

/** Where a network that was pretrained here comes from. */
export interface CardPretraining {
  /** The data set's folder or table, by its name. */
  readonly data: string;
  readonly photos: number;
  readonly classes: number;
  /** Photos without a label, which only the teacher spoke of. */
  readonly unlabelled: number;
  /** What was typed. */
  readonly command: string;
  readonly epochs: number;
  /** Wall time of the training. */
  readonly hours: number;
  /** The teacher, with the share of the validation photos that a linear softmax on its features names; null: none. */
  readonly teacher: { readonly name: string; readonly sha256: string; readonly top1: number | null } | null;
  /** Share of the validation photos that the network in this file, with the head it was trained with, names. */
  readonly top1: number;
  readonly validationPhotos: number;
  /** Width and height of the photos that it was trained and validated on. */
  readonly size: number;
  readonly seed: number;
}

/** A backbone as data. Lies beside the file as `<file>.card.yaml`, or is shipped and found by the file's sha256. */
export interface Card {
  readonly name: string;
  readonly source: string;
  /** Hex, or null while not known for certain. */
  readonly sha256: string | null;
  readonly licence: string;
  readonly paper: string;
  readonly parameters: number;
  readonly preprocessing: Preprocessing;
  /** From the input to the output. */
  readonly layers: readonly CardLayer[];
  /** Layer used when none is asked for: the end of the convolutional trunk, its activation and pool included. */
  readonly defaultLayer: string;
  readonly isTrainable: boolean;
  /** The architecture whose graph the weights belong to, where the file holds weights alone (.pth, .safetensors). */
  readonly architecture?: string;
  /** How it was pretrained, where `rootstock pretrain` made it. */
  readonly pretraining?: CardPretraining;
  /** Anything else a person should know. */
  readonly notes?: string;
}
