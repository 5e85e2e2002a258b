import type { KnownPhoto } from "./known-photos.ts";

/** A photo as the data have it now. */
export interface WantedPhoto {
  readonly sha256: string;
  readonly label: string;
  /** Absolute. */
  readonly path: string;
  readonly width?: number;
  readonly height?: number;
}

/** How the data are to be understood. */
export interface CompareRules {
  /** Whether the data are all there is: a photo that they lack is gone. */
  readonly isWhole: boolean;
  /** Of classes without a single photo in whole data, whether what the model remembers of them stays. */
  readonly keepsOld: boolean;
  /** sha256 of photos that shall go, whatever the data say. */
  readonly remove: ReadonlySet<string>;
}

/** What is to be done so that a model has learnt from the photos that there are now. */
export interface PhotoChanges {
  readonly added: readonly WantedPhoto[];
  readonly removed: readonly KnownPhoto[];
  readonly relabelled: readonly { readonly photo: KnownPhoto; readonly to: string }[];
  /** Known photos that stay, under their label of now. */
  readonly kept: readonly KnownPhoto[];
  /** Classes that stay by what the model remembers alone. */
  readonly rememberedClasses: readonly string[];
  /** Known photos whose label the model folder does not tell, so that they were taken as they are. */
  readonly untold: number;
}

/**
 * Compares what a model has learnt from with the photos of now, by sha256. A photo that a model learnt from twice, since there
 * were two copies, stays so often. One that is known under another label moves.
 */
export function comparePhotos(
  known: readonly KnownPhoto[],
  wanted: readonly WantedPhoto[],
  { isWhole, keepsOld, remove }: CompareRules,
): PhotoChanges {
  const labelOf = new Map(wanted.map(({ sha256, label }) => [sha256, label]));
  const present = new Set(wanted.map(({ label }) => label));
  const isRemembered = (label: string | null): boolean => keepsOld && label !== null && !present.has(label);
  const isGone = ({ sha256, label }: KnownPhoto): boolean =>
    remove.has(sha256) || (isWhole && !labelOf.has(sha256) && !isRemembered(label));
  const seen = new Set(known.map(({ sha256 }) => sha256));
  const stay = known.filter((photo) => !isGone(photo));
  const isMoved = ({ sha256, label }: KnownPhoto): boolean =>
    label !== null && labelOf.has(sha256) && labelOf.get(sha256) !== label;
  const remembered = isWhole ? stay.filter(({ sha256 }) => !labelOf.has(sha256)) : [];
  return {
    added: wanted.filter(({ sha256 }) => !seen.has(sha256) && !remove.has(sha256)),
    removed: known.filter(isGone),
    relabelled: stay.filter(isMoved).map((photo) => ({ photo, to: labelOf.get(photo.sha256)! })),
    kept: stay.map((photo) => (isMoved(photo) ? { ...photo, label: labelOf.get(photo.sha256)! } : photo)),
    rememberedClasses: [...new Set(remembered.flatMap(({ label }) => label ?? []))].sort(),
    untold: stay.filter(({ sha256, label }) => label === null && labelOf.has(sha256)).length,
  };
}
