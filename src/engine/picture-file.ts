import type { ErrorRecord } from "../base/errors.ts";
import type { ImageFacts } from "../image/look-at-image.ts";

/** A picture for a network to look at, by its file: what reads it is the thread that looks. */
export interface PictureFile {
  /** Absolute. */
  readonly path: string;
  /** Of the bytes that are expected, hex; null for a picture that nobody has looked at, which is then scanned as well. */
  readonly sha256: string | null;
  /** How error messages name it. */
  readonly subject: string;
  /** Pixels above which a picture that nobody has looked at is not decoded now: its size is the answer. */
  readonly postponeAbove?: number | undefined;
}

/** What a look at a picture gave. */
export interface SeenPicture {
  /** Of a picture that was scanned. */
  readonly facts?: ImageFacts;
  /** Of one that was postponed. */
  readonly size?: { readonly width: number; readonly height: number };
  /** The network's output for it. Shape: D. Absent where there is an error, or nobody wanted it. */
  readonly values?: Float32Array;
  /** Why the picture, or what the network makes of it, cannot be used; with `facts` the picture is sound. */
  readonly error?: ErrorRecord;
}
