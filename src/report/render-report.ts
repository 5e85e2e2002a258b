import { createHash } from "node:crypto";
import type { WorkOptions } from "../base/events.ts";
import { chooseThumbnails } from "./choose-thumbnails.ts";
import { html, rawElement } from "./html.ts";
import { pageScript } from "./page-script.ts";
import { readThumbnails } from "./read-thumbnails.ts";
import { type Thumbnails, createView } from "./report-view.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { confusionSection } from "./sections/confusion.ts";
import { dataHealthSection } from "./sections/data-health.ts";
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
import { styles } from "./styles.ts";

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
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(styles)}`,
    `script-src ${hashSource(pageScript)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`<!doctype html>
    <html lang="${view.words.lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${view.verdict.headline} · Rootstock</title>
        ${rawElement("style", styles)}
      </head>
      <body>
        <div class="page">
          ${openingSection(view)}
          <main>
            ${recipesSection(view)} ${pairsSection(view)} ${nextSection(view)}
            ${view.winner === null ? null : confusionSection(view)} ${mistakesSection(view)}
            ${classesSection(view)} ${calibrationSection(view)} ${trainingSection(view)}
            ${dataHealthSection(view)} ${repeatSection(view)}
          </main>
          ${smallPrint(view)}
        </div>
        ${view.winner === null ? null : rawElement("script", pageScript)}
      </body>
    </html> `.markup;
}

const hashSource = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
