import { resolve } from "node:path";
import { type Run, startRun } from "../base/events.ts";
import { type WrittenPage, writePage } from "../bundle/write-page.ts";

/** Where a page goes, and what it is called. */
export interface PageOptions {
  /** The folder to write; a page that is there is replaced, anything else refused. */
  readonly out: string;
  /** Default: the names of the first classes. */
  readonly title?: string | undefined;
}

/** `page --json` */
export interface PageResult extends WrittenPage {
  readonly page: string;
  readonly model: string;
}

/**
 * Writes a web page that runs a model in the visitor's browser: drop, paste or camera, bars of probability, English and
 * Chinese. Any static host serves it; once loaded it asks for nothing more. Throws what `writePage` throws.
 */
export function page(model: string, { out, title }: PageOptions): Run<PageResult> {
  return startRun(async () => {
    const written = await writePage(model, out, { title });
    return { page: resolve(out), model: resolve(model), ...written };
  });
}
