import { RootstockError } from "../../base/errors.ts";
import { findVersion } from "../../ledger/find-version.ts";
import { type AppendFacts, openLedger } from "../../ledger/ledger.ts";
import type { Recording } from "../../ledger/recordings.ts";
import { stepBack, undoEvents } from "../../ledger/undo-events.ts";

/** `labels undo --json` */
export interface LabelsUndone {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
  /** The version whose labels are back. */
  readonly target: string;
  /** What was taken back, the latest first. */
  readonly undone: readonly Recording[];
  /** Events recorded. */
  readonly events: number;
}

/**
 * Brings back the labels before the last change that has not been undone, or those of the version `to`, by recording the
 * opposite of what came after: nothing is taken out of the ledger, and an undo can be undone. Throws E_LEDGER where there
 * is nothing to undo, E_VERSION.
 */
export async function undoLabels(
  path: string,
  { to, ...facts }: AppendFacts & { readonly to?: string | undefined } = {},
): Promise<LabelsUndone> {
  const ledger = await openLedger(path);
  const recordings = await ledger.recordings();
  const target = to === undefined ? stepBack(recordings) : findVersion(to, recordings);
  if (target === null)
    throw new RootstockError(
      "E_LEDGER",
      `${JSON.stringify(ledger.path)}: expected a change to undo, got none.`,
      {
        hint: "Everything is undone; `rootstock labels undo --to VERSION` goes to any version, forward too.",
      },
    );
  const { undone, events } = await undoEvents(ledger.path, target, recordings);
  const version = await ledger.append(events, { ...facts, undoes: target.version, onto: ledger.version });
  return { ledger: ledger.path, version, target: target.version, undone, events: events.length };
}
