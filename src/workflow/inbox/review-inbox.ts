import { isAbsolute, relative, sep } from "node:path";
import { recordDecisions } from "../../ledger/decisions.ts";
import { openLedger } from "../../ledger/ledger.ts";
import type { Language } from "../../words/language.ts";
import { wordsOf } from "../../words/words.ts";
import { inboxPage } from "./inbox-page.ts";
import type { InboxResult } from "./inbox-result.ts";
import { type ReviewServer, serveReview } from "./review-server.ts";

/** How an inbox is reviewed. */
export interface ReviewOptions {
  /** The ledger's file, or the folder that holds it. */
  readonly ledger: string;
  readonly author?: string | undefined;
  readonly lang?: Language | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told each time that decisions were recorded. */
  readonly onRecorded?: ((added: number, relabelled: number) => void) | undefined;
}

/**
 * Hands out the page of an inbox on this machine; what is saved on it is recorded in the ledger as `labels record` does.
 * Throws E_LEDGER where there is none.
 */
export async function reviewInbox(result: InboxResult, options: ReviewOptions): Promise<ReviewServer> {
  const { author, lang, signal, onRecorded } = options;
  const ledger = await openLedger(options.ledger);
  const inFolder = (path: string): string =>
    isAbsolute(path) ? relative(ledger.folder, path).split(sep).join("/") : path;
  return await serveReview(
    async (saveTo) => await inboxPage(result, { words: wordsOf(lang), saveTo, signal }),
    async (decisions) => {
      const placed = decisions.map((decision) => ({ ...decision, path: inFolder(decision.path) }));
      const { added, relabelled } = await recordDecisions(ledger, placed, { author });
      onRecorded?.(added, relabelled);
    },
  );
}
