import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mapInOrder } from "../../base/concurrency.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { FoundImage } from "../../data/found-images.ts";
import type { LabelSource, SkippedImage } from "../../data/manifest.ts";
import type { ListedImages } from "../../data/read-manifest.ts";
import { type ScannedImage, type ScannedImages, scanImages } from "../../data/scan-images.ts";
import type { LedgerPhoto, LedgerState } from "../../ledger/ledger-event.ts";
import { tell } from "../../words/fact.ts";
import { findByBytes } from "./find-by-bytes.ts";

/**
 * The photos that a ledger gives a label, as a data set: each is taken from where the ledger says; one that is not there,
 * or whose place another picture has taken, is looked for by its bytes in the ledger's folder and the folders of its
 * photos. What is found nowhere is named (E_IMAGE_MISSING), and a picture that the ledger does not know counts for nothing.
 */
export function listedPhotos(
  state: Pick<LedgerState, "photos">,
  ledger: LabelSource,
  { report, signal }: WorkOptions,
): ListedImages {
  const root = dirname(ledger.path);
  const labelled = [...state.photos].filter(([, { label }]) => label !== null);
  const without = state.photos.size - labelled.length;
  if (without > 0) report?.({ type: "notice", ...tell("unlabelledPhotos", { count: without }) });
  const byPath = new Map(labelled.map(([, photo]) => [photo.path, photo]));
  const images = [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ledger,
    found: {
      root,
      images,
      skipped: [],
      lost: [],
      ignored: [],
      emptyFolders: [],
      layout: { wrapper: null, splits: splitsOf(images), splitFolders: [], doubtful: [] },
      setAside: [],
    },
    settle: async (scanned) => await settle(scanned, { photos: new Map(labelled), root, report, signal }),
  };
}

function splitsOf(images: readonly FoundImage[]): "column" | "none" {
  return images.some(({ split }) => split !== undefined) ? "column" : "none";
}

interface Settling extends WorkOptions {
  /** Those with a label, by sha256. */
  readonly photos: ReadonlyMap<string, LedgerPhoto>;
  readonly root: string;
}

/** Gives each scanned picture what the ledger says of its bytes, and looks for the photos that were not among them. */
async function settle(scanned: ScannedImages, settling: Settling): Promise<ScannedImages> {
  const { photos, root, report, signal } = settling;
  const known = onePerPhoto(scanned.usable, photos);
  const lacking = [...photos].filter(([sha256]) => !known.has(sha256));
  const wanted = new Set(lacking.map(([sha256]) => sha256));
  const besides = new Set([...known.values()].map(({ path }) => path));
  const paths = [...photos.values()].map(({ path }) => path);
  const found = await findByBytes(wanted, { root, paths, besides, report, signal });
  const places = [...found].map(([sha256, path]) => ({ ...photos.get(sha256)!, path }));
  const again = await scanImages(root, places, { report, signal });
  const moved = onePerPhoto(again.usable, photos);
  if (moved.size > 0) report?.({ type: "notice", ...tell("photosMoved", { count: moved.size }) });
  const missing = lacking.filter(([sha256]) => !moved.has(sha256)).map(([, photo]) => photo);
  const reasons = mapInOrder(missing, 16, async ({ path }) => await whyMissing(path, { scanned, root }));
  const skipped: SkippedImage[] = [];
  for await (const reason of reasons) skipped.push(reason);
  const usable = [...known.values(), ...moved.values()].map((image) => asListed(image, photos));
  return { usable: usable.toSorted((a, b) => (a.path < b.path ? -1 : 1)), skipped };
}

/** The pictures that the ledger knows, by sha256. */
function onePerPhoto(
  images: readonly ScannedImage[],
  photos: ReadonlyMap<string, LedgerPhoto>,
): Map<string, ScannedImage> {
  return new Map(images.filter(({ sha256 }) => photos.has(sha256)).map((image) => [image.sha256, image]));
}

function asListed(image: ScannedImage, photos: ReadonlyMap<string, LedgerPhoto>): ScannedImage {
  const { label, split, group } = photos.get(image.sha256)!;
  const { split: _, group: __, ...rest } = image;
  return {
    ...rest,
    label,
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
  };
}

/** Why a photo of the ledger is not among the pictures: its file is broken, is another picture now, or is gone. */
async function whyMissing(
  path: string,
  { scanned, root }: { scanned: ScannedImages; root: string },
): Promise<SkippedImage> {
  const isThere = await stat(join(root, path)).then(
    () => true,
    () => false,
  );
  const subject = JSON.stringify(path);
  if (!isThere)
    return {
      path,
      code: "E_IMAGE_MISSING",
      message: `${subject}: expected a photo of the ledger, found it neither there nor under another name.`,
      hint: "Bring it back, or record that it is gone: rootstock labels sync.",
    };
  const broken = scanned.skipped.find((one) => one.path === path);
  if (broken !== undefined) return broken;
  return {
    path,
    code: "E_IMAGE_CHANGED",
    message: `${subject}: expected the photo that the ledger knows by its bytes, got another one in its place.`,
    hint: "Bring the photo back, or record the new one: rootstock labels sync.",
  };
}
