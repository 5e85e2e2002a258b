import { RootstockError } from "../base/errors.ts";
import { labelEvent } from "./diff-states.ts";
import type { AppendFacts, EventToRecord, Ledger } from "./ledger.ts";
import type { LedgerState } from "./ledger-event.ts";

/** What a person has decided of a photo. */
export interface Decision {
  readonly sha256: string;
  /** Relative to the ledger's folder; counts where the photo is new to the ledger. */
  readonly path: string;
  /** Null: none of the classes, to be left out. */
  readonly label: string | null;
  readonly reason?: string | undefined;
}

/** What was recorded of decisions. */
export interface RecordedDecisions {
  readonly version: string;
  readonly added: number;
  readonly relabelled: number;
  /** Decisions that say what the ledger says already. */
  readonly unchanged: number;
}

/**
 * Records people's decisions: a photo that is new is added, one that is known gets its label; nothing is ever removed.
 * Throws E_LEDGER where two decisions say different things of one photo, and what `append` throws.
 */
export async function recordDecisions(
  ledger: Ledger,
  decisions: readonly Decision[],
  facts: AppendFacts = {},
): Promise<RecordedDecisions> {
  const once = onePerPhoto(decisions);
  const { photos } = await ledger.stateAt();
  const events = once.flatMap((decision) => eventsFor(decision, photos));
  const version = await ledger.append(events, facts);
  const added = once.filter(({ sha256 }) => !photos.has(sha256)).length;
  return { version, added, relabelled: events.length - added, unchanged: once.length - events.length };
}

function eventsFor(
  { sha256, path, label, reason }: Decision,
  photos: LedgerState["photos"],
): readonly EventToRecord[] {
  const known = photos.get(sha256);
  const events =
    known === undefined
      ? [{ type: "photo-added", sha256, path, label } as const]
      : labelEvent({ sha256, from: known.label, to: label });
  return reason === undefined ? events : events.map((event) => ({ ...event, reason }));
}

function onePerPhoto(decisions: readonly Decision[]): Decision[] {
  const byPhoto = new Map<string, Decision>();
  const faults: string[] = [];
  for (const decision of decisions) {
    const earlier = byPhoto.get(decision.sha256) ?? decision;
    byPhoto.set(decision.sha256, decision);
    if (earlier.label !== decision.label)
      faults.push(
        `${JSON.stringify(decision.path)} is ${JSON.stringify(earlier.label)} and ${JSON.stringify(decision.label)}`,
      );
  }
  if (faults.length === 0) return [...byPhoto.values()];
  const shown = faults.slice(0, 5).join("; ") + (faults.length > 5 ? `; and ${faults.length - 5} more` : "");
  throw new RootstockError("E_LEDGER", `decisions: expected one label for each photo, got two: ${shown}.`, {
    hint: "Keep one line for each photo.",
  });
}
