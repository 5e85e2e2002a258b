/** Where a photo lies, and what its data set says of its use; nothing of it is a label. */
export interface PhotoPlace {
  /** Relative to the ledger's folder, "/" between parts. */
  readonly path: string;
  readonly split?: "train" | "validation" | "test";
  readonly group?: string;
}

/**
 * One change, keyed by the sha256 of the photo's bytes: a file that is moved or renamed keeps its label. A label of null
 * means that nobody has said what the photo shows, or that it shows none of the classes. `class-added` may be left out of
 * what is appended: a class that a label names and that is not there yet is added first. A class that a split leaves
 * without a photo is gone, and so are those that a merge takes in; any other stays, empty as it may be.
 */
export type LedgerEvent =
  | ({ readonly type: "photo-added"; readonly sha256: string; readonly label: string | null } & PhotoPlace)
  | { readonly type: "photo-removed"; readonly sha256: string }
  | {
      readonly type: "photo-moved";
      readonly sha256: string;
      readonly from: PhotoPlace;
      readonly to: PhotoPlace;
    }
  | { readonly type: "labelled"; readonly sha256: string; readonly label: string }
  | {
      readonly type: "relabelled";
      readonly sha256: string;
      readonly from: string;
      readonly to: string | null;
    }
  | { readonly type: "class-added"; readonly label: string }
  | { readonly type: "class-removed"; readonly label: string }
  | { readonly type: "class-renamed"; readonly from: string; readonly to: string }
  | { readonly type: "class-merged"; readonly from: readonly string[]; readonly into: string }
  | {
      readonly type: "class-split";
      readonly from: string;
      /** The new label of each photo that leaves the class, by sha256. */
      readonly into: Readonly<Record<string, string>>;
    };

/** Every type of event. */
export const eventTypes = [
  "photo-added",
  "photo-removed",
  "photo-moved",
  "labelled",
  "relabelled",
  "class-added",
  "class-removed",
  "class-renamed",
  "class-merged",
  "class-split",
] as const satisfies readonly LedgerEvent["type"][];

/** Who recorded events together, and why. */
export interface RecordingFacts {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
}

/** What the ledger knows of a photo at some version. */
export interface LedgerPhoto extends PhotoPlace {
  readonly label: string | null;
}

/** All labels at one version. */
export interface LedgerState {
  /** Digest of the head: the hash of the last event. */
  readonly version: string;
  /** Sorted. */
  readonly classes: readonly string[];
  /** By sha256, in the order they were added. */
  readonly photos: ReadonlyMap<string, LedgerPhoto>;
}
