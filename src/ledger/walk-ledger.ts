import { explained } from "../base/errors.ts";
import { isAbsent } from "../base/system-error.ts";
import { type LedgerEntry, type LedgerPosition, type TornEnd, ledgerStart, openChain } from "./chain.ts";
import { damagedLedger, noLedger, notALedger } from "./ledger-errors.ts";
import { readLines } from "./read-lines.ts";

/** How a walk ended. */
export interface WalkEnd {
  /** Behind the last whole recording that was seen. */
  readonly position: LedgerPosition;
  readonly torn: TornEnd | null;
  /** Whether the last line lacks its line end; it counts all the same. */
  readonly isUnended: boolean;
}

/** Which part of a ledger is walked over. */
export interface WalkOptions {
  readonly from?: LedgerPosition | undefined;
  /** Bytes at which the ledger counts as ended. */
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Walks over a ledger line by line and makes sure of the chain: that each line says what was written, and follows the one
 * before it. `visit` may end the walk by returning "stop". A recording that was stopped in the middle is visited as far as
 * it goes, and told as torn. Throws E_LEDGER naming every line that was edited, and every place where lines were cut, put
 * in or put in another order, with what was expected there; E_LEDGER also for what is no ledger, or not there.
 */
export async function walkLedger(
  path: string,
  { from = ledgerStart, to, signal }: WalkOptions,
  visit: (entry: LedgerEntry) => "stop" | void,
): Promise<WalkEnd> {
  const chain = openChain(from);
  let position = from;
  let [isEmpty, isInLine, isUnended] = [from.bytes === 0, false, false];
  try {
    for await (const lines of readLines(path, { from: from.bytes, to, signal }))
      for (const { text, end, isEnded } of lines) {
        isInLine = !isEnded && !isJson(text);
        const entry = isInLine && !isEmpty ? null : chain.take(bareLine(text, isEmpty));
        if (isEmpty && entry === null) throw notALedger(path, { chain, text });
        if (isInLine) break;
        [isEmpty, isUnended] = [false, !isEnded];
        if (entry === null || chain.faults.length > 0) continue;
        if (entry.isLast) position = { lines: entry.line, bytes: end, version: entry.hash };
        if (visit(entry) === "stop") return { position, torn: null, isUnended };
      }
  } catch (cause) {
    throw isAbsent(cause)
      ? noLedger(path)
      : explained(cause, { subject: JSON.stringify(path), doing: "read" });
  }
  if (chain.faults.length > 0) throw damagedLedger(path, chain.faults);
  if (isEmpty) throw notALedger(path, null);
  return { position, torn: chain.tornHere(isInLine), isUnended };
}

/** A line without what git and editors on Windows put around it; the chain is over what is left. */
export function bareLine(text: string, isFirst: boolean): string {
  const line = text.endsWith("\r") ? text.slice(0, -1) : text;
  return isFirst ? line.replace(/^\uFEFF/, "") : line;
}

/** A line that was torn while it was written is never whole JSON. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
