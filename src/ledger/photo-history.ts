import { openLabelBook } from "./label-book.ts";
import type { LedgerEvent, LedgerPhoto, RecordingFacts } from "./ledger-event.ts";
import { walkLedger } from "./walk-ledger.ts";

/** Something that became of a photo: an event that names it, or one that changed its class. */
export interface PhotoEvent extends RecordingFacts {
  readonly type: LedgerEvent["type"];
  readonly line: number;
  /** Its label and path before, null where it was not there; and after, null where it is not there any more. */
  readonly before: { readonly label: string | null; readonly path: string } | null;
  readonly after: { readonly label: string | null; readonly path: string } | null;
}

/** One photo's events in their order; sha256 is null where no photo was meant. */
export interface PhotoHistory {
  readonly sha256: string | null;
  /** As the ledger has it now; null of one that was removed. */
  readonly photo: LedgerPhoto | null;
  readonly events: readonly PhotoEvent[];
}

/**
 * The history of the photo that a word means: a sha256 or its beginning (eight letters at least), or a path, where it lies
 * or once lay; of several that lay there the last.
 */
export async function readPhotoHistory(path: string, word: string): Promise<PhotoHistory> {
  const sha256 = await photoMeant(path, word);
  if (sha256 === null) return { sha256, photo: null, events: [] };
  const book = openLabelBook();
  const events: PhotoEvent[] = [];
  await walkLedger(path, {}, ({ content, line }) => {
    if (content.type === "ledger") return;
    const before = shown(book.photoOf(sha256));
    book.apply(content);
    const after = shown(book.photoOf(sha256));
    const isNamed = "sha256" in content && content.sha256 === sha256;
    if (!isNamed && before?.label === after?.label) return;
    const { type, time, author, reason } = content;
    events.push({
      type,
      line,
      time,
      ...(author === undefined ? {} : { author }),
      ...(reason === undefined ? {} : { reason }),
      before,
      after,
    });
  });
  return { sha256, photo: book.photoOf(sha256) ?? null, events };
}

function shown(
  photo: { readonly label: string | null; readonly path: string } | undefined,
): PhotoEvent["before"] {
  return photo === undefined ? null : { label: photo.label, path: photo.path };
}

async function photoMeant(path: string, word: string): Promise<string | null> {
  const prefix = /^[0-9a-f]{8,64}$/i.test(word) ? word.toLowerCase() : null;
  let found: string | null = null;
  await walkLedger(path, {}, ({ content }) => {
    if (content.type !== "photo-added" && content.type !== "photo-moved") return;
    const place = content.type === "photo-added" ? content.path : content.to.path;
    if (place === word || (prefix !== null && content.sha256.startsWith(prefix))) found = content.sha256;
  });
  return found;
}
