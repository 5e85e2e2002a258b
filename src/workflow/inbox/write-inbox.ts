import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { csvField } from "../../files/table/text-forms.ts";
import type { Language } from "../../words/language.ts";
import { type Words, english } from "../../words/en/en.ts";
import { wordsOf } from "../../words/words.ts";
import { inboxPage } from "./inbox-page.ts";
import type { InboxPhoto, InboxResult } from "./inbox-result.ts";

/**
 * Writes what is to be done with an inbox: `inbox.html`, the page to decide on; `photos.csv`, every photo; `accepted.csv`,
 * the accepted labels as decisions for `labels record`.
 */
export async function writeInbox(
  out: string,
  result: InboxResult,
  { lang, signal }: { lang?: Language | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  await mkdir(out, { recursive: true });
  const words = wordsOf(lang);
  await writeFileAtomic(join(out, "photos.csv"), photosCsv(result));
  await writeFileAtomic(join(out, "accepted.csv"), acceptedCsv(result, words));
  await writeFileAtomic(join(out, "inbox.html"), await inboxPage(result, { words, saveTo: null, signal }));
}

/** Every photo of an inbox, one a line. */
export function photosCsv({ photos }: InboxResult): string {
  const rows = photos.map(({ sha256, path, label, probability, novelty, pile, rank, group }) => [
    sha256,
    path,
    label,
    probability.toFixed(4),
    novelty.toFixed(4),
    pile,
    String(rank ?? ""),
    String(group ?? ""),
  ]);
  return csvOf([["sha256", "path", "label", "probability", "novelty", "pile", "rank", "group"], ...rows]);
}

/** The accepted labels as decisions. */
export function acceptedCsv(result: InboxResult, words: Words = english): string {
  const rows = result.photos
    .filter(({ pile }) => pile === "accepted")
    .map((photo) => [
      photo.sha256,
      absolutePath(result, photo),
      photo.label,
      words.inbox.reason(photo.probability),
    ]);
  return csvOf([["sha256", "path", "label", "reason"], ...rows]);
}

/** Where a photo lies, whatever folder a ledger is in. */
export function absolutePath({ folder }: InboxResult, { path }: InboxPhoto): string {
  return resolve(folder, path);
}

function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}
