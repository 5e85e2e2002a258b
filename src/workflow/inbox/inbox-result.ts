import type { Pile } from "../../adapt/sort-photos.ts";
import type { ErrorRecord } from "../../base/errors.ts";

export type { Pile } from "../../adapt/sort-photos.ts";

/** A photo of an inbox, and where it belongs. */
export interface InboxPhoto {
  /** As it was found, from the folder that was named on. */
  readonly path: string;
  readonly sha256: string;
  /** What the model says. */
  readonly label: string;
  /** Of that label, calibrated, 0 to 1. */
  readonly probability: number;
  /** The share of known photos that are less strange, 0 to 1. */
  readonly novelty: number;
  readonly pile: Pile;
  /** Its place among those to look at, from 1 on; null in other piles. */
  readonly rank: number | null;
  /** The group of foreign photos it belongs to, from 1 on; null in other piles. */
  readonly group: number | null;
}

/** `inbox --json`. The names are a contract; keys may be added. */
export interface InboxResult {
  readonly model: string;
  readonly folder: string;
  readonly labels: readonly string[];
  readonly counts: Readonly<Record<Pile, number>>;
  /** Photos in the folder that the model learnt from: in no pile. */
  readonly learnt: number;
  /** Groups among the foreign photos: their sizes, the largest first. */
  readonly groups: readonly number[];
  readonly acceptance: InboxAcceptance;
  /** Accepted first, then those to look at by rank, then foreign ones by group. */
  readonly photos: readonly InboxPhoto[];
  readonly skipped: readonly ({ readonly path: string } & ErrorRecord)[];
  /** The folder that was written; null where none was asked for. */
  readonly out: string | null;
}

/** What the accepted pile promises, and what it stands on. */
export interface InboxAcceptance {
  /** The largest share of wrong labels. */
  readonly promise: number;
  /** The chance at least with which that holds. */
  readonly assurance: number;
  /** Labels at least this probable were accepted; null: none. */
  readonly threshold: number | null;
  /** Nor were photos of a novelty above this. */
  readonly noveltyLimit: number;
  /** Photos with known labels that the threshold was judged on, those above it, and the wrong ones among them. */
  readonly calibration: number;
  readonly rows: number;
  readonly errors: number;
  /** Clopper-Pearson's upper bound of the share of errors. */
  readonly bound: number;
  /** Calibration photos without an error that such a promise needs at least, and how many of them are missing. */
  readonly needed: number;
  readonly missing: number;
}
