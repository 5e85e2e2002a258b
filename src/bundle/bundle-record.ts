import type { UnknownRule } from "../evaluate/familiarity.ts";

/** `rootstock.json`: what a model folder says of itself. Format 1. */
export interface BundleRecord {
  readonly format: 1;
  readonly rootstock: string;
  readonly createdAt: string;
  /** The recipe as it was resolved: defaults filled in, hyper-parameters chosen. */
  readonly recipe: { readonly name: string; readonly summary: string; readonly resolved: unknown };
  readonly chosen: Readonly<Record<string, number | string | boolean>>;
  readonly backbones: readonly BundleBackbone[];
  /** In the order of the logits. */
  readonly labels: readonly string[];
  readonly data: {
    readonly images: number;
    readonly digest: string;
    /** Training images by class, in the order of `labels`. */
    readonly classCounts: readonly number[];
    /** Classes of the data set without a training image: the model does not have them. Absent where there are none. */
    readonly unlearnt?: readonly string[] | undefined;
    /** The ledger of labels that it was trained on: where it lay, seen from the model folder, and its version. */
    readonly ledger?: { readonly path: string; readonly version: string } | undefined;
  };
  readonly seed: number;
  /** Estimates made before the refit, by cross-validation and on the holdout; null where there were none. */
  readonly metrics: BundleMetrics | null;
  /** What tells photos of none of the classes; null where no photo was held out, absent in folders of earlier versions. */
  readonly unknown?: UnknownRule | null | undefined;
  /** How it came from earlier models, the first update first; absent where it was trained as it is. */
  readonly updates?: readonly BundleUpdate[] | undefined;
  readonly golden: readonly GoldenImage[];
  /** Where the golden images come from; absent in folders of earlier versions, whose are photos. */
  readonly goldenKind?: GoldenKind | undefined;
  /** sha256 by path inside the folder, "/" between parts; every file but this one. */
  readonly files: Readonly<Record<string, string>>;
}

/** A network that the model looks at pictures with, and under which licence. */
export interface BundleBackbone {
  readonly name: string;
  readonly sha256: string;
  readonly layer: string;
  readonly pooling: string;
  readonly licence: string;
  readonly source: string;
}

/** What was measured before the model was fitted on everything: shares from 0 to 1. */
export interface BundleMetrics {
  readonly accuracy: { readonly mean: number; readonly low: number; readonly high: number };
  readonly macroF1: number;
  readonly holdout: number | null;
}

/** `exact`: equal to a fit anew of the same photos with the same transforms and hyper-parameters; `retrained`: fitted anew; `head`: of a trained network the head alone was fitted anew, its body held. */
export const updateKinds = ["exact", "retrained", "head"] as const;
/** Whether a solver began from the model's own weights. */
export const updateStarts = ["warm", "cold"] as const;
/** One of `updateStarts`. */
export type UpdateStart = (typeof updateStarts)[number];
/** One of `updateKinds`. */
export type UpdateKind = (typeof updateKinds)[number];

/** One step from an earlier model to this one. */
export interface BundleUpdate {
  readonly by: "update" | "merge";
  readonly kind: UpdateKind;
  /** Of a fit anew; absent where the update was exact. */
  readonly start?: UpdateStart | undefined;
  readonly at: string;
  readonly rootstock: string;
  /** sha256 of `rootstock.json` of the model that it was made from; of two where they were merged. */
  readonly from: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly relabelled: number;
  /** Photos that it had learnt from before, and after. */
  readonly images: readonly [before: number, after: number];
  /** Its classes before. */
  readonly labels: readonly string[];
  /** What was measured of the model before; it holds for that model alone. */
  readonly metrics: BundleMetrics | null;
  /** Version of the ledger that it was brought to, where it was one. */
  readonly ledger?: string | undefined;
}

/**
 * Where golden images come from: drawn by us, so that nothing private travels with the model; reduced training photos;
 * or there are none, and predictions cannot be proven.
 */
export const goldenKinds = ["synthetic", "photos", "none"] as const;
/** One of `goldenKinds`. */
export type GoldenKind = (typeof goldenKinds)[number];

/** An image whose logits were recorded when the folder was written. */
export interface GoldenImage {
  readonly file: string;
  readonly label: string;
  readonly logits: readonly number[];
}
