import { resolve } from "node:path";
import type { WorkOptions } from "../../base/events.ts";
import { renderDecisionPage } from "../../report/decisions/decision-page.ts";
import { embedPicture } from "../../report/embed-pictures.ts";
import type { Language } from "../../words/language.ts";
import { wordsOf } from "../../words/words.ts";
import type { CheckedLabel } from "./checked-label.ts";

/** Photos on the page, about 10 kB each. */
const mostShown = 300;
const pile = "doubtful";

/** The page to decide on suspicious labels, the most doubtful first; what it suggests is the class that the label rather is. */
export async function doubtsPage(
  suspicious: readonly CheckedLabel[],
  { root, classes }: { root: string; classes: readonly string[] },
  { lang, signal }: Pick<WorkOptions, "signal"> & { lang?: Language | undefined },
): Promise<string> {
  const words = wordsOf(lang);
  const said = words.shift;
  const photos = [];
  for (const { sha256, path, label, rather, probability, ratherProbability } of suspicious.slice(
    0,
    mostShown,
  )) {
    signal?.throwIfAborted();
    const whole = resolve(root, path);
    const note = `${said.rather(label, rather)}, ${ratherProbability.toFixed(2)} / ${probability.toFixed(2)}`;
    const picture = await embedPicture(whole, { sidePx: 256 });
    photos.push({ sha256, path: whole, name: path, label: rather, note, pile, group: null, picture });
  }
  const { length } = photos;
  return renderDecisionPage({
    title: said.doubtful(length, suspicious.length),
    lead: [said.pageLead],
    classes,
    piles: [{ id: pile, title: said.doubtful(length, length), note: said.pageLead }],
    photos,
    words,
    saveTo: null,
  });
}
