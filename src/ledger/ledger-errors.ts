import { RootstockError } from "../base/errors.ts";
import { quoteWord } from "../base/quote-word.ts";
import { shortText } from "../base/short-text.ts";
import { isLedgerText } from "./event-line.ts";

/** There is no ledger at a path. */
export function noLedger(path: string): RootstockError {
  return new RootstockError(
    "E_LEDGER",
    `${JSON.stringify(path)}: expected a ledger of labels, found nothing.`,
    {
      hint: "Begin one: rootstock labels init FOLDER.",
    },
  );
}

/** What lies there is something else; `first` is its first line and why that is none of a ledger, null of an empty file. */
export function notALedger(
  path: string,
  first: { readonly chain: { readonly faults: readonly string[] }; readonly text: string } | null,
): RootstockError {
  if (first !== null && isLedgerText(first.text)) return damagedLedger(path, first.chain.faults);
  const got = first === null ? "an empty file" : JSON.stringify(shortText(first.text, 60));
  return new RootstockError("E_LEDGER", `${JSON.stringify(path)}: expected a ledger of labels, got ${got}.`, {
    hint: `Name the ledger's file, or the folder that holds it: labels.jsonl.`,
  });
}

/** A ledger that is not what was written. */
export function damagedLedger(path: string, faults: readonly string[]): RootstockError {
  const shown = faults.slice(0, 5).join("; ");
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return new RootstockError("E_LEDGER", `${JSON.stringify(path)}: ${shown}${rest}.`, {
    hint: "Bring the file back from a copy: lines are only ever added to it, and changes are made with `rootstock labels`.",
  });
}

/** An event that does not fit what the ledger says. */
export function misfit(path: string, fault: string, hint = ""): RootstockError {
  return new RootstockError("E_LEDGER", `${JSON.stringify(path)}: ${fault}.`, {
    hint: hint === "" ? `See what it says: rootstock labels at ${quoteWord(path)}.` : hint,
  });
}
