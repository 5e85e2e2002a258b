import { resolve } from "node:path";
import type { WorkOptions } from "../../base/events.ts";
import { makeThumbnail } from "../../image/thumbnail.ts";
import { type DecidedPhoto, renderDecisionPage } from "../../report/decisions/decision-page.ts";
import type { Words } from "../../words/en/en.ts";
import { acceptanceLine } from "./acceptance-line.ts";
import type { InboxPhoto, InboxResult, Pile } from "./inbox-result.ts";

/** The piles in the order of the page, and how many photos of each it shows: about 10 kB each. */
const shown: readonly (readonly [pile: Pile, most: number])[] = [
  ["look", 300],
  ["foreign", 200],
  ["accepted", 100],
];

/** The page to decide on an inbox. `saveTo`: where decisions are sent; null: they are downloaded. */
export async function inboxPage(
  result: InboxResult,
  { words, saveTo, signal }: { words: Words; saveTo: string | null } & Pick<WorkOptions, "signal">,
): Promise<string> {
  const { inbox: said } = words;
  const chosen = shown.flatMap(([pile, most]) =>
    result.photos.filter((photo) => photo.pile === pile).slice(0, most),
  );
  const photos: DecidedPhoto[] = [];
  for (const photo of chosen) {
    signal?.throwIfAborted();
    photos.push(await decidedPhoto(photo, result, words));
  }
  const left = result.photos.length - photos.length;
  return renderDecisionPage({
    title: said.title(result.photos.length),
    lead: [acceptanceLine(result.acceptance, words), ...(left > 0 ? [said.more(left)] : [])],
    classes: result.labels,
    piles: shown.map(([id]) => ({ id, title: said.pileTitles[id], note: said.pileNotes[id] })),
    photos,
    words,
    saveTo,
  });
}

async function decidedPhoto(photo: InboxPhoto, { folder }: InboxResult, words: Words): Promise<DecidedPhoto> {
  const { sha256, path, label, probability, pile, group } = photo;
  const whole = resolve(folder, path);
  const bytes = await makeThumbnail(whole, { sidePx: 256 }).catch(() => null);
  return {
    sha256,
    path: whole,
    name: path,
    label: pile === "foreign" ? null : label,
    note: words.inbox.sure(label, probability),
    pile,
    group: group === null ? null : String(group),
    picture: bytes === null ? null : `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`,
  };
}
