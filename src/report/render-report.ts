import type { WorkOptions } from "../base/events.ts";
import { chooseThumbnails } from "./choose-thumbnails.ts";
import { html } from "./html.ts";
import { framePage } from "./page-frame.ts";
import { pageScript } from "./page-script.ts";
import { readThumbnails } from "./read-thumbnails.ts";
import { type Thumbnails, createView } from "./report-view.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { confusionSection } from "./sections/confusion.ts";
import { dataHealthSection } from "./sections/data-health.ts";
import { labelCurveSection } from "./sections/label-curve.ts";
import { mistakesSection } from "./sections/mistakes.ts";
import { nextSection } from "./sections/next.ts";
import { openingSection } from "./sections/opening.ts";
import { pairsSection } from "./sections/pairs.ts";
import { calibrationSection, classesSection } from "./sections/quality.ts";
import { recipesSection } from "./sections/recipes.ts";
import { repeatSection, smallPrint } from "./sections/repeat.ts";
import { trainingSection } from "./sections/training.ts";
import type { Language } from "../words/language.ts";
import { wordsOf } from "../words/words.ts";

/** Where the photos of a report are read. */
export interface RenderOptions extends WorkOptions {
  /** Folder that image paths are relative to; without it the page has no photos. */
  readonly imageRoot?: string | undefined;
  /** The run folder as seen from where the command was typed; without it the page does not say what to type next. */
  readonly folder?: string | undefined;
  /** The page's language; default "en". */
  readonly lang?: Language | undefined;
}

/** The report of a run as one HTML file: no request leaves it, photos are embedded, at most about 1 MB of them. */
export async function renderReport(run: RunRecord, options: RenderOptions = {}): Promise<string> {
  const { imageRoot, signal } = options;
  const thumbnails: Thumbnails =
    imageRoot === undefined
      ? new Map()
      : await readThumbnails(run, chooseThumbnails(run), { imageRoot, signal });
  return renderPage(run, thumbnails, options);
}

/**
 * The page from a run and its thumbnails, the same text each time. Its own policy forbids everything but this style,
 * this script and embedded pictures, so that even markup smuggled into a name could do nothing.
 */
export function renderPage(
  run: RunRecord,
  thumbnails: Thumbnails,
  { folder, lang }: Pick<RenderOptions, "folder" | "lang"> = {},
): string {
  const view = createView(run, thumbnails, { folder, words: wordsOf(lang) });
  const isMeasured = view.winner !== null;
  const body = html`${openingSection(view)}
    <main>
      ${recipesSection(view)} ${pairsSection(view)} ${nextSection(view)}
      ${isMeasured ? confusionSection(view) : null} ${mistakesSection(view)} ${classesSection(view)}
      ${calibrationSection(view)} ${labelCurveSection(view)} ${trainingSection(view)}
      ${dataHealthSection(view)} ${repeatSection(view)}
    </main>
    ${smallPrint(view)}`;
  const { words, verdict } = view;
  return framePage({ title: verdict.headline, words, body, script: isMeasured ? pageScript : undefined });
}
