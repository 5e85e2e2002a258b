import { escapeControls } from "../base/quote-name.ts";

/** Markup that is safe to send: made by `html` alone. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, markup stands as it is, lists are joined, null shows nothing. */
export type HtmlValue = string | number | null | Html | readonly HtmlValue[];

/**
 * Tagged template that escapes every value which is not markup already. Class names and file names come from
 * strangers' disks, so nothing in this room builds markup in another way.
 *
 * @example html`<td title="${'"'}">${"<b>"}</td>`.markup // <td title="&quot;">&lt;b&gt;</td>
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const tail = values.map((value, i) => render(value) + (parts[i + 1] ?? ""));
  return { markup: (parts[0] ?? "") + tail.join("") };
}

/** Text as it may stand in markup and in quoted attributes. Control characters of names as JSON writes them. */
export function escapeHtml(text: string): string {
  return text
    .split("\n") // a list of commands has line ends of its own
    .map(escapeControls)
    .join("\n")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/**
 * A style or script element around our own text, to the letter: its hash stands in the page's policy, and a formatter
 * that indents a template would break it.
 */
export function rawElement(name: "style" | "script", text: string): Html {
  return { markup: `<${name}>${text}</${name}>` };
}

/** A value as JSON inside a script element: no `<` is left that could close the element. */
export function embedJson(value: unknown): Html {
  return { markup: JSON.stringify(value).replaceAll("<", "\\u003c") };
}

function render(value: HtmlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  if (isList(value)) return value.map(render).join("");
  return value.markup;
}

const isList = (value: HtmlValue): value is readonly HtmlValue[] => Array.isArray(value);
