import { createHash } from "node:crypto";
import type { Words } from "../words/en/en.ts";
import { type Html, html, rawElement } from "./html.ts";
import { styles } from "./styles.ts";

/** What stands on a page of its own. */
export interface PageFrame {
  readonly title: string;
  readonly words: Words;
  readonly body: Html;
  /** Our own script, if the page has one. */
  readonly script?: string | undefined;
}

/**
 * A page as one file of which no request leaves. Its own policy forbids everything but this style, this script and
 * embedded pictures, so that even markup smuggled into a name could do nothing.
 */
export function framePage({ title, words, body, script }: PageFrame): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(styles)}`,
    ...(script === undefined ? [] : [`script-src ${hashSource(script)}`]),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`<!doctype html>
    <html lang="${words.lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Rootstock</title>
        ${rawElement("style", styles)}
      </head>
      <body>
        <div class="page">${body}</div>
        ${script === undefined ? null : rawElement("script", script)}
      </body>
    </html> `.markup;
}

const hashSource = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
