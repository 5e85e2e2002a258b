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
  /** Styles of this page alone, behind those of every page. */
  readonly ownStyles?: string | undefined;
  /** What the script reads, behind the body. */
  readonly data?: Html | undefined;
  /** Whether the page may ask its own host. Default: no. */
  readonly mayAskHost?: boolean | undefined;
}

/**
 * A page as one file of which no request leaves, or to its own host alone. Its own policy forbids everything but this style, this script and
 * embedded pictures, so that even markup smuggled into a name could do nothing.
 */
export function framePage({
  title,
  words,
  body,
  script,
  ownStyles = "",
  data,
  mayAskHost = false,
}: PageFrame): string {
  const style = styles + ownStyles;
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashSource(script)}`]),
    "img-src data:",
    ...(mayAskHost ? ["connect-src 'self'"] : []),
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
        ${rawElement("style", style)}
      </head>
      <body>
        <div class="page">${body}</div>
        ${data ?? null} ${script === undefined ? null : rawElement("script", script)}
      </body>
    </html> `.markup;
}

const hashSource = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
