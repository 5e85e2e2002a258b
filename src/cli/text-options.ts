import type { Words } from "../words/en/en.ts";
import type { TableOptions } from "./table.ts";

/** What a result's text is made for: the terminal's width, and the reader's language (default: English). */
export interface TextOptions extends Pick<TableOptions, "width"> {
  readonly words?: Words | undefined;
}
