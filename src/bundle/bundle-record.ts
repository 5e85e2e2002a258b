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
  };
  readonly seed: number;
  /** Estimates made before the refit, by cross-validation and on the holdout; null where there were none. */
  readonly metrics: BundleMetrics | null;
  readonly golden: readonly GoldenImage[];
  /** sha256 by path inside the folder, "/" between parts; every file but this one. */
  readonly files: Readonly<Record<string, string>>;
}

export interface BundleBackbone {
  readonly name: string;
  readonly sha256: string;
  readonly layer: string;
  readonly pooling: string;
  readonly licence: string;
  readonly source: string;
}

export interface BundleMetrics {
  readonly accuracy: { readonly mean: number; readonly low: number; readonly high: number };
  readonly macroF1: number;
  readonly holdout: number | null;
}

/** An image whose logits were recorded when the folder was written. */
export interface GoldenImage {
  readonly file: string;
  readonly label: string;
  readonly logits: readonly number[];
}
