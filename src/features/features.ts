import type { ErrorRecord } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import type { Pooling } from "./feature-model.ts";
import type { Views } from "./views.ts";

/** A picture to look at, as the scan found it. */
export interface ImageSource {
  /** Absolute. */
  readonly path: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  /** Pixels, where known: they decide how many pictures are held decoded at a time. */
  readonly width?: number;
  readonly height?: number;
}

/** Features in the order of the pictures; a failed picture's row is NaN and named in `failed`. */
export interface Features {
  /** Shape: N x D. */
  readonly matrix: Matrix;
  /** Of each picture, in the same order. */
  readonly sha256s: readonly string[];
  readonly backbone: { readonly name: string; readonly sha256: string };
  readonly layer: string;
  readonly pooling: Pooling;
  readonly failed: readonly FailedImage[];
  /** Pictures that the network looked at; 0 when the cache knew all. */
  readonly computed: number;
}

/** A picture without features, and why. */
export interface FailedImage {
  /** Row of the picture. */
  readonly index: number;
  readonly error: ErrorRecord;
}

/** Where in a network features are taken, and what keeps them. */
export interface ExtractOptions extends WorkOptions {
  readonly engine: Engine;
  /** A layer of the card, or a value of the graph; default: the card's default layer. */
  readonly layer?: string | undefined;
  /** Default `avg`. A layer that is a vector already passes as it is. */
  readonly pooling?: Pooling | undefined;
  /** Features are means over so many views; default 1. */
  readonly views?: Views | undefined;
  /** The cache folder; null keeps nothing. */
  readonly cache: string | null;
  /** None of the pictures is in the cache: it is written to, and not looked into. Default false. */
  readonly isKnownMissing?: boolean | undefined;
  /** Pictures a run; default 1, and 8 where large dense layers make reading their weights the cost. */
  readonly batchSize?: number | undefined;
}
